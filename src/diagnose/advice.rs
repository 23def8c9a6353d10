//! What to write in the import, or what was ruled out.
use super::{Diagnosis, Reading, Verdict};
use crate::error::ParseErrorKind;
use crate::format::Format;
use std::fmt::Write as _;

impl Reading {
    /// Whether a hash of this kind can be imported once the advice is followed.
    #[must_use]
    pub fn is_importable(&self) -> bool {
        self.deviations.iter().all(|deviation| deviation.is_importable())
    }

    fn advice(&self) -> String {
        let steps: Vec<String> =
            self.deviations.iter().map(|deviation| deviation.advice()).collect();
        let mut told = match self.format {
            Some(format) if self.is_importable() => format!("import as `{}`", format.slug()),
            Some(format) => format!("the format is `{}`", format.slug()),
            None => "it can't be imported as it is".to_owned(),
        };
        if let Some(needs) = self.format.map(Format::needs).filter(|needs| !needs.is_empty()) {
            let _ = write!(told, " with side data {}", needs.join(", "));
        }
        for step in steps {
            let _ = write!(told, "; {step}");
        }
        told
    }
}

impl Diagnosis {
    /// What to do: how to import the hash, or what was ruled out and where to look next.
    ///
    /// It holds names and numbers, and no secret.
    #[must_use]
    pub fn advice(&self) -> String {
        match (&self.reading, self.verdict) {
            (Some(reading), Verdict::Verifies) => format!("nothing is wrong: {}", reading.advice()),
            (Some(reading), _) => reading.advice(),
            (None, _) => self.ruled_out(),
        }
    }

    fn ruled_out(&self) -> String {
        let mut told = String::new();
        if let Some(width) = self.cut_at {
            let _ = write!(
                told,
                "the text breaks off after {width} characters, which is a common width of a \
                 column: it was cut (truncated), and has to be exported again from a column that \
                 is wide enough. "
            );
        }
        match &self.fault {
            Some(ParseErrorKind::Malformed { at, rule }) => {
                let _ = write!(told, "As given it can't be read: at byte {at}: {rule}. ");
            }
            Some(ParseErrorKind::OverLimit(over)) => {
                let _ = write!(told, "As given it is too costly: {over}. ");
            }
            Some(ParseErrorKind::MissingSide { key }) => {
                let _ = write!(told, "Side data `{key}` is missing: give it. ");
            }
            Some(ParseErrorKind::Unrecognised) => {
                told.push_str("No format recognises the text. ");
            }
            _ => {}
        }
        if self.locked {
            told.push_str("It is a marker of a locked account, which no password opens. ");
        }
        if self.tried > 0 {
            let _ = write!(
                told,
                "Ruled out by {} attempts: other readings of salt, cost, encoding, pre-hash and \
                 column width, as {}. ",
                self.tried,
                self.formats.join(", ")
            );
        }
        told.push_str(match self.cut_short {
            true => "The search ended at its bound: name the format, or allow more work.",
            false => "Check that password and hash belong to one account, and ask for a pepper.",
        });
        told
    }
}
