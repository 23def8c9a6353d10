//! Secrets that are ours to keep: zeroed when dropped, absent from `Debug`, found by key id.
use core::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes that must not be seen: a pepper, a signer key, a derived digest on its way.
///
/// Zeroed on drop; `Debug` shows the length alone; there is no `PartialEq`.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Take ownership of `bytes`; the vector is not copied, so no second copy is left behind.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes themselves. Each call is a place to look at in a review.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

/// The name of a key, as a stored hash carries it (`keyid` in the PHC text of Argon2: up to 8 bytes).
///
/// An id is public. It says which pepper a hash was made with, so that peppers can be rotated.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Vec<u8>);

impl KeyId {
    /// The longest id that PHC text can hold, in bytes.
    pub const BYTES_MAX: usize = 8;

    /// An id of 1 to [`BYTES_MAX`](Self::BYTES_MAX) bytes; `None` for any other length.
    #[must_use]
    pub fn new(id: &[u8]) -> Option<Self> {
        (1..=Self::BYTES_MAX).contains(&id.len()).then(|| Self(id.to_vec()))
    }

    /// The bytes of the id.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Printable ids as they are, others as `0x…`.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match core::str::from_utf8(&self.0) {
            Ok(text) if text.bytes().all(|b| b.is_ascii_graphic()) => f.write_str(text),
            _ => {
                f.write_str("0x")?;
                self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
        }
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// Peppers and other keys by id. They live beside the table, never in it.
#[derive(Clone, Debug, Default)]
pub struct Keyring(Vec<(KeyId, SecretBytes)>);

impl Keyring {
    /// A ring without keys: what every hash without a `keyid` is verified with.
    pub const EMPTY: Self = Self(Vec::new());

    /// The ring with one more key. A key of the same id is replaced.
    #[must_use]
    pub fn with(mut self, id: KeyId, key: SecretBytes) -> Self {
        self.0.retain(|(known, _)| *known != id);
        self.0.push((id, key));
        self
    }

    /// The key of that id, if the ring has it.
    #[must_use]
    pub fn find(&self, id: &KeyId) -> Option<&SecretBytes> {
        self.0.iter().find(|(known, _)| known == id).map(|(_, key)| key)
    }

    /// The ids in the ring, in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        self.0.iter().map(|(id, _)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_prints_ids_and_no_keys() {
        let id = KeyId::new(b"k1").unwrap();
        let ring =
            Keyring::default().with(id.clone(), SecretBytes::new(b"hunter2hunter2".to_vec()));
        let shown = format!("{ring:?}");
        assert!(shown.contains("k1") && !shown.contains("hunter") && !shown.contains("104"));
        assert_eq!(ring.find(&id).unwrap().expose(), b"hunter2hunter2");
        assert!(KeyId::new(b"").is_none() && KeyId::new(b"123456789").is_none());
    }
}
