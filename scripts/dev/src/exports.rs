// SPDX-License-Identifier: GPL-2.0

//! The exports that proc2 asks of the kernel, compared both ways: each is needed by a module, and
//! each symbol that a module needs is exported.
//!
//! Which of them a kernel must have is a matter of its configuration: the conditions in the file
//! are those of the kernel's headers.

use crate::kernel;
use anyhow::{Context, Result};
use object::{Object, ObjectSymbol};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// An export of `proc2_exports.c`.
#[derive(Debug, PartialEq)]
struct Export {
    symbol: String,
    /// The conditions of the preprocessor that it stands in.
    conditions: Vec<Condition>,
}

/// A condition of the preprocessor.
#[derive(Clone, Debug, PartialEq)]
enum Condition {
    /// Options, all of which must be built in, or must not.
    Options(Vec<(String, bool)>),
    /// What the configuration does not tell.
    Unknown,
}

/// Whether a kernel must have an export.
#[derive(Debug, PartialEq)]
enum Due {
    Yes,
    No,
    Perhaps,
}

impl Export {
    /// Whether a kernel with these options built in must have it.
    fn due(&self, options: &BTreeSet<String>) -> Due {
        let holds = |condition: &Condition| match condition {
            Condition::Options(wanted) => {
                let holds =
                    |(option, built_in): &(String, bool)| options.contains(option) == *built_in;
                Some(wanted.iter().all(holds))
            }
            Condition::Unknown => None,
        };
        let verdicts: Vec<_> = self.conditions.iter().map(holds).collect();
        if verdicts.contains(&Some(false)) {
            Due::No
        } else if verdicts.contains(&None) {
            Due::Perhaps
        } else {
            Due::Yes
        }
    }
}

/// Exports that a built kernel lacks.
pub(crate) fn missing(kdir: &Path) -> Result<Vec<String>> {
    let (exported, options) = (symvers(kdir)?, options(kdir)?);
    let asked = parse(&fs::read_to_string(kernel::exports_file()?)?);
    let lacks =
        |export: &Export| export.due(&options) == Due::Yes && !exported.contains(&export.symbol);
    Ok(asked
        .into_iter()
        .filter(lacks)
        .map(|export| export.symbol)
        .collect())
}

/// What is wrong between the exports, the kernel and the modules; nothing if all is well.
pub(crate) fn compare(kdir: &Path, modules: &[PathBuf]) -> Result<Vec<String>> {
    let (exported, options) = (symvers(kdir)?, options(kdir)?);
    let mut needed = BTreeSet::new();
    for module in modules {
        needed.extend(undefined(module)?);
    }
    let asked = parse(&fs::read_to_string(kernel::exports_file()?)?);
    Ok(differences(&asked, &options, &exported, &needed))
}

fn differences(
    asked: &[Export],
    options: &BTreeSet<String>,
    exported: &BTreeSet<String>,
    needed: &BTreeSet<String>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for export in asked {
        let symbol = &export.symbol;
        let (is_exported, due) = (exported.contains(symbol), export.due(options));
        if due == Due::Yes && !is_exported {
            wrong.push(format!(
                "{symbol}: exported by the file, but not by the kernel built"
            ));
        } else if due == Due::No && is_exported {
            wrong.push(format!(
                "{symbol}: exported, though the condition around it does not hold"
            ));
        } else if is_exported && !needed.contains(symbol) {
            wrong.push(format!(
                "{symbol}: exported, but no module needs it; take it out"
            ));
        }
    }
    let unresolved = needed.iter().filter(|symbol| !exported.contains(*symbol));
    wrong.extend(unresolved.map(|symbol| format!("{symbol}: needed by a module, not exported")));
    wrong
}

/// The names in `EXPORT_TO_PROC2(name);` lines.
fn parse(source: &str) -> Vec<Export> {
    let mut conditions = Vec::new();
    let mut exports = Vec::new();
    for line in source.lines().map(str::trim) {
        if line.starts_with("#if") {
            conditions.push(condition(line));
        } else if line.starts_with("#el") {
            // Not used in the file: its exports stand where they are needed.
            conditions.pop();
            conditions.push(Condition::Unknown);
        } else if line.starts_with("#endif") {
            conditions.pop();
        } else if let Some(symbol) = line.strip_prefix("EXPORT_TO_PROC2(") {
            exports.push(Export {
                symbol: symbol.trim_end_matches(");").to_owned(),
                conditions: conditions.clone(),
            });
        }
    }
    exports
}

