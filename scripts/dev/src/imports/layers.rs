// SPDX-License-Identifier: GPL-2.0

//! Which files must not name which modules, and why. A new rule is a new row of [`RULES`].

use super::{Import, Texts};
use anyhow::{bail, Result};

/// Files, and what they must not name. A file is one of `files` if its name begins with one of them
/// and with none of `but_files`; a name is forbidden if it is or lies in the module `forbidden` and
/// in none of `but_modules`. What a module exports anew is forbidden wherever it is taken from.
pub(super) struct Rule {
    files: &'static [&'static str],
    but_files: &'static [&'static str],
    forbidden: &'static str,
    but_modules: &'static [&'static str],
    why: &'static str,
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        files: &["src/pure/"],
        but_files: &[],
        forbidden: "crate",
        // The parameter that says which mutant is active is there in the mutants' build alone.
        but_modules: &["crate::pure", "crate::module_parameters::mutant"],
        why: "the pure core is built by cargo and into the KUnit module too, without the rest",
    },
    Rule {
        files: &["rust-bindings/"],
        but_files: &["rust-bindings/testing/"],
        forbidden: "crate",
        but_modules: &["crate::rust_bindings"],
        why: "the wrappers depend on the kernel crate and on nothing of proc2's",
    },
    Rule {
        files: &["src/task/"],
        but_files: TASK_DIRECTORIES,
        forbidden: "crate::rust_bindings::tasks::pid::FindTask",
        but_modules: &[],
        why: "an entry gets its task from its gate alone, with the token that proves that it asked",
    },
    Rule {
        files: &["rust-bindings/"],
        but_files: &["rust-bindings/procfs", "rust-bindings/testing/"],
        forbidden: "crate::rust_bindings::procfs",
        but_modules: &[],
        why: "what could go into the kernel crate does not depend on what only proc2 wants",
    },
    Rule {
        files: &["rust-bindings/testing/"],
        but_files: &[],
        forbidden: "crate",
        but_modules: &["crate::testing"],
        why: "what tests need of the kernel depends on nothing of proc2's",
    },
    Rule {
        files: &["src/task/"],
        but_files: TASK_DIRECTORIES,
        forbidden: "crate::rust_bindings::vfs::inode",
        but_modules: &[],
        why: "an entry is told what it may know of its inode",
    },
];

/// Directories look for children of the task that they belong to.
const TASK_DIRECTORIES: &[&str] = &[
    "src/task/attr.rs",
    "src/task/fd.rs",
    "src/task/fdinfo.rs",
    "src/task/map_files.rs",
    "src/task/ns.rs",
    "src/task/threads.rs",
];

/// The lines that break a rule.
///
/// # Errors
///
/// If a rule speaks of files or modules that do not exist: it would be kept by everything.
pub(super) fn broken(rules: &[Rule], texts: &Texts, imports: &[Import]) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for rule in rules {
        for prefix in rule.files.iter().chain(rule.but_files) {
            if !texts.keys().any(|name| name.starts_with(prefix)) {
                bail!(
                    "a rule in {} speaks of {prefix}, which does not exist",
                    file!()
                );
            }
        }
        for module in rule.but_modules.iter().chain([&rule.forbidden]) {
            let named = |import: &Import| lies_in(&import.name, module);
            if *module != "crate" && !imports.iter().any(named) {
                bail!(
                    "a rule in {} speaks of {module}, which no file names",
                    file!()
                );
            }
        }
        for import in imports.iter().filter(|import| rule.forbids(import)) {
            let Import {
                from, line, name, ..
            } = import;
            broken.push(format!("{from}:{line} names {name}: {}", rule.why));
        }
    }
    Ok(broken)
}

impl Rule {
    fn forbids(&self, import: &Import) -> bool {
        let is_of = |files: &[&str]| files.iter().any(|prefix| import.from.starts_with(prefix));
        let within = |module: &&str| lies_in(&import.name, module);
        is_of(self.files)
            && !is_of(self.but_files)
            && within(&self.forbidden)
            && !self.but_modules.iter().any(within)
    }
}

fn lies_in(name: &str, module: &str) -> bool {
    name.strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::super::{tests::of, Texts};
    use super::{broken, Rule};

    const FILES: [(&str, &str); 5] = [
        ("src/root.rs", "mod gate; mod front; mod pure; mod task;"),
        ("src/gate.rs", "pub struct Token; use crate::task::Task;"),
        ("src/front.rs", "pub use crate::task::Task;"),
        (
            "src/pure.rs",
            "use crate::{front::Task, gate::Token};\nuse core::fmt;",
        ),
        ("src/task.rs", "pub struct Task; mod tasks {}"),
    ];

    fn of_rule(rule: Rule) -> Result<Vec<String>, String> {
        let owned = FILES.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let found = broken(&[rule], &Texts::from(owned), &of(&FILES));
        found.map_err(|error| error.to_string())
    }

    const ONLY_GATE: Rule = Rule {
        files: &["src/"],
        but_files: &["src/gate.rs"],
        forbidden: "crate::task",
        but_modules: &[],
        why: "gate alone may",
    };

    #[test]
    fn what_is_taken_by_a_detour_is_found_too() {
        let found = of_rule(ONLY_GATE).unwrap();
        let line =
            |file, line| format!("src/{file}.rs:{line} names crate::task::Task: gate alone may");
        assert_eq!(found, [line("front", 1), line("pure", 1)]);
    }

    #[test]
    fn a_module_may_be_let_off() {
        let rule = |but_modules| Rule {
            files: &["src/pure.rs"],
            but_files: &[],
            forbidden: "crate",
            but_modules,
            why: "",
        };
        assert_eq!(of_rule(rule(&[])).unwrap().len(), 3);
        assert_eq!(of_rule(rule(&["crate::gate"])).unwrap().len(), 2);
        let all = &["crate::gate", "crate::front", "crate::task"];
        assert!(of_rule(rule(all)).unwrap().is_empty());
    }

    #[test]
    fn a_rule_about_nothing_is_an_error() {
        let forbidden = "crate::tas";
        assert!(of_rule(Rule {
            forbidden,
            ..ONLY_GATE
        })
        .is_err());
        let files = &["source/"];
        assert!(of_rule(Rule { files, ..ONLY_GATE }).is_err());
    }
}
