//! A hash over the digest of another, as systems write it themselves: an "onion".
//!
//! *Sources*: MediaWiki's `LayeredParameterizedPassword`, Magento's `Encryptor`, WoltLab's
//! `DoubleBcrypt`, vBulletin 5, SMF 2.1, TYPO3's `saltedpasswords`, Oracle 12, Better Auth. What they have in common: the
//! digest of one layer, **written down in letters**, is the password of the next; and some put a
//! public text or the site's secret beside the password first.
//!
//! It differs from [`Wrapped`](super::Wrapped), which is ours, feeds raw bytes, and always ends in
//! Argon2id. *Security*: no layer is weaker than what a lone one was; the digest of an inner layer
//! does not survive, its place is filled with zeros.
use super::PasswordHash;
use crate::algorithm::{Algorithm, Cost, Digest, Letters, Salt, key, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::Limits;
use crate::secret::{KeyId, Keyring};
use core::fmt;
use unicode_normalization::UnicodeNormalization;

/// What is done to the password on its way to the last layer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Layer {
    /// It becomes the digest of this setting, in these letters.
    Hash(Box<PasswordHash>, Letters),
    /// A text that is no secret comes before it: the user's name, say.
    Before(Salt),
    /// The key of that id comes before it.
    KeyBefore(KeyId),
    /// The key of that id comes after it.
    KeyAfter(KeyId),
    /// It is put in NFKC (Unicode's compatibility composition), if it is text.
    Nfkc,
}

/// The setting of a layered hash: what is done first, then the hash whose digest is stored.
#[derive(Clone)]
pub struct Layered {
    layers: Vec<Layer>,
    last: Box<PasswordHash>,
}

impl Layered {
    /// Most layers before the last: twice the longest chain that Magento can write.
    pub const LAYERS_MAX: usize = 8;
    /// Most of them that are more than a pass of MD5 or SHA, so that the whole costs no more than
    /// three times what the limits allow to one.
    pub const SLOW_LAYERS_MAX: usize = 2;

    /// The setting of `last` over `layers`; its digests are forgotten.
    ///
    /// # Errors
    /// The rule that it breaks, as a sentence.
    pub fn new(layers: Vec<Layer>, last: PasswordHash) -> Result<Self, &'static str> {
        if layers.is_empty() || layers.len() > Self::LAYERS_MAX {
            return Err("a layered hash has from 1 to 8 layers before the last");
        }
        let sound = |layer: &Layer| match layer {
            Layer::Hash(hash, letters) => match (hash.as_ref(), letters) {
                (PasswordHash::Bcrypt(_), Letters::Crypt) => true,
                (_, Letters::Crypt) => false,
                (inner, _) => matches!(
                    inner,
                    PasswordHash::Argon2(_)
                        | PasswordHash::Md5(_)
                        | PasswordHash::Pbkdf2(_)
                        | PasswordHash::Scrypt(_)
                        | PasswordHash::Sha(_)
                ),
            },
            _ => true,
        };
        if !layers.iter().all(sound) {
            return Err("a layer of a kind that no known system writes");
        }
        // Bytes that are no letters hold NULs, at which others stop.
        let next = layers.iter().skip(1).map(|layer| match layer {
            Layer::Hash(hash, _) => Some(hash.as_ref()),
            _ => None,
        });
        let takes_bytes = |hash: Option<&PasswordHash>| {
            matches!(hash, Some(PasswordHash::Md5(_) | PasswordHash::Sha(_)))
        };
        let raw = layers.iter().map(|layer| matches!(layer, Layer::Hash(_, Letters::Bytes)));
        if raw.zip(next.chain([Some(&last)])).any(|(raw, next)| raw && !takes_bytes(next)) {
            return Err(
                "bytes that are no letters are the password of something else than MD5 or SHA",
            );
        }
        let slow = layers.iter().filter(|layer| match layer {
            Layer::Hash(hash, _) => !matches!(**hash, PasswordHash::Md5(_) | PasswordHash::Sha(_)),
            _ => false,
        });
        if slow.count() > Self::SLOW_LAYERS_MAX {
            return Err("a layered hash has at most 2 layers before the last that take long");
        }
        use PasswordHash::{Layered, Locked, Wrapped};
        if matches!(last, Layered(_) | Locked(_) | Wrapped(_)) {
            return Err("the last layer is itself layered, wrapped or locked");
        }
        let blanked = |layer| match layer {
            Layer::Hash(hash, letters) => Layer::Hash(Box::new(hash.blanked()), letters),
            other => other,
        };
        let layers = layers.into_iter().map(blanked).collect();
        Ok(Self { layers, last: Box::new(last.blanked()) })
    }

    /// The hash of every layer, the last one too.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = &PasswordHash> {
        let inner = self.layers.iter().filter_map(|layer| match layer {
            Layer::Hash(hash, _) => Some(hash.as_ref()),
            _ => None,
        });
        inner.chain([self.last.as_ref()])
    }

    /// What is done to the password first, in order.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The hash whose digest is stored, here with a digest of zeros.
    #[must_use]
    pub fn last(&self) -> &PasswordHash {
        &self.last
    }

    /// The last layer with its digest put back: the text of a vendor that shows no more.
    pub(crate) fn last_with(&self, digest: &Digest) -> PasswordHash {
        (*self.last).clone().with_digest(digest)
    }

    /// The settings that are derived, in order.
    fn settings(&self) -> impl Iterator<Item = &dyn Algorithm> {
        self.hashes().filter_map(PasswordHash::setting)
    }
}

