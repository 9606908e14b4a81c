// SPDX-License-Identifier: GPL-2.0

//! Views of a kernel without control groups: there are none.

use crate::{
    pure::options::{
        BadOption,
        Options, //
    },
    rust_bindings::procfs::view_file::ViewOps, //
};
use kernel::{
    pid_namespace::PidNamespace,
    prelude::*,
    sync::aref::ARef, //
};

/// Finds what takes the place of the kernel's own file.
pub(crate) type FindOps = fn(Option<&[u8]>, &[u8]) -> Option<&'static ViewOps>;

/// None.
pub(crate) enum View {}

impl View {
    /// None, whatever is asked for.
    ///
    /// # Errors
    ///
    /// None.
    pub(crate) fn new(
        _options: &Options,
        _ns: &ARef<PidNamespace>,
        _find: FindOps,
    ) -> Result<Option<Self>, Option<BadOption<'static>>> {
        Ok(None)
    }

    /// Never called.
    pub(crate) fn start(&self) -> Result {
        match *self {}
    }

    /// Never called.
    pub(crate) fn end(&self) {
        match *self {}
    }

    /// Never called.
    pub(crate) fn ops(&self, _dir: Option<&[u8]>, _name: &[u8]) -> Option<&'static ViewOps> {
        match *self {}
    }
}
