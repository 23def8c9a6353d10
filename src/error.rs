//! One narrow error per verb. No error ever carries the stored text or the password.
use crate::secret::KeyId;
use core::fmt;

/// Why a stored text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    kind: ParseErrorKind,
    format: Option<&'static str>,
}

/// The cases of a [`ParseError`] that a caller acts on differently.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The text claims to be of a format but breaks one of its rules.
    Malformed {
        /// Byte offset into the stored text (or into the column that the rule names).
        at: usize,
        /// Which rule.
        rule: &'static str,
    },
    /// A cost or a length is beyond the caller's [`Limits`](crate::Limits).
    OverLimit(OverLimit),
    /// The format needs a value that stands in another column, and it was not given.
    MissingSide {
        /// The key of [`Side`](crate::Side) that is missing.
        key: &'static str,
    },
    /// No format recognises the text.
    Unrecognised,
    /// The text carries no tag, only a shape: it could be of these formats (their slugs).
    Untagged(Vec<&'static str>),
}

/// A quantity beyond its limit: numbers, not adjectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit {
    /// Which quantity, with its unit last (`memory_kib`).
    pub param: &'static str,
    /// What was asked for.
    pub have: u64,
    /// What is allowed. A quantity *below* its least allowed value is
    /// [`Malformed`](ParseErrorKind::Malformed) instead.
    pub max: u64,
}

impl fmt::Display for OverLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, over the limit of {}", self.param, self.have, self.max)
    }
}

impl ParseError {
    pub(crate) fn new(kind: ParseErrorKind) -> Self {
        Self { kind, format: None }
    }

    pub(crate) fn malformed(at: usize, rule: &'static str) -> Self {
        Self::new(ParseErrorKind::Malformed { at, rule })
    }

    /// The same fault of a text that stands so many bytes into a larger one.
    pub(crate) fn behind(self, bytes: usize) -> Self {
        match self.kind {
            ParseErrorKind::Malformed { at, rule } => Self {
                kind: ParseErrorKind::Malformed { at: at.saturating_add(bytes), rule },
                ..self
            },
            _ => self,
        }
    }

    pub(crate) fn in_format(self, slug: &'static str) -> Self {
        Self { format: Some(slug), ..self }
    }

    /// The case.
    #[must_use]
    pub fn kind(&self) -> &ParseErrorKind {
        &self.kind
    }

    /// The slug of the format that claimed the text, if one did.
    #[must_use]
    pub fn format(&self) -> Option<&'static str> {
        self.format
    }

    /// The stable name of the case, for scripts: `malformed`, `over-limit`, `missing-side`,
    /// `unrecognised`, `untagged`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.kind {
            ParseErrorKind::Malformed { .. } => "malformed",
            ParseErrorKind::OverLimit(_) => "over-limit",
            ParseErrorKind::MissingSide { .. } => "missing-side",
            ParseErrorKind::Unrecognised => "unrecognised",
            ParseErrorKind::Untagged(_) => "untagged",
        }
    }
}

impl From<OverLimit> for ParseError {
    fn from(over: OverLimit) -> Self {
        Self::new(ParseErrorKind::OverLimit(over))
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(format) = self.format {
            write!(f, "{format}: ")?;
        }
        match &self.kind {
            ParseErrorKind::Malformed { at, rule } => write!(f, "at byte {at}: {rule}"),
            ParseErrorKind::OverLimit(over) => {
                write!(f, "{over}; raise the limits only for a source that you trust")
            }
            ParseErrorKind::MissingSide { key } => {
                write!(f, "the format needs `{key}` from another column; pass it as side data")
            }
            ParseErrorKind::Unrecognised => f.write_str(
                "not a known password hash; check for cut columns, quotes and stray spaces",
            ),
            ParseErrorKind::Untagged(slugs) => {
                f.write_str("the text carries no tag; name its format, one of:")?;
                slugs.iter().try_for_each(|slug| write!(f, " {slug}"))
            }
        }
    }
}

impl core::error::Error for ParseError {}

