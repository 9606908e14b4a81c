// SPDX-License-Identifier: GPL-2.0

//! Names of a policy's lists as sets of vectors: how they are read, written and put in order, by
//! the words of the design and by nothing of the code that is tested.

use crate::pure::policy::ListKind;
use std::collections::BTreeSet;

/// The components of a path from the root.
pub(crate) type Name = Vec<Vec<u8>>;

/// The most bytes of one name.
const LONGEST: usize = 255;

/// The path from its text, without a look at what stands in it.
pub(crate) fn name(path: &[u8]) -> Name {
    path.split(|byte| *byte == b'/')
        .map(<[u8]>::to_vec)
        .collect()
}

/// The text of a path, as the kernel has it.
pub(crate) fn path(name: &Name) -> Vec<u8> {
    name.join(&b'/')
}

/// Whether a byte may stand in a list as it is.
pub(crate) fn literal(byte: u8) -> bool {
    (b'!'..=b'~').contains(&byte) && !br#":,%*?[]\""#.contains(&byte)
}

/// Whether a byte stands in canonical text as it is.
pub(crate) fn plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-+@/~".contains(&byte)
}

/// A name in canonical text of the list `kind`.
pub(crate) fn encode(kind: ListKind, name: &Name) -> Vec<u8> {
    if kind == ListKind::Writable && *name == [b"none"] {
        return b"%6eone".to_vec();
    }
    let escape = |byte: u8| match plain(byte) {
        true => vec![byte],
        false => format!("%{byte:02x}").into(),
    };
    path(name).into_iter().flat_map(escape).collect()
}

/// The bytes that an item of a list stands for, if each is well written.
fn unescape(item: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = item;
    while let [first, behind @ ..] = rest {
        rest = behind;
        match first {
            b'%' => {
                let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                if !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
                    return None;
                }
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                if matches!(bytes.last(), Some(0 | b'/')) {
                    return None;
                }
                rest = &rest[2..];
            }
            byte if literal(*byte) => bytes.push(*byte),
            _ => return None,
        }
    }
    Some(bytes)
}

/// Whether a name of the root is a number that the kernel would look for a task with.
fn is_number(component: &[u8]) -> bool {
    // fs/proc/util.c: one more digit must be safe before the last one is read.
    let number = std::str::from_utf8(component).map(str::parse::<u64>);
    component.iter().all(u8::is_ascii_digit)
        && (component.len() == 1 || component[0] != b'0')
        && matches!(number, Ok(Ok(number)) if number / 10 < 429_496_728)
}

/// Whether a well written path may stand in the list `kind`.
fn allowed(kind: ListKind, name: &Name) -> bool {
    match name[0].as_slice() {
        b"self" | b"thread-self" => false,
        number if is_number(number) => false,
        b"pid" => kind == ListKind::Hide && name.len() == 2 && name[1] != b"net",
        b"net" => kind != ListKind::Show || name.len() == 1,
        _ => true,
    }
}

/// What an item of the list `kind` stands for, if it may stand there.
pub(crate) fn decode(kind: ListKind, item: &[u8]) -> Option<Name> {
    let name = name(&unescape(item)?);
    let good = |component: &Vec<u8>| !matches!(component.as_slice(), b"" | b"." | b"..");
    let good = name.iter().all(good) && allowed(kind, &name);
    // The word none is not looked at here: it is longer by two bytes, and short.
    (good && encode(ListKind::Hide, &name).len() <= LONGEST).then_some(name)
}

/// Whether one of `names` is `path` or a directory above it.
pub(crate) fn covers(names: &BTreeSet<Name>, path: &[Vec<u8>]) -> bool {
    (1..=path.len()).any(|len| names.contains(&path[..len]))
}

/// The names in order, none twice, and none that another one covers.
pub(crate) fn canonical(names: &BTreeSet<Name>) -> Vec<Name> {
    let above = |name: &Name| covers(names, &name[..name.len() - 1]);
    names.iter().filter(|name| !above(name)).cloned().collect()
}
