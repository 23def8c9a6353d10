//! What a way of writing a hash down has to offer.
use crate::error::{ParseError, ParseErrorKind};
use crate::hash::PasswordHash;
use crate::secret::{Keyring, SecretBytes};
use crate::text::{Field, LDAP};
use core::fmt;
use serde::Deserialize;
use zeroize::Zeroizing;

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
    /// Set where the format is the canonical one for some values; `None` for values of others.
    pub(crate) write: Option<fn(&PasswordHash) -> Option<String>>,
    pub(crate) samples: &'static [Sample],
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

/// What stands beside the hash, in other columns of the row or in the project's settings.
///
/// Values are texts as the source system keeps them. Which of them a format needs is said by
/// [`Format::needs`]. In JSON, the names of Appwrite's hash options are understood too
/// (`saltSeparator`, `signerKey`, `costCpu`, `costMemory`, `costParallel`).
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Side {
    /// The salt. Text as it stands, except for Firebase and Scrypt Modified, where it is base64.
    pub salt: Option<String>,
    /// Scrypt Modified: the project's salt separator, base64.
    #[serde(alias = "saltSeparator")]
    pub salt_separator: Option<String>,
    /// Scrypt Modified: the project's signer key, base64. A secret.
    #[serde(alias = "signerKey")]
    pub signer_key: Option<Zeroizing<String>>,
    /// Scrypt Modified: the block size r (Firebase calls it `rounds`).
    pub rounds: Option<u64>,
    /// Scrypt Modified: the base-2 logarithm of N (Firebase calls it `memCost`).
    #[serde(alias = "memCost")]
    pub mem_cost: Option<u64>,
    /// scrypt: N itself (Appwrite calls it `costCpu`).
    #[serde(alias = "costCpu")]
    pub cost_cpu: Option<u64>,
    /// scrypt: the block size r (Appwrite calls it `costMemory`).
    #[serde(alias = "costMemory")]
    pub cost_memory: Option<u64>,
    /// scrypt: the parallelism p.
    #[serde(alias = "costParallel")]
    pub cost_parallel: Option<u64>,
    /// scrypt: bytes of the digest.
    pub length: Option<u64>,
    /// Argon2: the secret (pepper) that the text's `keyid` names, base64. A secret.
    pub secret_b64: Option<Zeroizing<String>>,
}

impl Side {
    /// Nothing beside the hash.
    pub const NONE: Self = Self {
        salt: None,
        salt_separator: None,
        signer_key: None,
        rounds: None,
        mem_cost: None,
        cost_cpu: None,
        cost_memory: None,
        cost_parallel: None,
        length: None,
        secret_b64: None,
    };

    /// A salt column alone.
    #[must_use]
    pub fn salted(salt: impl Into<String>) -> Self {
        Self { salt: Some(salt.into()), ..Self::NONE }
    }

    /// From pairs of key and value, such as the columns of a row.
    ///
    /// # Errors
    /// The key that is not known, or whose value is not the number it must be.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SideError> {
        let mut side = Self::NONE;
        for (key, value) in pairs {
            let wrong = || SideError::NotANumber { key: key.to_owned() };
            let number = || Field::whole(value).number().map(Some).map_err(|_| wrong());
            match key {
                "salt" => side.salt = Some(value.to_owned()),
                "salt_separator" | "saltSeparator" => side.salt_separator = Some(value.to_owned()),
                "signer_key" | "signerKey" => side.signer_key = Some(value.to_owned().into()),
                "rounds" => side.rounds = number()?,
                "mem_cost" | "memCost" => side.mem_cost = number()?,
                "cost_cpu" | "costCpu" => side.cost_cpu = number()?,
                "cost_memory" | "costMemory" => side.cost_memory = number()?,
                "cost_parallel" | "costParallel" => side.cost_parallel = number()?,
                "length" => side.length = number()?,
                "secret_b64" => side.secret_b64 = Some(value.to_owned().into()),
                _ => return Err(SideError::UnknownKey { key: key.to_owned() }),
            }
        }
        Ok(side)
    }

    /// A ring that holds the secret of `hash`, when the row itself brings one.
    ///
    /// # Errors
    /// The secret is not base64.
    pub fn keyring(&self, hash: &PasswordHash) -> Result<Keyring, ParseError> {
        let (Some(secret), Some(id)) = (&self.secret_b64, hash.key_id()) else {
            return Ok(Keyring::EMPTY);
        };
        let secret = SecretBytes::new(Field::whole(secret).base64(&LDAP)?);
        Ok(Keyring::EMPTY.with(id.clone(), secret))
    }

    /// The keys that have a value.
    pub(crate) fn given(&self) -> impl Iterator<Item = &'static str> {
        let keys = [
            ("salt", self.salt.is_some()),
            ("salt_separator", self.salt_separator.is_some()),
            ("signer_key", self.signer_key.is_some()),
            ("rounds", self.rounds.is_some()),
            ("mem_cost", self.mem_cost.is_some()),
            ("cost_cpu", self.cost_cpu.is_some()),
            ("cost_memory", self.cost_memory.is_some()),
            ("cost_parallel", self.cost_parallel.is_some()),
            ("length", self.length.is_some()),
            ("secret_b64", self.secret_b64.is_some()),
        ];
        keys.into_iter().filter(|(_, given)| *given).map(|(key, _)| key)
    }

    /// The value of a key that a format cannot do without.
    pub(crate) fn need<T>(value: Option<T>, key: &'static str) -> Result<T, ParseError> {
        value.ok_or_else(|| ParseError::new(ParseErrorKind::MissingSide { key }))
    }
}

/// Which keys are there, never their values.
impl fmt::Debug for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.given()).finish()
    }
}

/// Side data that could not be understood. It names the key, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SideError {
    /// The value of this key is not a decimal number.
    NotANumber {
        /// The key.
        key: String,
    },
    /// No format knows this key.
    UnknownKey {
        /// The key.
        key: String,
    },
}

impl fmt::Display for SideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber { key } => write!(f, "side data `{key}` is not a decimal number"),
            Self::UnknownKey { key } => write!(f, "side data has no key `{key}`"),
        }
    }
}

impl core::error::Error for SideError {}
