// SPDX-License-Identifier: GPL-2.0

//! What the VFS parses options by is what their values are taken for.

use crate::rust_bindings::procfs::fs_context::{
    Form,
    ParameterSpecs,
    Parameters, //
};
use kernel::prelude::*;

const FILES: &[(&CStr, Form)] = &[(c"x", Form::FileOrString)];
const STRINGS: &[(&CStr, Form)] = &[(c"x", Form::String)];

static SPECS: ParameterSpecs<2> = ParameterSpecs::new(FILES);
const TABLE: Parameters = SPECS.table(STRINGS); //~ E0061
