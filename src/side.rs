//! What stands beside a hash: salts, costs, keys and names in other columns or in the settings.
use crate::error::{ParseError, ParseErrorKind};
use crate::hash::PasswordHash;
use crate::secret::{KeyId, Keyring, SecretBytes};
use crate::text::{Field, LDAP};
use core::fmt;
use serde::Deserialize;
use zeroize::Zeroizing;

/// The only list of the keys: the fields, their readings and their names follow from it.
macro_rules! side {
    ($($(#[doc = $doc:literal])+ $key:ident $(($alias:literal))?: $kind:ty,)+) => {
        /// What stands beside the hash, in other columns of the row or in the project's settings.
        ///
        /// Values are texts as the source system keeps them. Which of them a format needs is said
        /// by [`Format::needs`](crate::Format::needs). In JSON, the names of Appwrite's hash options
        /// are understood too (`saltSeparator`, `signerKey`, `costCpu`, `costMemory`,
        /// `costParallel`).
        #[derive(Clone, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        #[non_exhaustive]
        pub struct Side {
            $($(#[doc = $doc])+ $(#[serde(alias = $alias)])? pub $key: Option<$kind>,)+
        }

        impl Side {
            /// Nothing beside the hash.
            pub const NONE: Self = Self { $($key: None,)+ };

            /// Every key, as [`from_pairs`](Self::from_pairs) takes it.
            pub const KEYS: &[&str] = &[$(stringify!($key),)+];

            /// From pairs of key and value, such as the columns of a row.
            ///
            /// # Errors
            /// The key that is not known, or whose value is not of the kind it must be.
            pub fn from_pairs<'a>(
                pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
            ) -> Result<Self, SideError> {
                let mut side = Self::NONE;
                for (key, value) in pairs {
                    match key {
                        $(stringify!($key) $(| $alias)? => {
                            side.$key = Some(<$kind as Value>::read(key, value)?);
                        })+
                        _ => return Err(SideError::UnknownKey { key: key.to_owned() }),
                    }
                }
                Ok(side)
            }

            /// The keys that have a value.
            pub(crate) fn given(&self) -> impl Iterator<Item = &'static str> {
                let keys = [$((stringify!($key), self.$key.is_some()),)+];
                keys.into_iter().filter(|(_, given)| *given).map(|(key, _)| key)
            }
        }
    };
}

side! {
    /// The salt. Text as it stands, except for Firebase and Scrypt Modified, where it is base64.
    salt: String,
    /// The name of the account, where it enters the digest (PostgreSQL's md5, SMF, MS DCC).
    username: String,
    /// The number of the account, where it enters the digest (`MediaWiki` before 1.13).
    user_id: u64,
    /// A secret of the site that goes with every password (Devise, Moodle). Text as it stands.
    pepper: Zeroizing<String>,
    /// A salt that all accounts of a site share, kept in its settings (Moodle, PrestaShop). A secret.
    site_salt: Zeroizing<String>,
    /// The instance's `passwordsalt` of ownCloud and old Nextclouds. A secret.
    legacy_salt: Zeroizing<String>,
    /// The name of the function, where the project's settings keep it (Symfony).
    algorithm: String,
    /// How often, where the project's settings keep it (Symfony).
    iterations: u64,
    /// Whether the digest is written in base64 rather than hexadecimal (Symfony).
    encode_as_base64: bool,
    /// Scrypt Modified: the project's salt separator, base64.
    salt_separator("saltSeparator"): String,
    /// Scrypt Modified: the project's signer key, base64. A secret.
    signer_key("signerKey"): Zeroizing<String>,
    /// Scrypt Modified: the block size r (Firebase calls it `rounds`).
    rounds: u64,
    /// Scrypt Modified: the base-2 logarithm of N (Firebase calls it `memCost`).
    mem_cost("memCost"): u64,
    /// scrypt: N itself (Appwrite calls it `costCpu`).
    cost_cpu("costCpu"): u64,
    /// scrypt: the block size r (Appwrite calls it `costMemory`).
    cost_memory("costMemory"): u64,
    /// scrypt: the parallelism p.
    cost_parallel("costParallel"): u64,
    /// Bytes of the digest, where the settings keep it (scrypt, Symfony's PBKDF2).
    length: u64,
    /// Argon2: the secret (pepper) that the text's `keyid` names, base64. A secret.
    secret_b64: Zeroizing<String>,
    /// Under which id the [`Keyring`] holds the key that stands beside the hash: 1 to 8 bytes.
    key_id: String,
    /// `XenForo`: the class of its authentication, which the text itself shows. Not looked at.
    scheme_class: String,
}

impl Side {
    /// A salt column alone.
    #[must_use]
    pub fn salted(salt: impl Into<String>) -> Self {
        Self { salt: Some(salt.into()), ..Self::NONE }
    }

    /// A ring that holds the keys which the row itself brings, under the ids by which a hash read
    /// beside them names them.
    ///
    /// # Errors
    /// The Argon2 secret is not base64; or the id is not 1 to 8 bytes long.
    pub fn keyring(&self, hash: &PasswordHash) -> Result<Keyring, ParseError> {
        let mut ring = Keyring::EMPTY;
        let texts = [
            (&self.legacy_salt, Self::LEGACY_SALT),
            (&self.site_salt, Self::SITE_SALT),
            (&self.pepper, Self::PEPPER),
        ];
        for (secret, id) in texts {
            if let Some(secret) = secret {
                ring = ring.with(self.key_id(id)?, SecretBytes::new(secret.as_bytes().to_vec()));
            }
        }
        let usual = KeyId::new(Self::SIGNER_KEY.as_bytes());
        let named = self.key_id.is_some()
            || hash.key_ids().into_iter().any(|id| Some(id) == usual.as_ref());
        if let (Some(key), true) = (&self.signer_key, named) {
            let key = Field::whole(key).base64_either()?;
            ring = ring.with(self.key_id(Self::SIGNER_KEY)?, SecretBytes::new(key));
        }
        // Wrapped, the hash that the secret belongs to is the inner one.
        let inner = || match hash {
            PasswordHash::Wrapped(stored) => stored.setting().inner().key_id(),
            _ => None,
        };
        if let (Some(secret), Some(id)) = (&self.secret_b64, hash.key_id().or_else(inner)) {
            let secret = SecretBytes::new(Field::whole(secret).base64(&LDAP)?);
            ring = ring.with(id.clone(), secret);
        }
        Ok(ring)
    }

    /// The id of a pepper without a name of its own.
    pub(crate) const PEPPER: &str = "pepper";
    /// The id of a project's key without a name of its own, where no text can hold it.
    pub(crate) const SIGNER_KEY: &str = "signer";
    /// The id of a site's salt without a name of its own.
    pub(crate) const SITE_SALT: &str = "sitesalt";
    /// The id of an instance's old salt without a name of its own.
    pub(crate) const LEGACY_SALT: &str = "legacy";

    /// The id under which a key beside the hash is kept: the caller's, or the usual one.
    pub(crate) fn key_id(&self, usual: &str) -> Result<KeyId, ParseError> {
        let id = self.key_id.as_deref().unwrap_or(usual);
        KeyId::new(id.as_bytes()).ok_or_else(|| Field::whole("").fault("a key id has 1 to 8 bytes"))
    }

    /// The value of a key that a format cannot do without.
    pub(crate) fn need<T>(value: Option<T>, key: &'static str) -> Result<T, ParseError> {
        value.ok_or_else(|| ParseError::new(ParseErrorKind::MissingSide { key }))
    }
}

/// A value that side data can have.
trait Value: Sized {
    fn read(key: &str, text: &str) -> Result<Self, SideError>;
}

impl Value for String {
    fn read(_: &str, text: &str) -> Result<Self, SideError> {
        Ok(text.to_owned())
    }
}

impl Value for Zeroizing<String> {
    fn read(_: &str, text: &str) -> Result<Self, SideError> {
        Ok(text.to_owned().into())
    }
}

impl Value for u64 {
    fn read(key: &str, text: &str) -> Result<Self, SideError> {
        let number = Field::whole(text).number();
        number.map_err(|_| SideError::NotANumber { key: key.to_owned() })
    }
}

impl Value for bool {
    fn read(key: &str, text: &str) -> Result<Self, SideError> {
        match text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(SideError::NotAFlag { key: key.to_owned() }),
        }
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
    /// The value of this key is neither `true` nor `false`.
    NotAFlag {
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
            Self::NotAFlag { key } => write!(f, "side data `{key}` is neither `true` nor `false`"),
            Self::UnknownKey { key } => write!(f, "side data has no key `{key}`"),
        }
    }
}

impl core::error::Error for SideError {}