/// What an `#if` line asks for.
fn condition(line: &str) -> Condition {
    let option = |name: &str, built_in| {
        let name = name.trim();
        name.starts_with("CONFIG_")
            .then(|| (name.to_owned(), built_in))
    };
    let part = |part: &str| {
        let part = part.trim();
        let (part, built_in) = part
            .strip_prefix('!')
            .map_or((part, true), |rest| (rest.trim_start(), false));
        let name = part.strip_prefix("defined(")?.strip_suffix(')')?;
        option(name, built_in)
    };
    let options: Option<Vec<_>> = if let Some(name) = line.strip_prefix("#ifdef ") {
        option(name, true).map(|option| vec![option])
    } else if let Some(name) = line.strip_prefix("#ifndef ") {
        option(name, false).map(|option| vec![option])
    } else {
        let parts = line.strip_prefix("#if ").map(|rest| rest.split("&&"));
        parts.and_then(|parts| parts.map(part).collect())
    };
    options.map_or(Condition::Unknown, Condition::Options)
}

/// The options that are built into a kernel.
fn options(kdir: &Path) -> Result<BTreeSet<String>> {
    let path = kdir.join("include/config/auto.conf");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}; was that kernel built?", path.display()))?;
    let built_in = |line: &str| line.strip_suffix("=y").map(str::to_owned);
    Ok(text.lines().filter_map(built_in).collect())
}

/// The symbols that a kernel exports.
fn symvers(kdir: &Path) -> Result<BTreeSet<String>> {
    let path = kdir.join("Module.symvers");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}; was that kernel built?", path.display()))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split('\t').nth(1).map(str::to_owned))
        .collect())
}

/// The symbols that a module leaves for the kernel to resolve.
fn undefined(module: &Path) -> Result<BTreeSet<String>> {
    let shown = module.display();
    let bytes = fs::read(module).with_context(|| format!("cannot read {shown}"))?;
    let file = object::File::parse(&*bytes).with_context(|| format!("{shown} is no module"))?;
    let symbols = file.symbols().filter(|symbol| symbol.is_undefined());
    let names = symbols.filter_map(|symbol| symbol.name().ok().map(str::to_owned));
    // The first symbol of every table is empty; the others the module loader knows by itself.
    Ok(names
        .filter(|name| !name.is_empty() && name != "_GLOBAL_OFFSET_TABLE_")
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "#define EXPORT_TO_PROC2(sym) X(sym)\nEXPORT_TO_PROC2(a);\n\
                          #ifdef CONFIG_B\nEXPORT_TO_PROC2(b);\n#endif\nEXPORT_TO_PROC2(c);\n\
                          #ifdef __ARCH\nEXPORT_TO_PROC2(d);\n#endif\n\
                          #if defined(CONFIG_B) && !defined(CONFIG_C)\nEXPORT_TO_PROC2(e);\n\
                          #ifdef __ARCH\nEXPORT_TO_PROC2(f);\n#endif\n#endif\n";

    fn set(words: &str) -> BTreeSet<String> {
        words.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_a_kernel_must_have_is_told_by_its_options() {
        let due = |options: &str| {
            let options = set(options);
            let exports = parse(SOURCE);
            let letter = |export: &Export| match export.due(&options) {
                Due::Yes => export.symbol.to_uppercase(),
                Due::No => "-".to_owned(),
                Due::Perhaps => export.symbol.clone(),
            };
            exports.iter().map(letter).collect::<String>()
        };
        assert_eq!(due(""), "A-Cd--");
        assert_eq!(due("CONFIG_B"), "ABCdEf");
        assert_eq!(due("CONFIG_B CONFIG_C"), "ABCd--");
    }

    #[test]
    fn each_difference_is_told() {
        let found = |options: &str, exported: &str, needed: &str| {
            let (exported, needed) = (set(exported), set(needed));
            let wrong = differences(&parse(SOURCE), &set(options), &exported, &needed);
            let symbol = |line: &String| line.split(':').next().unwrap_or_default().to_owned();
            wrong.iter().map(symbol).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("", "a c z", "a c z"), "");
        assert_eq!(found("CONFIG_B", "a b c d e f", "a b c d e f"), "");
        // Built in, and not exported.
        assert_eq!(found("CONFIG_B", "a c e", "a c e"), "b");
        // Exported without its option.
        assert_eq!(found("", "a b c", "a b c"), "b");
        // Needed by nobody.
        assert_eq!(found("", "a c d", "a d"), "c");
        // A condition that is wider than the file says.
        assert_eq!(found("CONFIG_C", "a c", "a b c"), "b");
    }
}
