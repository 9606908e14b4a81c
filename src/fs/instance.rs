// SPDX-License-Identifier: GPL-2.0

//! An instance: what a mount asks for, the superblock that it gets, and what a remount may change.
//!
//! Answers to [`fs/proc/root.c`](srctree/fs/proc/root.c). Every mount has a superblock of its own; what it was made with hangs on
//! that superblock alone.

use crate::{
    pure::{
        access::HidePid,
        options::{
            self,
            BadOption,
            PidNsFault,
            Subset, //
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
                NewInfo,
                NewSuperBlock,
                OptionList,
                ShowOptions,
                SuperOps, //
            }, //
        },
        tasks::ns,
        vfs::super_block::SuperBlock, //
    }, //
};
use kernel::{
    pid_namespace::PidNamespace,
    prelude::*,
    sync::aref::ARef, //
};

/// The options, in the order of the numbers below.
const OPTIONS: &[(&CStr, Form)] = &[
    (c"gid", Form::String),
    (c"hidepid", Form::String),
    (c"subset", Form::String),
    (c"pidns", Form::FileOrString),
];
const GID: usize = 0;
const HIDEPID: usize = 1;
const SUBSET: usize = 2;
const PIDNS: usize = 3;

static SPECS: ParameterSpecs<{ OPTIONS.len() + 1 }> = ParameterSpecs::new(OPTIONS);

/// The filesystem type.
pub(crate) struct Type;

/// What a mount or remount asks for.
pub(crate) struct Context {
    pid_ns: ARef<PidNamespace>,
    gid: Option<Kgid>,
    hidepid: Option<HidePid>,
    subset: Option<Subset>,
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
        if fc.is_reconfigure() {
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
        if !ns::may_administer(target) {
            return Err((PidNsFault::NotAllowed, EPERM));
        }
        if !ns::descends_from(target, &ns::of_current()) {
            return Err((PidNsFault::NotBelow, EINVAL));
        }
        Ok(ARef::from(target))
    }
}

impl FileSystemType for Type {
    const NAME: &'static CStr = c"proc2";
    const PARAMETERS: Parameters = SPECS.table(OPTIONS);
    const SUPER_OPS: &'static SuperOps = &SuperOps::of::<Self>();
    type Context = Context;

    fn begin(fc: &FsContext) -> Result<Context> {
        let pid_ns = ns::of_current();
        fc.set_user_ns_of(&pid_ns);
        Ok(Context {
            pid_ns,
            gid: None,
            hidepid: None,
            subset: None,
        })
    }

    fn parse(context: &mut Context, fc: &FsContext, option: usize, value: Value<'_>) -> Result {
        match (option, value) {
            (GID, Value::String(text)) => {
                let gid = options::gid(text).map_err(|bad| invalid(fc, bad))?;
                // A group without a mapping would exempt nobody and be shown as one that does: procfs takes it.
                let gid = Kgid::new(&UserNamespace::of_current(), gid)
                    .ok_or_else(|| invalid(fc, BadOption::UnmappedGid(text)))?;
                context.gid = Some(gid);
            }
            (HIDEPID, Value::String(text)) => {
                context.hidepid = Some(options::hidepid(text).map_err(|bad| invalid(fc, bad))?);
            }
            (SUBSET, Value::String(text)) => {
                let subset = options::subset(text).map_err(|bad| invalid(fc, bad))?;
                // As in procfs, a later empty list takes nothing back.
                if context.subset.is_none() || subset != Subset::All {
                    context.subset = Some(subset);
                }
            }
            (PIDNS, Value::File(name, file)) => {
                let pid_ns = Context::pid_namespace(fc, file).map_err(|(fault, err)| {
                    invalid(fc, BadOption::PidNs(name, fault));
                    err
                })?;
                fc.set_user_ns_of(&pid_ns);
                context.pid_ns = pid_ns;
            }
            _ => return Err(EINVAL),
        }
        Ok(())
    }

    fn new_info(context: &Context, fc: &FsContext) -> Result<NewInfo> {
        Ok(NewInfo {
            pid_ns: context.pid_ns.clone(),
            mounter: fc.cred(),
            hide_pid: context.hidepid.unwrap_or(HidePid::Off) as u32,
            gid: context.gid.unwrap_or(Kgid::GLOBAL_ROOT),
            pid_only: context.subset == Some(Subset::Pid),
        })
    }

    fn fill(sb: &NewSuperBlock<'_>) -> Result {
        // An instance without global entries reveals nothing that an over-mount elsewhere could hide.
        if sb.super_block().pid_only() {
            sb.restricted_variant();
        }
        root::fill(sb)
    }

    fn reconfigure(context: &Context, fc: &FsContext, sb: &SuperBlock) -> Result {
        options::remount_subset(subset_of(sb), context.subset).map_err(|bad| invalid(fc, bad))?;
        if let Some(gid) = context.gid {
            sb.set_gid(gid);
        }
        if let Some(hidepid) = context.hidepid {
            sb.set_hide_pid(hidepid as u32);
        }
        Ok(())
    }
}

fn subset_of(sb: &SuperBlock) -> Subset {
    if sb.pid_only() {
        Subset::Pid
    } else {
        Subset::All
    }
}

impl ShowOptions for Type {
    fn show(sb: &SuperBlock, out: &OptionList<'_>) {
        let options = options::Options {
            gid: sb.gid().munged(UserNamespace::initial()),
            hidepid: HidePid::from_number(sb.hide_pid()).unwrap_or(HidePid::NotPtraceable),
            subset: subset_of(sb),
        };
        let mut buf = [0; 64];
        let mut text = Text::new(&mut buf);
        options.show(&mut text);
        out.write(text.filled());
    }
}