/// Why a derivation did not take place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeriveError {
    /// The memory that the setting asks for could not be had.
    Memory {
        /// How much was asked for, in KiB.
        kib: u64,
    },
    /// The hash was made with a key that the [`Keyring`](crate::Keyring) does not hold.
    MissingKey {
        /// The id of the key.
        id: KeyId,
    },
}

impl fmt::Display for DeriveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory { kib } => write!(f, "{kib} KiB of memory could not be had"),
            Self::MissingKey { id } => {
                write!(f, "the hash needs the key `{id}`, which the keyring does not hold")
            }
        }
    }
}

impl core::error::Error for DeriveError {}

/// Why a password could not be checked. A mismatch is not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The derivation did not take place.
    Derive(DeriveError),
    /// The setting is beyond the limits given.
    OverLimit(OverLimit),
    /// The password holds a NUL byte, which bcrypt and the crypt(3) family cannot take: their
    /// makers stop at it, or cycle over it, so that other passwords would match too.
    PasswordHasNul,
    /// The password is longer than the limit.
    PasswordTooLong {
        /// Longest password accepted for this algorithm, in bytes.
        max: usize,
    },
}

impl VerifyError {
    /// The stable name of the case, for scripts.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Derive(DeriveError::Memory { .. }) => "memory",
            Self::Derive(DeriveError::MissingKey { .. }) => "missing-key",
            Self::OverLimit(_) => "over-limit",
            Self::PasswordHasNul => "password-has-nul",
            Self::PasswordTooLong { .. } => "password-too-long",
        }
    }
}

impl From<DeriveError> for VerifyError {
    fn from(error: DeriveError) -> Self {
        Self::Derive(error)
    }
}

impl From<OverLimit> for VerifyError {
    fn from(over: OverLimit) -> Self {
        Self::OverLimit(over)
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Derive(error) => error.fmt(f),
            Self::OverLimit(over) => over.fmt(f),
            Self::PasswordHasNul => f.write_str(
                "the password holds a NUL byte, which this algorithm cannot tell from its end; \
                 treat it as a wrong password",
            ),
            Self::PasswordTooLong { max } => {
                write!(f, "the password is over {max} bytes; treat it as a wrong password")
            }
        }
    }
}

impl core::error::Error for VerifyError {}

/// Why a new hash could not be made, or an old one not be wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HashError {
    /// The hash is wrapped already; wrapping it again would only cost time.
    AlreadyWrapped,
    /// The derivation did not take place.
    Derive(DeriveError),
    /// A locked marker stands in place of a hash; there is nothing to wrap.
    Locked,
    /// The policy's own setting is beyond the limits, so its hashes could not be verified.
    OverLimit(OverLimit),
    /// The password is longer than the limit.
    PasswordTooLong {
        /// Longest password accepted, in bytes.
        max: usize,
    },
    /// The operating system gave no random bytes for the salt. There is no fallback.
    Random,
    /// The policy's own setting breaks this rule of Argon2.
    Setting(&'static str),
}

impl HashError {
    /// The stable name of the case, for scripts.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::AlreadyWrapped => "already-wrapped",
            Self::Derive(DeriveError::Memory { .. }) => "memory",
            Self::Derive(DeriveError::MissingKey { .. }) => "missing-key",
            Self::Locked => "locked",
            Self::OverLimit(_) => "over-limit",
            Self::PasswordTooLong { .. } => "password-too-long",
            Self::Random => "random",
            Self::Setting(_) => "setting",
        }
    }
}

impl From<DeriveError> for HashError {
    fn from(error: DeriveError) -> Self {
        Self::Derive(error)
    }
}

impl From<OverLimit> for HashError {
    fn from(over: OverLimit) -> Self {
        Self::OverLimit(over)
    }
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyWrapped => f.write_str("the hash is wrapped already"),
            Self::Derive(error) => error.fmt(f),
            Self::Locked => f.write_str("the account is locked: there is no hash to wrap"),
            Self::OverLimit(over) => write!(f, "the policy is beyond the limits: {over}"),
            Self::PasswordTooLong { max } => write!(f, "the password is over {max} bytes"),
            Self::Random => f.write_str("the operating system gave no random bytes for a salt"),
            Self::Setting(rule) => write!(f, "the policy cannot be followed: {rule}"),
        }
    }
}

impl core::error::Error for HashError {}
