// SPDX-License-Identifier: GPL-2.0

//! One thing that was found, and what follows from it.

use std::fmt;

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing: it is as it should be.
    Ok,
    /// Nothing, but it is worth to know.
    Note,
    /// Something is to be done.
    Do,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What follows.
    pub(crate) verdict: Verdict,
    /// What was found.
    pub(crate) text: String,
    /// Lines to type or to add somewhere.
    pub(crate) lines: Vec<String>,
}

impl Finding {
    fn new(verdict: Verdict, text: impl Into<String>) -> Self {
        Self {
            verdict,
            text: text.into(),
            lines: Vec::new(),
        }
    }

    pub(crate) fn ok(text: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, text)
    }

    pub(crate) fn note(text: impl Into<String>) -> Self {
        Self::new(Verdict::Note, text)
    }

    /// Something to do: the lines that do it come behind.
    pub(crate) fn to_do<T: Into<String>>(
        text: impl Into<String>,
        lines: impl IntoIterator<Item = T>,
    ) -> Self {
        let lines = lines.into_iter().map(Into::into).collect();
        Self {
            lines,
            ..Self::new(Verdict::Do, text)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Note => "note",
            Verdict::Do => "do",
        };
        write!(f, "{word}: {}", self.text)?;
        self.lines
            .iter()
            .try_for_each(|line| write!(f, "\n    {line}"))
    }
}
