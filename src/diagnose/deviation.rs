//! The ways a reading can go wrong, each with a plain sentence and what to do about it.
use super::{PasswordSlip, SettingSlip, SideSlip, TextSlip};
use core::fmt;
use std::borrow::Cow;

/// A sentence, made or at hand.
pub(super) type Shown = Cow<'static, str>;

/// One difference between what was given and what verifies.
///
/// It is a name, perhaps with a number: never a password, a salt or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deviation {
    /// In the stored text.
    Text(TextSlip),
    /// In what stands beside it.
    Side(SideSlip),
    /// In salt, cost or arrangement.
    Setting(SettingSlip),
    /// In the password.
    Password(PasswordSlip),
    /// The text is of another format (by its slug) of the same shape.
    Format {
        /// The slug of the format that verifies.
        slug: &'static str,
        /// What sets it apart, where that can be said in a word.
        arrangement: Option<SettingSlip>,
    },
    /// A column has cut the digest: these many of its bytes are left, of how many.
    DigestCut {
        /// Bytes that are left.
        have: usize,
        /// Bytes that the function yields.
        of: usize,
    },
    /// The digest is HMAC of a fast function, which no format reads.
    KeyedDigest {
        /// The function.
        function: &'static str,
        /// The key of [`Side`](crate::Side) whose value goes in beside the password.
        key: &'static str,
        /// Whether the password is the key and that value the message.
        by_password: bool,
    },
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(slip) => slip.fmt(f),
            Self::Side(slip) => slip.fmt(f),
            Self::Setting(slip) => slip.fmt(f),
            Self::Password(slip) => slip.fmt(f),
            Self::Format { slug, arrangement: None } => match gloss(slug) {
                Some(gloss) => write!(f, "{gloss}: another format of the same shape, {slug}"),
                None => write!(f, "another format of the same shape: {slug}"),
            },
            Self::Format { slug, arrangement: Some(slip) } => {
                write!(f, "{slip}: another format of the same shape, {slug}")
            }
            Self::DigestCut { have, of } => write!(
                f,
                "digest cut (truncated) by a column: its first {have} of {of} bytes match"
            ),
            Self::KeyedDigest { function, key, by_password: false } => write!(
                f,
                "HMAC-{function} with the {} as key, over the password",
                super::password::noun(key)
            ),
            Self::KeyedDigest { function, key, by_password: true } => write!(
                f,
                "HMAC-{function} with the password as key, over the {}",
                super::password::noun(key)
            ),
        }
    }
}

/// What some formats do to a password, in the words of the other deviations.
fn gloss(slug: &str) -> Option<&'static str> {
    Some(match slug {
        "vbulletin5" => "pre-hashed: the digest of the password in md5 hexadecimal was hashed",
        "rocketchat-meteor" | "flask-bcrypt-long" => {
            "pre-hashed: the digest of the password in sha256 hexadecimal was hashed"
        }
        "bcrypt-sha1hex" => "pre-hashed: the digest of the password in sha1 hexadecimal was hashed",
        "bcrypt-sha512-base64" => {
            "pre-hashed: the digest of the password in sha512 base64 was hashed"
        }
        "clerk-pbkdf2" => "salt is base64, not text",
        "devise" | "bcrypt-pepper" => "pepper after the password (appended)",
        "moodle" => "pepper after the password (appended; `pepper` or `site_salt`)",
        "prestashop" => "pepper (`site_salt`) before the password (prepended)",
        "flask-security" => "pepper as HMAC key: HMAC-sha512 of the password, in base64",
        "nthash" => "MD4 of the password in UTF-16LE",
        "smf1" | "smf2" => "user name before the password",
        "magento1" => "salt, if there is one, before the password",
        _ => return None,
    })
}

impl Deviation {
    /// What to do about it.
    #[must_use]
    pub fn advice(self) -> String {
        match self {
            Self::Text(slip) => slip.advice().to_owned(),
            Self::Side(slip) => slip.advice().into_owned(),
            Self::Setting(slip) => slip.advice().into_owned(),
            Self::Password(slip) => slip.advice(),
            Self::Format { slug, .. } => format!("name the format `{slug}`"),
            Self::DigestCut { .. } => {
                "a cut digest can't be imported as it is, since other passwords could match it: \
                 export it again from a column that is wide enough, or have these users reset \
                 their passwords"
                    .to_owned()
            }
            Self::KeyedDigest { .. } => {
                "no format reads a bare HMAC: check these in the old way at the next login and \
                 hash the password anew, or have these users reset their passwords"
                    .to_owned()
            }
        }
    }

    /// Whether a hash with it could be imported, once the advice is followed.
    #[must_use]
    pub fn is_importable(self) -> bool {
        let lost = matches!(self, Self::Setting(SettingSlip::SaltCut(_)));
        !lost && !matches!(self, Self::DigestCut { .. } | Self::KeyedDigest { .. })
    }
}
