//! The password of a user: a typed hash, with the text and the options as they were imported.
//!
//! The API keeps a hash in three columns; here it is one value that is made in one place.
use super::import::{self, Beside};
use super::{UsersError, validate};
use crate::hash::PasswordHash;
use crate::limits::Limits;
use core::fmt;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// The name of an algorithm, as the API's field `hash` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HashName {
    /// `argon2`.
    Argon2,
    /// `bcrypt`.
    Bcrypt,
    /// `md5`.
    Md5,
    /// `phpass`.
    PhPass,
    /// `scrypt`.
    Scrypt,
    /// `scryptMod`.
    ScryptModified,
    /// `sha`.
    Sha,
}

impl HashName {
    /// The name, as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Argon2 => "argon2",
            Self::Bcrypt => "bcrypt",
            Self::Md5 => "md5",
            Self::PhPass => "phpass",
            Self::Scrypt => "scrypt",
            Self::ScryptModified => "scryptMod",
            Self::Sha => "sha",
        }
    }
}

impl fmt::Display for HashName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The seven imports: a stored text and what stands beside it.
#[derive(Clone)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are the parameters of the API")]
pub enum Import {
    Argon2 {
        hash: String,
    },
    Bcrypt {
        hash: String,
    },
    Md5 {
        hash: String,
    },
    PhPass {
        hash: String,
    },
    Scrypt {
        hash: String,
        salt: String,
        cpu: i64,
        memory: i64,
        parallel: i64,
        length: i64,
    },
    ScryptModified {
        hash: String,
        salt: String,
        salt_separator: String,
        signer_key: Zeroizing<String>,
    },
    /// Without a version it is `sha3-512`.
    Sha {
        hash: String,
        version: Option<String>,
    },
}

impl Import {
    /// The name of the algorithm.
    #[must_use]
    pub const fn name(&self) -> HashName {
        match self {
            Self::Argon2 { .. } => HashName::Argon2,
            Self::Bcrypt { .. } => HashName::Bcrypt,
            Self::Md5 { .. } => HashName::Md5,
            Self::PhPass { .. } => HashName::PhPass,
            Self::Scrypt { .. } => HashName::Scrypt,
            Self::ScryptModified { .. } => HashName::ScryptModified,
            Self::Sha { .. } => HashName::Sha,
        }
    }
}

/// The algorithm alone.
impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Import({})", self.name())
    }
}

/// A stored password. [`import`](Self::import) is the only way to make one from a text.
#[derive(Clone)]
pub struct Password {
    hash: Option<PasswordHash>,
    text: Zeroizing<String>,
    beside: Beside,
}

impl Password {
    /// Read one of the seven imports.
    ///
    /// # Errors
    /// A parameter breaks a rule of the API, the text can never verify, or asks for more than the
    /// limits allow: stricter than Appwrite, which stores any text of 8 to 256 bytes.
    pub fn import(import: Import, limits: &Limits) -> Result<Self, UsersError> {
        let (text, beside) = import::parts(import)?;
        validate::password(&text)?;
        let hash = import::read(&text, &beside, limits)?;
        Ok(Self { hash: Some(hash), text, beside })
    }

    /// As [`import`](Self::import); what can never verify is kept, as Appwrite keeps it.
    pub(super) fn import_any(import: Import, limits: &Limits) -> Result<Self, UsersError> {
        let (text, beside) = import::parts(import)?;
        validate::password(&text)?;
        let hash = import::read(&text, &beside, limits).ok();
        Ok(Self { hash, text, beside })
    }

    /// A hash that the policy made.
    pub(super) fn own(hash: PasswordHash) -> Self {
        let text = Zeroizing::new(hash.to_string());
        Self { hash: Some(hash), text, beside: Beside::Argon2 }
    }

    /// A text of the policy's own with a pepper, which no import can bring.
    pub(super) fn peppered(text: &str) -> Option<Self> {
        let hash = PasswordHash::parse(text).ok()?;
        hash.key_id()?;
        Some(Self { hash: Some(hash), text: text.to_owned().into(), beside: Beside::Argon2 })
    }

    /// What a cleared password leaves: an empty text that nothing opens.
    pub(super) fn cleared() -> Self {
        Self { hash: None, text: Zeroizing::default(), beside: Beside::Argon2 }
    }

    /// The typed hash; `None` when no password can ever match.
    #[must_use]
    pub fn hash(&self) -> Option<&PasswordHash> {
        self.hash.as_ref()
    }

    /// The text as it was imported or made: the API's field `password`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name of the algorithm: the API's field `hash`.
    #[must_use]
    pub fn name(&self) -> HashName {
        self.beside.name()
    }

    /// The API's field `hashOptions`: what the importer was given, and the costs where the text
    /// says them. Argon2 has both spellings of its costs, since SDKs differ.
    ///
    /// # Security
    /// The salt and the signer key of Scrypt Modified are in it: the API shows them to holders of
    /// a key.
    #[must_use]
    pub fn options(&self) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("type".to_owned(), json!(self.name().as_str()));
        match &self.beside {
            Beside::Argon2 => {
                let (memory, passes, lanes) = match &self.hash {
                    Some(PasswordHash::Argon2(stored)) => {
                        let setting = stored.setting();
                        (setting.memory_kib(), setting.passes(), setting.lanes())
                    }
                    // What the API says whatever the text is.
                    _ => (65_536, 4, 3),
                };
                map.extend(argon2_options(memory, passes, lanes));
            }
            Beside::Bcrypt => {
                if let Some(PasswordHash::Bcrypt(stored)) = &self.hash {
                    map.insert("cost".to_owned(), json!(stored.setting().cost_log2()));
                }
            }
            Beside::PhPass => {
                if let Some(PasswordHash::PhPass(stored)) = &self.hash {
                    let log2 = json!(stored.setting().rounds_log2);
                    map.insert("iteration_count_log2".to_owned(), log2);
                }
            }
            Beside::Md5 => {}
            Beside::Scrypt { salt, cpu, memory, parallel, length } => map.extend([
                ("costCpu".to_owned(), json!(cpu)),
                ("costMemory".to_owned(), json!(memory)),
                ("costParallel".to_owned(), json!(parallel)),
                ("length".to_owned(), json!(length)),
                ("salt".to_owned(), json!(salt)),
            ]),
            Beside::ScryptModified { salt, salt_separator, signer_key } => map.extend([
                ("salt".to_owned(), json!(salt)),
                ("saltSeparator".to_owned(), json!(salt_separator)),
                ("signerKey".to_owned(), json!(signer_key.as_str())),
            ]),
            Beside::Sha { version } => {
                map.insert("version".to_owned(), json!(version));
            }
        }
        map
    }

    /// Whether this is the very value that `other` is: what a compare-and-swap asks.
    /// Both are stored values; nothing that was derived from a password is compared here.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.text == other.text && self.beside == other.beside
    }

    pub(super) fn beside(&self) -> &Beside {
        &self.beside
    }
}

/// The costs of Argon2 in both spellings.
pub(super) fn argon2_options(memory: u32, passes: u32, lanes: u32) -> [(String, Value); 5] {
    [
        ("memoryCost".to_owned(), json!(memory)),
        ("memory_cost".to_owned(), json!(memory)),
        ("timeCost".to_owned(), json!(passes)),
        ("time_cost".to_owned(), json!(passes)),
        ("threads".to_owned(), json!(lanes)),
    ]
}

/// The algorithm, and whether it can verify.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dead = if self.hash.is_none() { ", never verifies" } else { "" };
        write!(f, "Password({}{dead})", self.name())
    }
}
