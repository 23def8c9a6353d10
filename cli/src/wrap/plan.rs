//! What a run would do, before anything is written.
use super::Args;
use crate::audit::Price;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::report::{self, time};
use crate::source::{Facts, Kind};
use hashlift::job::{Forecast, Job, Report};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Plan<'a> {
    audit: &'a Report,
    forecast: Forecast,
    text_bytes_now: usize,
    text_bytes_wrapped: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<Column>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<String>,
    /// The backup's name in quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<String>,
    #[serde(skip)]
    grant: String,
}

/// The column of the hashes, where it has a bound.
#[derive(Serialize)]
struct Column {
    characters_max: u64,
    needed: u64,
    /// What makes it wide enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    widen: Option<String>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        report: &'a Report,
        job: &Job,
        price: &Price,
        facts: Facts,
        backup: Option<&str>,
    ) -> Result<Self, Failure> {
        let wrapped = report.formats.iter().filter(|row| row.to_wrap > 0);
        let inner = wrapped.map(|row| row.inner_bytes_max).max();
        let wrapped = inner.map_or(0, |inner| "$wrap$v=1$".len() + inner + price.text_bytes);
        let tagged = report.formats.iter().map(|row| row.tag_bytes_max).max();
        let needed = wrapped.max(tagged.unwrap_or(0)) as u64;
        let column = facts.characters_max.map(|characters_max| Column {
            characters_max,
            needed,
            widen: (needed > characters_max).then(|| facts.widening(needed)),
        });
        let (backup, undo) = match backup {
            Some(backup) => {
                facts.undoing(backup).map(|(backup, undo)| (Some(backup), Some(undo)))?
            }
            None => (None, None),
        };
        Ok(Self {
            audit: report,
            forecast: job.forecast(report.to_wrap, price.time),
            text_bytes_now: report.formats.iter().map(|row| row.text_bytes_max).max().unwrap_or(0),
            text_bytes_wrapped: wrapped,
            column,
            undo,
            backup,
            notes: facts.notes,
            grant: facts.grant,
        })
    }

    /// Why the run can't begin, if it can't.
    pub(super) fn blocked(&self) -> Option<Failure> {
        let column = self.column.as_ref()?;
        let widen = column.widen.as_ref()?;
        Some(Failure {
            kind: "column-too-narrow",
            message: format!(
                "the column of the hashes holds {} characters, and {} are needed. Nothing was \
                 written. First run: {widen};",
                column.characters_max, column.needed
            ),
            exit: Exit::Environment,
        })
    }

    pub(super) fn tell(&self, args: &Args, out: &mut Output) -> Result<(), Failure> {
        report::audit(out, self.audit)?;
        out.line("\nWhat happens to them:")?;
        for row in self.audit.formats.iter().filter(|row| row.to_wrap > 0) {
            out.line(format_args!("{}: {} rows become Argon2id over it", row.format, row.to_wrap))?;
        }
        if self.audit.to_tag > 0 {
            out.line(format_args!("{} strong rows are written with their tag", self.audit.to_tag))?;
        }
        let stay = self.audit.rows - self.audit.to_wrap - self.audit.to_tag;
        let unread = match self.audit.invalid {
            0 => String::new(),
            rows => format!(", {rows} of them because they cannot be read"),
        };
        out.line(format_args!("{stay} rows stay as they are{unread}"))?;
        out.line(format_args!(
            "\nThe longest text is {} bytes now and {} when wrapped: the column must hold that.",
            self.text_bytes_now, self.text_bytes_wrapped
        ))?;
        if let Some(column) = &self.column {
            let holds = column.characters_max;
            match &column.widen {
                None => out.line(format_args!("It holds {holds} characters."))?,
                Some(widen) => {
                    out.line(format_args!("It holds {holds} characters. First run:\n  {widen};"))?;
                }
            }
        }
        report::forecast(out, &self.forecast)?;
        self.tell_how(args, out)?;
        if !args.apply && self.blocked().is_none() {
            out.line("\nNothing was written. To write: the same command with --apply.")?;
        }
        Ok(())
    }

    /// What is particular to the kind of source: machines, notes, the way back.
    fn tell_how(&self, args: &Args, out: &mut Output) -> Result<(), Failure> {
        let kind = args.source.kind()?;
        if matches!(kind, Kind::Postgres(_) | Kind::Mysql(_)) {
            let with = |machines: f64| time(self.forecast.seconds / machines).to_string();
            out.line(format_args!(
                "The same command on more machines like this one shares the work: about {} on 2, \
                 {} on 4, {} on 8, each with as much memory.",
                with(2.0),
                with(4.0),
                with(8.0)
            ))?;
        }
        for note in &self.notes {
            out.line(format_args!("\nNote: {note}"))?;
        }
        if !self.grant.is_empty() {
            out.line(format_args!(
                "\nWhat the role must be allowed, and no more:\n  {};",
                self.grant
            ))?;
        }
        match (kind.is_database(), &self.backup, &self.undo) {
            (true, Some(backup), Some(undo)) => out.line(format_args!(
                "\nThe old hashes are kept in {backup}, with the key of their row and the time. \
                 While it is there, whoever steals the database has the weak hashes as before: see \
                 that people can log in, then DROP TABLE {backup}, after days rather than weeks. \
                 Until then this takes wrapped rows back, and leaves rows that changed since:\n  \
                 {undo};"
            )),
            (true, ..) => out.line(
                "\nWrapping cannot be undone: keep a backup of the column until you trust it, then \
                 destroy it; --backup TABLE keeps the old hashes in a table.",
            ),
            _ => {
                out.line("\nThe input file stays as it is; destroy it when the new one is in use.")
            }
        }
    }
}
