//! Where answers go: lines for people, or JSON for scripts, never both.
use crate::exit::{Exit, Failure};
use serde::Serialize;
use std::fmt;
use std::io::{self, BufWriter, Write};

/// Standard output, buffered, and whether it speaks JSON.
pub(crate) struct Output {
    json: bool,
    to: BufWriter<io::Stdout>,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, to: BufWriter::new(io::stdout()) }
    }

    /// Whether the answer is to be JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// A line of text.
    pub(crate) fn line(&mut self, text: impl fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(self.to, "{text}")?)
    }

    /// A value as one line of JSON.
    pub(crate) fn value(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.to, value).map_err(io::Error::from)?;
        Ok(self.to.write_all(b"\n")?)
    }

    /// The answer: in JSON when that was asked for, or else as text.
    pub(crate) fn answer(
        &mut self,
        value: &impl Serialize,
        text: impl fmt::Display,
    ) -> Result<(), Failure> {
        if self.json { self.value(value) } else { self.line(text) }
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.to.flush()?)
    }

    /// Tell the failure, and how to exit with it.
    pub(crate) fn failure(&mut self, failure: &Failure) -> Exit {
        if failure.is_broken_pipe() {
            return Exit::Ok;
        }
        let told = match self.json {
            true => self.value(&serde_json::json!({ "error": failure })),
            false => self.flush(),
        };
        if !self.json || told.is_err() {
            // When standard error is gone as well, the exit code is all that is left to say.
            let _ = writeln!(io::stderr(), "error: {failure}");
        }
        let _ = self.flush();
        failure.exit
    }
}
