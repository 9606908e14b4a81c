// SPDX-License-Identifier: GPL-2.0

//! Equal or not: what a program says on procfs, on the type under test, and on procfs again.
//!
//! A line that is the same both times on procfs must be that on the other one too. Only a line that
//! moves by itself may differ, if a rule says that it moves, and why.

/// A rule about lines that move by themselves.
#[derive(Clone)]
pub(super) struct Moves {
    /// Lines that have this in them; every line has the empty text.
    line: String,
    how: How,
    // Read by people alone: no rule without a reason.
    _why: &'static str,
}

#[derive(Clone, Copy)]
enum How {
    Drifts,
    Wanders,
    Flips,
}

impl Moves {
    /// Numbers and times that go one way, as time does, and the shares of the CPU that go down with
    /// it: they must lie between those of the two procfs runs.
    pub(super) fn drifts(line: &str, why: &'static str) -> Self {
        Self {
            line: line.into(),
            how: How::Drifts,
            _why: why,
        }
    }

    /// Numbers that go up and down: only that there is a number is compared.
    pub(super) fn wanders(line: &str, why: &'static str) -> Self {
        Self {
            line: line.into(),
            how: How::Wanders,
            _why: why,
        }
    }

    /// Numbers that go to and fro between two values, so that procfs may say the same both times
    /// and another between: only that there is a number is compared.
    pub(super) fn flips(line: &str, why: &'static str) -> Self {
        Self {
            line: line.into(),
            how: How::Flips,
            _why: why,
        }
    }

    fn allows(&self, before: &str, ours: &str, after: &str) -> bool {
        let rests = before == after && !matches!(self.how, How::Flips);
        if rests || !before.contains(&self.line) {
            return false;
        }
        let (before, ours, after) = (words(before), words(ours), words(after));
        if before.len() != ours.len() || after.len() != ours.len() {
            return false;
        }
        let mut words = before.iter().zip(&ours).zip(&after);
        words.all(|((before, ours), after)| match self.how {
            How::Drifts => within(before, ours, after),
            How::Wanders | How::Flips => {
                shape(before) == shape(ours) || shape(after) == shape(ours)
            }
        })
    }
}

/// The words of a line. A label's colon ends one: where a number fills its column, no blank is there
/// (`%Cpu(s):100.0 us`). A time's colon does not.
fn words(line: &str) -> Vec<String> {
    let mut apart = String::new();
    for letter in line.chars() {
        let of_a_time = apart.ends_with(|last: char| last.is_ascii_digit());
        apart.push(letter);
        if letter == ':' && !of_a_time {
            apart.push(' ');
        }
    }
    let between = |letter: char| letter.is_whitespace() || letter == ',';
    let words = apart.split(between).filter(|word| !word.is_empty());
    words.map(Into::into).collect()
}

/// Whether a word lies between two others: a longer number is a larger one.
fn within(before: &str, ours: &str, after: &str) -> bool {
    let key = |word: &str| (word.len(), word.to_owned());
    let (before, ours, after) = (key(before), key(ours), key(after));
    (&before).min(&after) <= &ours && &ours <= (&before).max(&after)
}

/// A word without its numbers, hexadecimal ones too; large ones have no decimals.
fn shape(word: &str) -> String {
    let parts = word.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric());
    let number = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    let shape: String = parts
        .map(|part| match part.chars().last() {
            Some(end) if number(part) && !end.is_ascii_alphanumeric() => format!("#{end}"),
            _ if number(part) => "#".into(),
            _ => part.into(),
        })
        .collect();
    match shape.as_str() {
        "#.#" => "#".into(),
        _ => shape,
    }
}

/// How three outcomes compare.
pub(super) enum Verdict {
    /// The same bytes.
    Equal,
    /// The same but for what moves.
    Normalised,
    /// Different: what procfs and what the type under test says.
    Different(String, String),
}

/// Compares three outcomes.
pub(super) fn judge(before: &str, ours: &str, after: &str, moves: &[Moves]) -> Verdict {
    if ours == before || ours == after {
        return Verdict::Equal;
    }
    let lines = |text: &str| -> Vec<String> { text.lines().map(Into::into).collect() };
    let (before, ours, after) = (lines(before), lines(ours), lines(after));
    let mut same = before.len() == ours.len() && after.len() == ours.len();
    let (mut want, mut got) = (Vec::new(), Vec::new());
    for ((before, ours), after) in before.iter().zip(&ours).zip(&after) {
        let at_rest = ours == before || ours == after;
        let moved = moves.iter().any(|rule| rule.allows(before, ours, after));
        if !at_rest && !moved {
            same = false;
            want.push(format!("{before}\n"));
            got.push(format!("{ours}\n"));
        }
    }
    match (same, want.is_empty()) {
        (true, _) => Verdict::Normalised,
        // Lines came or went.
        (false, true) => Verdict::Different(before.join("\n"), ours.join("\n")),
        (false, false) => Verdict::Different(want.concat(), got.concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether three lines pass for the same one.
    fn same(rule: Moves, before: &str, ours: &str, after: &str) -> bool {
        matches!(judge(before, ours, after, &[rule]), Verdict::Normalised)
    }

    #[test]
    fn a_number_that_fills_its_column_is_a_number() {
        let rule = || Moves::wanders("%Cpu", "counters");
        let (idle, busy) = ("%Cpu(s):  0.0 us, 98.1 id", "%Cpu(s):100.0 us,  0.0 id");
        assert!(same(rule(), idle, busy, "%Cpu(s):  1.0 us, 97.0 id"));
        assert!(same(rule(), busy, idle, "%Cpu(s): 10.0 us,100.0 id"));
        assert!(!same(
            rule(),
            idle,
            "%Cpu(s):  0.0 us, lost id",
            "%Cpu(s):  1.0 us, 97.0 id"
        ));
    }

    #[test]
    fn a_share_of_a_hundred_has_no_decimals() {
        let rule = || Moves::wanders("ps", "it runs");
        assert!(same(rule(), "7 60.0 ps", "7 133 ps", "7 61.0 ps"));
        assert!(!same(rule(), "7 60.0 ps", "7 - ps", "7 61.0 ps"));
    }

    #[test]
    fn what_flips_may_be_the_same_twice() {
        let (one, other) = ("[vvar] 4", "[vvar] 0");
        assert!(same(Moves::flips("[vvar]", "by turns"), one, other, one));
        assert!(!same(Moves::wanders("[vvar]", "moves"), one, other, one));
    }

    #[test]
    fn what_drifts_lies_between() {
        let rule = || Moves::drifts("", "time");
        assert!(same(rule(), "1 00:59 x", "1 01:00 x", "1 01:01 x"));
        assert!(!same(rule(), "1 00:59 x", "1 01:02 x", "1 01:01 x"));
    }
}
