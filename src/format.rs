//! What a way of writing a hash down has to offer.
use crate::error::ParseError;
use crate::hash::PasswordHash;
use crate::side::Side;
use core::fmt;

/// One way of writing a hash down: a row of data that reads, writes and vouches for itself.
pub struct Format {
    pub(crate) slug: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) strength: Strength,
    /// The side data that a reading needs, by the keys of [`Side`].
    pub(crate) needs: &'static [&'static str],
    /// How often it is met, for ranking texts that carry no tag: 0 for everywhere, 9 for hardly.
    pub(crate) rarity: u8,
    pub(crate) claim: fn(&str) -> Claim,
    pub(crate) parse: fn(Raw<'_>) -> Result<PasswordHash, ParseError>,
    /// Set where the notation can be written; a writer yields `None` for values of other formats.
    pub(crate) write: Option<Write>,
    pub(crate) samples: &'static [Sample],
}

/// How a value is written in a notation, if the notation can hold it.
#[derive(Clone, Copy)]
pub(crate) enum Write {
    /// The one text that stands for the value: what `Display` prints.
    Canonical(fn(&PasswordHash) -> Option<String>),
    /// The text of another system, byte for byte, for those who keep that system running.
    Vendor(fn(&PasswordHash) -> Option<String>),
    /// Both, where they differ: bare hexadecimal carries no tag.
    Both {
        /// What `Display` prints.
        canonical: fn(&PasswordHash) -> Option<String>,
        /// What the other system keeps.
        vendor: fn(&PasswordHash) -> Option<String>,
    },
}

impl Write {
    /// The canonical text of `hash`, if it is this row's own.
    pub(crate) fn canonical(self, hash: &PasswordHash) -> Option<String> {
        match self {
            Self::Canonical(write) | Self::Both { canonical: write, .. } => write(hash),
            Self::Vendor(_) => None,
        }
    }

    /// The text that the row's own system keeps.
    pub(crate) fn vendor(self, hash: &PasswordHash) -> Option<String> {
        let (Self::Canonical(write) | Self::Vendor(write) | Self::Both { vendor: write, .. }) =
            self;
        write(hash)
    }
}

/// A stored text and all that belongs to its reading.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'a> {
    pub(crate) text: &'a str,
    pub(crate) side: &'a Side,
}

/// How sure a format is that a text is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// The text carries this format's tag.
    Tagged,
    /// The text has this format's shape, as others may.
    Shaped,
    /// Not this format.
    No,
}

/// How a format stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Strength {
    /// One fast pass: wrap it now.
    Broken,
    /// Costly enough to wait for the next login, if need be.
    Legacy,
    /// Fit for new hashes, at a sufficient cost.
    Strong,
    /// Not a hash at all: a locked account.
    Locked,
}

impl Strength {
    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Legacy => "legacy",
            Self::Strong => "strong",
            Self::Locked => "locked",
        }
    }
}

/// A known answer, and who gave it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sample {
    /// The password.
    pub password: &'static str,
    /// The stored text.
    pub stored: &'static str,
    /// What stands in other columns, as pairs of a key of [`Side`] and its value.
    pub side: &'static [(&'static str, &'static str)],
    /// The independent source of the answer.
    pub from: &'static str,
}

impl Format {
    /// A stable name, such as `django-pbkdf2-sha256`.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.slug
    }

    /// A line about it: who writes it.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// How it stands today.
    #[must_use]
    pub fn strength(&self) -> Strength {
        self.strength
    }

    /// The side data that it needs, by the keys of [`Side`].
    #[must_use]
    pub fn needs(&self) -> &'static [&'static str] {
        self.needs
    }

    /// Known answers.
    #[must_use]
    pub fn samples(&self) -> &'static [Sample] {
        self.samples
    }

    /// Whether `stored` is of this format, by its tag or its shape.
    #[must_use]
    pub fn claim(&self, stored: &str) -> Claim {
        (self.claim)(stored)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug)
    }
}

/// Claims a text that starts with `tag`.
pub(crate) fn tagged(text: &str, tag: &str) -> Claim {
    if text.starts_with(tag) { Claim::Tagged } else { Claim::No }
}
