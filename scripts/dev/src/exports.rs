// SPDX-License-Identifier: GPL-2.0

//! The exports that proc2 asks of the kernel, compared both ways: each is needed by a module, and
//! each symbol that a module needs is exported.

use crate::kernel;
use anyhow::{Context, Result};
use object::{Object, ObjectSymbol};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// An export of `proc2_exports.c`.
struct Export {
    symbol: String,
    /// Inside a condition of the preprocessor: need not be in every kernel.
    conditional: bool,
}

/// Exports that a built kernel lacks.
pub(crate) fn missing(kdir: &Path) -> Result<Vec<String>> {
    let exported = symvers(kdir)?;
    let asked = parse(&fs::read_to_string(kernel::exports_file()?)?);
    let lacks = |export: &Export| !export.conditional && !exported.contains(&export.symbol);
    Ok(asked
        .into_iter()
        .filter(lacks)
        .map(|export| export.symbol)
        .collect())
}

/// What is wrong between the exports, the kernel and the modules; nothing if all is well.
pub(crate) fn compare(kdir: &Path, modules: &[PathBuf]) -> Result<Vec<String>> {
    let exported = symvers(kdir)?;
    let mut needed = BTreeSet::new();
    for module in modules {
        needed.extend(undefined(module)?);
    }
    let asked = parse(&fs::read_to_string(kernel::exports_file()?)?);
    let mut wrong = Vec::new();
    for Export {
        symbol,
        conditional,
    } in asked
    {
        if !exported.contains(&symbol) {
            if !conditional {
                wrong.push(format!(
                    "{symbol}: exported by the file, but not by the kernel built"
                ));
            }
        } else if !needed.contains(&symbol) {
            wrong.push(format!(
                "{symbol}: exported, but no module needs it; take it out"
            ));
        }
    }
    let unresolved = needed.iter().filter(|symbol| !exported.contains(*symbol));
    wrong.extend(unresolved.map(|symbol| format!("{symbol}: needed by a module, not exported")));
    Ok(wrong)
}

/// The names in `EXPORT_TO_PROC2(name);` lines.
fn parse(source: &str) -> Vec<Export> {
    let mut depth = 0_u32;
    let mut exports = Vec::new();
    for line in source.lines().map(str::trim) {
        if line.starts_with("#if") {
            depth += 1;
        } else if line.starts_with("#endif") {
            depth = depth.saturating_sub(1);
        } else if let Some(symbol) = line.strip_prefix("EXPORT_TO_PROC2(") {
            let symbol = symbol.trim_end_matches(");").to_owned();
            exports.push(Export {
                symbol,
                conditional: depth > 0,
            });
        }
    }
    exports
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
    use super::parse;

    #[test]
    fn exports_are_read_with_their_conditions() {
        let source = "#define EXPORT_TO_PROC2(sym) X(sym)\nEXPORT_TO_PROC2(a);\n\
                      #ifdef CONFIG_B\nEXPORT_TO_PROC2(b);\n#endif\nEXPORT_TO_PROC2(c);\n";
        let seen: Vec<_> = parse(source)
            .into_iter()
            .map(|e| (e.symbol, e.conditional))
            .collect();
        let expected = [("a", false), ("b", true), ("c", false)];
        assert_eq!(
            seen,
            expected.map(|(name, conditional)| (name.to_owned(), conditional))
        );
    }
}
