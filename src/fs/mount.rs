// SPDX-License-Identifier: GPL-2.0

//! Mounting and remounting: what is asked for, the superblock that a mount gets, and what a remount
//! changes.
//!
//! Mirrors [`fs/proc/root.c`](srctree/fs/proc/root.c). Every mount has a superblock of its own;
//! what it was made with hangs on that superblock alone.

use super::{
    instance::Instance,
    policy::{
        Lists,
        Policy, //
    },
    view::View, //
};
use crate::{
    pure::{
        entry::RowSet,
        options::{
            self,
            BadOption,
            Fault,
            Options,
            PidNsFault,
            UsernsMounts, //
        },
        policy::{
            self,
            ListKind,
            Refused, //
        },
        subset::Subset,
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
                Form,
                FsContext,
                ParameterSpecs,
                Parameters,
                Value, //
            },
            fs_type::FileSystemType,
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
    },
    task, //
};
use core::sync::atomic::{
    AtomicU8,
    Ordering, //
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
            options::Form::Text { .. } | options::Form::List(_) => (row.name, Form::String),
            options::Form::File => (row.name, Form::FileOrString),
        };
        i += 1;
    }
    forms
};

static SPECS: ParameterSpecs<{ OPTIONS + 1 }> = ParameterSpecs::new(FORMS);

/// What mounters without privilege may have, by its number.
static USERNS_MOUNTS: AtomicU8 = AtomicU8::new(UsernsMounts::DEFAULT as u8);

/// Sets what mounters without privilege may have, before the type is registered.
///
/// # Errors
///
/// `EINVAL` if there is no such level.
pub(crate) fn set_userns_mounts(number: u8) -> Result {
    let level = UsernsMounts::from_number(number).ok_or(EINVAL)?;
    USERNS_MOUNTS.store(level as u8, Ordering::Relaxed);
    Ok(())
}

/// The filesystem type.
pub(crate) struct Type;

/// What a mount or remount asks for.
pub(crate) struct Context {
    options: Options,
    lists: Lists,
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
    if bad.is_permission() {
        EPERM
    } else {
        EINVAL
    }
}

/// Tells the mounter of entries of tasks that are to be hidden and that this kernel does not have:
/// a list is made for more kernels than one, and a name that is misspelt hides nothing.
fn warn_of_unknown(fc: &FsContext, lists: &Lists) {
    let mut unknown = lists
        .paths(ListKind::Hide)
        .filter_map(|path| path.strip_prefix(b"pid/"))
        .filter(|name| task::rows_where(&|row| row == *name) == RowSet::default());
    // One sentence, however many there are: it may go to the kernel's log.
    let Some(first) = unknown.next() else {
        return;
    };
    let mut buf = [0; 400];
    let mut sentence = Text::new(&mut buf);
    sentence.bytes(b"hide - pid/");
    sentence.escaped(first, b"\n\r\t\x0b\x0c\x07\x1b\\");
    sentence.bytes(b" is no entry of tasks on this kernel, and hides nothing");
    let more = unknown.count();
    if more > 0 {
        sentence.field(b"; others as well: ", more as u64);
    }
    fc.warn(sentence.filled());
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
            lists: Lists::default(),
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
                if let Some(kind) = ListKind::ALL.into_iter().find(|kind| kind.name() == name) {
                    return context
                        .lists
                        .add(kind, value)
                        .map_err(|refused| match refused {
                            Refused::NoMemory => ENOMEM,
                            Refused::Bad(value, bad) => {
                                let fault = Fault::Name(bad);
                                invalid(fc, BadOption { name, value, fault })
                            }
                        });
                }
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

    fn new_info(context: &mut Context, fc: &FsContext) -> Result<NewInfo> {
        let subset = context.options.subset();
        let lists = core::mem::take(&mut context.lists);
        let number = USERNS_MOUNTS.load(Ordering::Relaxed);
        let allowed = UsernsMounts::from_number(number).unwrap_or(UsernsMounts::Nothing);
        let cgroup = context.options.cgroup();
        options::may_mount(subset, cgroup, &lists, allowed, || fc.is_privileged())
            .map_err(|bad| invalid(fc, bad))?;
        let checked = context.options.check_view(cfg!(CONFIG_CGROUPS));
        checked.map_err(|bad| invalid(fc, bad))?;
        warn_of_unknown(fc, &lists);
        let policy = policy::Policy::new(subset, lists)?;
        let policy = policy.map(|policy| Policy::new(policy, task::rows_where));
        let view = match cgroup {
            // Of the machine's files it has none.
            options::Cgroup::Init if policy.is_none() && subset == Subset::Pid => Ok(None),
            _ => View::new(&context.options, &context.pid_ns, root::view::find),
        };
        let view = view.map_err(|bad| bad.map_or(ENOMEM, |bad| invalid(fc, bad)))?;
        Ok(NewInfo {
            pid_ns: context.pid_ns.clone(),
            mounter: fc.cred(),
            pid_only: subset != Subset::All,
            data: Instance::new(context.options.clone(), policy, view)?,
        })
    }

    fn fill(sb: &NewSuperBlock<'_>) -> Result {
        // What such an instance shows of the machine is what `new_info()` lets this mounter have,
        // whatever an over-mount elsewhere hides; and it never stands for one that shows all.
        let instance = sb.super_block().data();
        if mutant!(
            "userns: the restricted variant of all",
            mutant!("userns: the restricted variant of subset=", instance.is_restricted() => false)
        ) {
            sb.restricted_variant();
        }
        root::fill(sb)?;
        if instance.policy().is_some() || instance.view().is_some() {
            sb.open_workshop()?;
        }
        match instance.view() {
            Some(view) if instance.shows(b"loadavg") => view.start(),
            _ => Ok(()),
        }
    }

    fn reconfigure(context: &Context, fc: &FsContext, sb: &SuperBlock) -> Result {
        let instance = sb.data();
        let mut options = instance.options(&rcu::read_lock()).clone();
        let merged = options.merge(&context.options);
        merged.map_err(|bad| invalid(fc, bad))?;
        // Lists may be named all the same, as they are.
        let none = Lists::default();
        let lists = instance
            .policy()
            .map_or(&none, |policy| policy.decisions().lists());
        let changed = ListKind::ALL
            .into_iter()
            .find(|kind| context.lists.said(*kind) && !context.lists.same(lists, *kind));
        if let Some(kind) = mutant!("policy: lists stay", changed => None) {
            return Err(invalid(
                fc,
                BadOption {
                    name: kind.name(),
                    value: b"",
                    fault: Fault::Change,
                },
            ));
        }
        instance.set_options(options)
    }
}

impl ShowOptions for Type {
    fn show(sb: &SuperBlock, out: &OptionList<'_>) {
        let instance = sb.data();
        let rcu = rcu::read_lock();
        let options = instance.options(&rcu);
        for row in options::TABLE {
            let options::Form::List(kind) = row.form else {
                let mut buf = [0; 128];
                let mut text = Text::new(&mut buf);
                options.show(row, &mut text);
                out.write(text.filled());
                continue;
            };
            if let Some(policy) = instance.policy() {
                policy.decisions().lists().values(kind, |value| {
                    for part in [b",", row.name.to_bytes(), b"=", value] {
                        out.write(part);
                    }
                });
            }
        }
    }
}
