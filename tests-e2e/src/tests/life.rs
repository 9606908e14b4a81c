// SPDX-License-Identifier: GPL-2.0

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    Vec::new()
}