/// No derived `Debug`: a list in brackets could be mistaken for bytes.
impl fmt::Debug for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Layered ")?;
        f.debug_set().entries(&self.layers).entry(&self.last).finish()
    }
}

/// The parts in one piece of memory, of exactly their length, so that none is left behind.
fn joined(parts: [&[u8]; 2]) -> Digest {
    Digest::new(parts.concat())
}

/// Bytes that are not UTF-8 stay as they are. Counted first, so that nothing is left behind.
fn nfkc(password: &[u8]) -> Digest {
    let Ok(text) = core::str::from_utf8(password) else { return Digest::new(password.to_vec()) };
    let mut out = Vec::with_capacity(text.nfkc().map(char::len_utf8).sum());
    for letter in text.nfkc() {
        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Digest::new(out)
}

impl Sealed for Layered {}
impl Algorithm for Layered {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let mut so_far: Option<Digest> = None;
        for layer in &self.layers {
            let password = so_far.as_ref().map_or(password, Digest::expose);
            so_far = Some(match layer {
                Layer::Before(text) => joined([text.as_bytes(), password]),
                Layer::KeyBefore(id) => joined([key(keys, id)?, password]),
                Layer::KeyAfter(id) => joined([password, key(keys, id)?]),
                Layer::Nfkc => nfkc(password),
                Layer::Hash(hash, letters) => match (hash.as_ref(), hash.setting(), letters) {
                    (PasswordHash::Bcrypt(stored), _, Letters::Crypt) => {
                        stored.setting().crypt_text(&stored.setting().derive(password, keys)?)
                    }
                    (_, Some(setting), _) => letters.spell(&setting.derive(password, keys)?),
                    (_, None, _) => Digest::zeros(0), // `new` lets no locked hash in
                },
            });
        }
        let password = so_far.as_ref().map_or(password, Digest::expose);
        match self.last.setting() {
            Some(setting) => setting.derive(password, keys),
            None => Ok(Digest::zeros(0)),
        }
    }

    fn digest_len(&self) -> usize {
        self.last.setting().map_or(0, Algorithm::digest_len)
    }

    fn cost(&self) -> Cost {
        self.settings().fold(Cost::default(), |cost, setting| cost.then(setting.cost()))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        for layer in &self.layers {
            if let Layer::Before(text) = layer {
                text.within(limits)?;
            }
        }
        self.settings().try_for_each(|setting| setting.within(limits))
    }

    /// As the first hash that sees the password itself.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        self.settings().next().map_or(Ok(()), |first| first.admits(password, limits))
    }

    fn key_ids(&self) -> Vec<&KeyId> {
        let of = |layer| match layer {
            &Layer::KeyBefore(ref id) | &Layer::KeyAfter(ref id) => vec![id],
            Layer::Hash(hash, _) => hash.key_ids(),
            Layer::Before(_) | Layer::Nfkc => Vec::new(),
        };
        self.layers.iter().flat_map(of).chain(self.last.key_ids()).collect()
    }
}
