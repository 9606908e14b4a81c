// SPDX-License-Identifier: GPL-2.0

//! `Module.symvers`: what a kernel exports.

use std::collections::HashSet;

use anyhow::{ensure, Context, Result};

/// The names of what it exports itself, without those of its modules.
pub(crate) fn of_kernel(text: &str) -> Result<HashSet<&str>> {
    let mut names = HashSet::new();
    for line in text.lines() {
        // Version, name, owner, how it is exported, namespace.
        let mut fields = line.split('\t').skip(1);
        let (name, owner) = fields
            .next()
            .zip(fields.next())
            .with_context(|| format!("no line of Module.symvers: {line:?}"))?;
        if owner == "vmlinux" {
            names.insert(name);
        }
    }
    ensure!(
        !names.is_empty(),
        "a Module.symvers without a symbol of the kernel"
    );
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::of_kernel;

    #[test]
    fn modules_do_not_count() {
        let text = "0x0\tdput\tvmlinux\tEXPORT_SYMBOL\t\n0x0\tp9\tnet/9p/9pnet\tEXPORT_SYMBOL\t\n";
        assert_eq!(of_kernel(text).unwrap(), ["dput"].into());
    }

    #[test]
    fn something_else_is_refused() {
        assert!(of_kernel("").is_err());
        assert!(of_kernel("hello\n").is_err());
    }
}
