// SPDX-License-Identifier: GPL-2.0

//! The lines of a test program of the usual harness, as they come: which test it is at, and how each ended.

/// How a verdict ends the line that it stands in.
const VERDICTS: [&str; 3] = ["ok", "FAILED", "ignored"];

/// What a program has told so far.
#[derive(Default)]
pub(crate) struct Verdicts<'a> {
    running: Option<&'a str>,
}

impl<'a> Verdicts<'a> {
    /// The test that it is at, if it has said so: it does not where it has ended one and begun none.
    pub(crate) fn running(&self) -> Option<&'a str> {
        self.running
    }

    /// Takes the next line; the test that ends with it, if one does, and how. A verdict stands in its test's own line if that
    /// printed nothing, or in a line behind what it printed.
    pub(crate) fn take(&mut self, line: &'a str) -> Option<(&'a str, &'static str)> {
        let rest = line.strip_prefix("test ").unwrap_or_default();
        match rest.split(' ').next() {
            Some("result:" | "") | None => {}
            test => self.running = test,
        }
        let verdict = VERDICTS.into_iter().find(|verdict| {
            let rest = before(line, verdict);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("test "))
        })?;
        Some((self.running.take()?, verdict))
    }
}

/// What stands before a verdict; a reason may stand behind that.
fn before<'l>(line: &'l str, verdict: &str) -> Option<&'l str> {
    let line = match line.split_once("ignored (") {
        Some((rest, _)) if verdict == "ignored" => return Some(rest),
        _ => line,
    };
    line.strip_suffix(verdict)
}

#[cfg(test)]
mod tests {
    use super::Verdicts;

    #[test]
    fn each_verdict_is_seen() {
        let lines = [
            "running 4 tests",
            "test a::b   ... ok",
            "  noise is ok",
            "test c ... ",
            "    it said",
            "FAILED",
            "test d ... ignored (there is none)",
            "test e ... 7",
            "ok",
            "test f ... ",
        ];
        let mut verdicts = Verdicts::default();
        let ended: Vec<_> = lines
            .iter()
            .filter_map(|line| verdicts.take(line))
            .collect();
        assert_eq!(
            ended,
            [
                ("a::b", "ok"),
                ("c", "FAILED"),
                ("d", "ignored"),
                ("e", "ok")
            ]
        );
        assert_eq!(verdicts.running(), Some("f"));
        verdicts.take("ok");
        verdicts.take("test result: ok. 5 passed");
        assert_eq!(verdicts.running(), None);
    }
}
