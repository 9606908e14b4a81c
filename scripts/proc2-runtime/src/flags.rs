// SPDX-License-Identifier: GPL-2.0

//! The options of a mount in a bundle: words that are the mount's, and options of the filesystem.

use rustix::mount::MountAttrFlags;

/// What the words do to the flags of a mount: what is set, and what is taken back.
const WORDS: [(&str, MountAttrFlags, bool); 15] = [
    ("defaults", MountAttrFlags::empty(), true),
    ("ro", MountAttrFlags::MOUNT_ATTR_RDONLY, true),
    ("rw", MountAttrFlags::MOUNT_ATTR_RDONLY, false),
    ("nosuid", MountAttrFlags::MOUNT_ATTR_NOSUID, true),
    ("suid", MountAttrFlags::MOUNT_ATTR_NOSUID, false),
    ("nodev", MountAttrFlags::MOUNT_ATTR_NODEV, true),
    ("dev", MountAttrFlags::MOUNT_ATTR_NODEV, false),
    ("noexec", MountAttrFlags::MOUNT_ATTR_NOEXEC, true),
    ("exec", MountAttrFlags::MOUNT_ATTR_NOEXEC, false),
    ("noatime", MountAttrFlags::MOUNT_ATTR_NOATIME, true),
    ("relatime", MountAttrFlags::MOUNT_ATTR__ATIME, false),
    ("strictatime", MountAttrFlags::MOUNT_ATTR_STRICTATIME, true),
    ("nodiratime", MountAttrFlags::MOUNT_ATTR_NODIRATIME, true),
    ("diratime", MountAttrFlags::MOUNT_ATTR_NODIRATIME, false),
    ("nosymfollow", MountAttrFlags::MOUNT_ATTR_NOSYMFOLLOW, true),
];

/// Whether the words make of a mount one more place of another filesystem.
pub fn bind(options: &[String]) -> bool {
    options.iter().any(|word| word == "bind" || word == "rbind")
}

/// Whether `word` is the mount's.
pub fn is_word(word: &str) -> bool {
    WORDS.iter().any(|(name, ..)| *name == word)
}

/// The flags that words make, or the first word that is none.
pub fn attributes<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<MountAttrFlags, &'w str> {
    let times = MountAttrFlags::MOUNT_ATTR__ATIME;
    let mut flags = MountAttrFlags::empty();
    for word in words {
        let row = WORDS.iter().find(|(name, ..)| *name == word);
        let (_, flag, set) = row.ok_or(word)?;
        if times.intersects(*flag) {
            flags -= times; // Of these three only one can be.
        }
        flags.set(*flag, *set);
    }
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts() {
        let of = |text: &'static str| attributes(text.split(','));
        assert_eq!(
            of("nosuid,nodev,suid"),
            Ok(MountAttrFlags::MOUNT_ATTR_NODEV)
        );
        assert_eq!(of("ro,rw,defaults"), Ok(MountAttrFlags::empty()));
        assert_eq!(of("noatime,relatime"), Ok(MountAttrFlags::empty()));
        assert_eq!(
            of("noatime,strictatime"),
            Ok(MountAttrFlags::MOUNT_ATTR_STRICTATIME)
        );
        assert_eq!(of("nosuid,rprivate"), Err("rprivate"));
    }
}
