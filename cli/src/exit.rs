//! How the command ends: exit codes as a type, and failures that say what to do next.
use hashlift::{HashError, ParseError, SideError, VerifyError};
use serde::Serialize;
use std::fmt;
use std::io;
use std::process::ExitCode;

/// The exit codes that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; a password matches.
    Ok = 0,
    /// The password does not match.
    Mismatch = 1,
    /// The command was used wrongly. clap exits with it too.
    Usage = 2,
    /// Data could not be read.
    Data = 3,
    /// The environment or the caller: memory, a key, a file, a database.
    Environment = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work. It never holds a stored text or a password.
///
/// In JSON: `{"kind":…,"message":…}`.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    /// A stable name, in lower case with hyphens.
    pub(crate) kind: &'static str,
    /// The place, the rule, and what to do.
    pub(crate) message: String,
    #[serde(skip)]
    pub(crate) exit: Exit,
}

impl Failure {
    pub(crate) fn usage(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), exit: Exit::Usage }
    }

    pub(crate) fn data(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), exit: Exit::Data }
    }

    pub(crate) fn environment(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), exit: Exit::Environment }
    }

    /// Whether the reader of our output went away, as `head` does. Nobody is left to tell.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.kind == BROKEN_PIPE
    }
}

const BROKEN_PIPE: &str = "broken-pipe";

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self::data(error.name(), error.to_string())
    }
}

impl From<SideError> for Failure {
    fn from(error: SideError) -> Self {
        Self::usage("bad-side", error.to_string())
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        Self::environment(error.name(), error.to_string())
    }
}

impl From<HashError> for Failure {
    fn from(error: HashError) -> Self {
        Self::environment(error.name(), error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::BrokenPipe => BROKEN_PIPE,
            _ => "io",
        };
        Self::environment(kind, error.to_string())
    }
}
