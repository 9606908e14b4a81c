// SPDX-License-Identifier: GPL-2.0

//! Lets a module be loaded where the kernel does not export what it uses: its relocations against
//! those symbols become ones that the kernel resolves by name.
//!
//! The format is that of livepatch modules (Documentation/livepatch/module-elf-format.rst); the
//! kernel's own tools make it the same way (tools/objtool/klp-post-link.c). The reader of it is
//! `klp_resolve_symbols()` in kernel/livepatch/core.c.

use anyhow::{bail, ensure, Context, Result};
use object::build::elf::{Builder, Relocation, SectionData, SectionId};
use object::elf::{ET_REL, SHF_ALLOC, SHN_UNDEF, SHT_RELA, STB_WEAK};

/// `st_shndx` of a symbol that is resolved by name (include/uapi/linux/elf.h).
const SHN_LIVEPATCH: u16 = 0xff20;
/// Flag of a section with relocations against such symbols.
const SHF_RELA_LIVEPATCH: u64 = 0x0010_0000;
/// Bytes of a name that `klp_resolve_symbols()` reads, and the kernel's for a symbol.
const NAME: usize = 511;
/// Bytes of an `Elf64_Rela`.
const ENTRY: u64 = 24;

/// A module that can be loaded.
pub(crate) struct Converted {
    /// Its file.
    pub(crate) module: Vec<u8>,
    /// The symbols that the kernel is to look up, sorted.
    pub(crate) symbols: Vec<String>,
    /// How many relocations there are against them.
    pub(crate) relocations: usize,
}

/// Converts a module for a kernel that exports what `exported` says.
pub(crate) fn convert(module: &[u8], exported: impl Fn(&str) -> bool) -> Result<Converted> {
    let mut elf = Builder::read(module).context("not an ELF file that can be taken apart")?;
    ensure!(elf.header.e_type == ET_REL, "not a module: it is linked");
    let mut symbols = rename(&mut elf, exported)?;
    symbols.sort();
    let relocations = move_relocations(&mut elf)?;
    if !symbols.is_empty() {
        mark(&mut elf)?;
    }
    let mut module = Vec::new();
    elf.write(&mut module)
        .context("cannot put the module together")?;
    Ok(Converted {
        module,
        symbols,
        relocations,
    })
}

/// Gives the symbols that are not exported names that say where the kernel finds them. Returns the
/// symbols.
fn rename(elf: &mut Builder<'_>, exported: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut renamed = Vec::new();
    for symbol in elf.symbols.iter_mut() {
        // A weak one may stay without an address.
        let undefined = symbol.section.is_none() && symbol.st_shndx == SHN_UNDEF;
        if !undefined || symbol.name.is_empty() || symbol.st_bind() == STB_WEAK {
            continue;
        }
        let name = std::str::from_utf8(&symbol.name).context("a symbol's name is not UTF-8")?;
        if exported(name) {
            continue;
        }
        ensure!(
            name.len() <= NAME && !name.contains(','),
            "a name that the kernel cannot look up: {name}"
        );
        let name = name.to_owned();
        // 0: there must be one of that name.
        symbol.name = format!(".klp.sym.vmlinux.{name},0").into_bytes().into();
        symbol.st_shndx = SHN_LIVEPATCH;
        renamed.push(name);
    }
    Ok(renamed)
}

/// Moves the relocations against these symbols into sections of their own. Returns how many.
fn move_relocations(elf: &mut Builder<'_>) -> Result<usize> {
    let symbols = &elf.symbols;
    let ours = |relocation: &Relocation| {
        let symbol = relocation.symbol.map(|symbol| symbols.get(symbol));
        symbol.is_some_and(|symbol| symbol.st_shndx == SHN_LIVEPATCH)
    };
    let mut moved: Vec<(SectionId, Option<SectionId>, Vec<Relocation>)> = Vec::new();
    for section in elf.sections.iter_mut() {
        let SectionData::Relocation(all) = &mut section.data else {
            continue;
        };
        let (theirs, kept) = all
            .iter()
            .partition::<Vec<_>, _>(|relocation| ours(relocation));
        if theirs.is_empty() {
            continue;
        }
        ensure!(section.sh_type == SHT_RELA, "relocations without addends");
        let target = section
            .sh_info_section
            .context("relocations of no section")?;
        *all = kept;
        moved.push((target, section.sh_link_section, theirs));
    }
    let mut count = 0;
    for (target, symbols, relocations) in moved {
        let name = elf.sections.get(target).name.to_string();
        if !elf.sections.get(target).is_alloc() {
            bail!("{name} is not loaded, and names a symbol that is not exported");
        }
        count += relocations.len();
        let section = elf.sections.add();
        section.name = format!(".klp.rela.vmlinux.{name}").into_bytes().into();
        section.sh_type = SHT_RELA;
        section.sh_flags = u64::from(SHF_ALLOC) | SHF_RELA_LIVEPATCH;
        section.sh_link_section = symbols;
        section.sh_info_section = Some(target);
        section.sh_addralign = 8;
        section.sh_entsize = ENTRY;
        section.data = SectionData::Relocation(relocations);
    }
    Ok(count)
}

