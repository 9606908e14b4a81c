// SPDX-License-Identifier: GPL-2.0

//! Mounting and remounting: what is asked for, the superblock that a mount gets, and what a remount
//! changes.
//!
//! Mirrors [`fs/proc/root.c`](srctree/fs/proc/root.c). Every mount has a superblock of its own;
//! what it was made with hangs on that superblock alone.

use super::instance::Instance;
use crate::{
    pure::{
        options::{
            self,
            BadOption,
            Fault,
            Options,
            PidNsFault, //
        },
        text::Text, //
    },
    root,
    rust_bindings::{
        credentials::cred::{
            Kgid,
            UserNamespace, //
        },
        procfs::{
            fs_context::{
                FileSystemType,
                Form,
                FsContext,
                ParameterSpecs,
                Parameters,
                Value, //
            },
            super_ops::{
                NewSuperBlock,
                OptionList,
                ShowOptions,
                SuperOps, //
            }, //
        },
        tasks::ns,
        vfs::super_block::{
            NewInfo,
            SuperBlock, //
        }, //
    }, //
};
use kernel::{
    pid_namespace::PidNamespace,
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    }, //
};

const OPTIONS: usize = options::TABLE.len();

/// The names and forms of [`options::TABLE`].
const FORMS: &[(&CStr, Form); OPTIONS] = &{
    let mut forms = [(c"", Form::String); OPTIONS];
    let mut i = 0;
    while i < OPTIONS {
        let row = &options::TABLE[i];
        forms[i] = match row.form {
            options::Form::Text { .. } => (row.name, Form::String),
            options::Form::File => (row.name, Form::FileOrString),
        };
        i += 1;
    }
    forms
};

static SPECS: ParameterSpecs<{ OPTIONS + 1 }> = ParameterSpecs::new(FORMS);

/// The filesystem type.
pub(crate) struct Type;

/// What a mount or remount asks for.
pub(crate) struct Context {
    options: Options,
    pid_ns: ARef<PidNamespace>,
}

/// Tells the mounter what is wrong and gives the errno for it.
fn invalid(fc: &FsContext, bad: BadOption<'_>) -> Error {
    let mut buf = [0; 256];
    let mut sentence = Text::new(&mut buf);
    bad.describe(&mut sentence);
    fc.error(sentence.filled());
    if sentence.overflowed() {
        fc.error(b"the value is too long to be shown whole");
    }
    EINVAL
}

impl Context {
    /// The pid namespace that `file` stands for, if the mounter may have an instance of it.
    fn pid_namespace(
        fc: &FsContext,
        file: ns::FileParam<'_>,
    ) -> Result<ARef<PidNamespace>, (PidNsFault, Error)> {
        if mutant!("remount: pidns= stays", fc.is_reconfigure() => false) {
            return Err((PidNsFault::Change, EBUSY));
        }
        let file = file.open().map_err(|err| (PidNsFault::NotOpened, err))?;
        if !file.is_namespace() {
            return Err((PidNsFault::NoNamespace, EINVAL));
        }
        let target = file
            .pid_namespace()
            .ok_or((PidNsFault::OtherKind, EINVAL))?;
        // The permission model of joining the namespace (pidns_install()).
        if !mutant!("pidns: CAP_SYS_ADMIN there", ns::may_administer(target)) {
            return Err((PidNsFault::NotAllowed, EPERM));
        }
        let below = ns::descends_from(target, &ns::of_current());
        if !mutant!("pidns: below the caller's own", below) {
            return Err((PidNsFault::NotBelow, EINVAL));
        }
        Ok(ARef::from(target))
    }
}

impl FileSystemType for Type {
    const NAME: &'static CStr = c"proc2";
    const PARAMETERS: Parameters = SPECS.table();
    const SUPER_OPS: &'static SuperOps = &SuperOps::of::<Self>();
    type Context = Context;

    fn begin(fc: &FsContext) -> Result<Context> {
        let pid_ns = ns::of_current();
        fc.set_user_ns_of(&pid_ns);
        Ok(Context {
            options: Options::default(),
            pid_ns,
        })
    }

    fn parse(
        context: &mut Context,
        fc: &FsContext,
        name: &'static CStr,
        value: Value<'_>,
    ) -> Result {
        match value {
            Value::String(value) => {
                let find_group = |number| {
                    let group = Kgid::new(&UserNamespace::of_current(), number);
                    group.map(Kgid::global)
                };
                let parsed = context.options.parse(name, value, &find_group);
                parsed.map_err(|bad| invalid(fc, bad))
            }
            Value::File(value, file) => {
                let pid_ns = Context::pid_namespace(fc, file).map_err(|(fault, err)| {
                    let fault = Fault::PidNs(fault);
                    invalid(fc, BadOption { name, value, fault });
                    err
                })?;
                fc.set_user_ns_of(&pid_ns);
                context.pid_ns = pid_ns;
                Ok(())
            }
        }
    }

    fn new_info(context: &Context, fc: &FsContext) -> Result<NewInfo> {
        Ok(NewInfo {
            pid_ns: context.pid_ns.clone(),
            mounter: fc.cred(),
            pid_only: context.options.subset().hides_registry(),
            data: Instance::new(context.options.clone())?,
        })
    }

    fn fill(sb: &NewSuperBlock<'_>) -> Result {
        // An instance without global entries reveals nothing that an over-mount elsewhere could
        // hide.
        let restricted = sb.super_block().data().subset().hides_registry();
        if mutant!(
            "userns: the restricted variant of all",
            mutant!("userns: the restricted variant of subset=pid", restricted => false)
        ) {
            sb.restricted_variant();
        }
        root::fill(sb)
    }

    fn reconfigure(context: &Context, fc: &FsContext, sb: &SuperBlock) -> Result {
        let instance = sb.data();
        let mut options = instance.options(&rcu::read_lock()).clone();
        let merged = options.merge(&context.options);
        merged.map_err(|bad| invalid(fc, bad))?;
        instance.set_options(options)
    }
}

impl ShowOptions for Type {
    fn show(sb: &SuperBlock, out: &OptionList<'_>) {
        let mut buf = [0; 64];
        let mut text = Text::new(&mut buf);
        sb.data().options(&rcu::read_lock()).show(&mut text);
        out.write(text.filled());
    }
}