/// Says in `.modinfo` that the module has such relocations, without which the kernel refuses it.
fn mark(elf: &mut Builder<'_>) -> Result<()> {
    let mut sections = elf.sections.iter_mut();
    let modinfo = sections.find(|section| &*section.name == b".modinfo");
    let modinfo = modinfo.context("not a module: it has no .modinfo")?;
    let SectionData::Data(data) = &mut modinfo.data else {
        bail!(".modinfo holds no text");
    };
    data.to_mut().extend_from_slice(b"livepatch=Y\0");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::elf::{self, FileHeader64};
    use object::read::elf::{FileHeader as _, Rela as _, SectionHeader as _, Sym as _};
    use object::Endianness;

    /// A module whose `.text` calls `dput`, which is exported, and twice a function that is not, and
    /// which has an undefined weak symbol.
    fn module(section: &[u8], flags: u32) -> Vec<u8> {
        let mut elf = Builder::new(Endianness::Little, true);
        (elf.header.e_type, elf.header.e_machine) = (ET_REL, elf::EM_X86_64);
        let mut symbols = Vec::new();
        for (name, bind) in [
            ("dput", elf::STB_GLOBAL),
            ("proc_pid_stat", elf::STB_GLOBAL),
            ("weak", STB_WEAK),
        ] {
            let symbol = elf.symbols.add();
            symbol.name = name.into();
            symbol.set_st_info(bind, elf::STT_NOTYPE);
            symbols.push(symbol.id());
        }
        let mut add = |name: &[u8], kind: u32, flags: u32, data: SectionData<'static>| {
            let added = elf.sections.add();
            (added.name, added.sh_type) = (name.to_vec().into(), kind);
            (added.sh_flags, added.sh_addralign, added.data) = (u64::from(flags), 8, data);
            added.id()
        };
        let text = add(
            section,
            elf::SHT_PROGBITS,
            flags,
            SectionData::Data(vec![0; 32].into()),
        );
        add(
            b".modinfo",
            elf::SHT_PROGBITS,
            SHF_ALLOC,
            SectionData::Data(b"license=GPL\0".to_vec().into()),
        );
        add(b".shstrtab", elf::SHT_STRTAB, 0, SectionData::SectionString);
        let strings = add(b".strtab", elf::SHT_STRTAB, 0, SectionData::String);
        let table = add(b".symtab", elf::SHT_SYMTAB, 0, SectionData::Symbol);
        let calls = [0, 1, 2, 1].into_iter().zip([0, 8, 16, 24]);
        let calls = calls.map(|(symbol, r_offset)| Relocation {
            r_offset,
            symbol: Some(symbols[symbol]),
            r_type: elf::R_X86_64_PLT32,
            r_addend: -4,
        });
        let rela = add(
            b".rela.text",
            SHT_RELA,
            0,
            SectionData::Relocation(calls.collect()),
        );
        elf.sections.get_mut(table).sh_link_section = Some(strings);
        let rela = elf.sections.get_mut(rela);
        (rela.sh_link_section, rela.sh_info_section) = (Some(table), Some(text));
        rela.sh_flags = u64::from(elf::SHF_INFO_LINK);
        let mut module = Vec::new();
        elf.write(&mut module).unwrap();
        module
    }

    /// Flags, target and relocations of a section, these with their places and symbols' names. Not by
    /// the library's builder, which takes such sections for those of a linked file.
    fn relocations(module: &[u8], name: &str) -> (u64, String, Vec<(u64, String)>) {
        let file = FileHeader64::<Endianness>::parse(module).unwrap();
        let endian = file.endian().unwrap();
        let sections = file.sections(endian, module).unwrap();
        let symbols = sections.symbols(endian, module, elf::SHT_SYMTAB).unwrap();
        let (_, section) = sections.section_by_name(endian, name.as_bytes()).unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let target = sections.section(section.info_link(endian)).unwrap();
        let target = text(sections.section_name(endian, target).unwrap());
        let (all, _) = section.rela(endian, module).unwrap().unwrap();
        let place = |it: &elf::Rela64<Endianness>| {
            let symbol = symbols.symbol(it.symbol(endian, false).unwrap()).unwrap();
            let name = symbols.symbol_name(endian, symbol).unwrap();
            let resolved = symbol.st_shndx(endian) == SHN_LIVEPATCH;
            assert_eq!(resolved, name.starts_with(b".klp.sym."));
            (it.r_offset(endian), text(name))
        };
        (
            section.sh_flags(endian),
            target,
            all.iter().map(place).collect(),
        )
    }

    #[test]
    fn what_is_not_exported_is_resolved_by_name() {
        let before = module(b".text", SHF_ALLOC | elf::SHF_EXECINSTR);
        let after = convert(&before, |name| name == "dput").unwrap();
        assert_eq!(
            (after.symbols, after.relocations),
            (vec!["proc_pid_stat".to_owned()], 2)
        );
        let name = ".klp.sym.vmlinux.proc_pid_stat,0".to_owned();
        let (flags, target, all) = relocations(&after.module, ".klp.rela.vmlinux..text");
        assert_eq!(flags, u64::from(SHF_ALLOC) | SHF_RELA_LIVEPATCH);
        assert_eq!(target, ".text");
        assert_eq!(all, [(8, name.clone()), (24, name)]);
        let (_, target, all) = relocations(&after.module, ".rela.text");
        assert_eq!(target, ".text");
        assert_eq!(all, [(0, "dput".to_owned()), (16, "weak".to_owned())]);
        let modinfo = b"license=GPL\0livepatch=Y\0";
        assert!(after.module.windows(modinfo.len()).any(|it| it == modinfo));
    }

    #[test]
    fn where_all_is_exported_nothing_changes() {
        let before = module(b".text", SHF_ALLOC);
        let after = convert(&before, |_| true).unwrap();
        assert_eq!((after.module, after.relocations), (before, 0));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let told = |module: &[u8]| format!("{:#}", convert(module, |_| false).err().unwrap());
        assert!(told(b"hello").starts_with("not an ELF file that"));
        assert!(told(&module(b".debug", 0)).contains(".debug is not loaded"));
        let mut linked = module(b".text", SHF_ALLOC);
        linked[16] = 3;
        assert!(told(&linked).starts_with("not a module"));
    }
}
