//! The base64 dialects of stored hashes: one decoder, one row an alphabet.
//!
//! The decoder is strict: one text for each value. Spare bits must be zero and padding must be what
//! the dialect says, since otherwise one hash would have many spellings.

/// The order of the 6-bit groups in a word of 24 bits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// First letter highest (RFC 4648, bcrypt).
    Big,
    /// First letter lowest (crypt(3)).
    Little,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Padding {
    /// `=` up to a multiple of four letters.
    Required,
    /// As required, or none at all.
    Optional,
    /// None.
    None,
}

/// One way of writing bytes as letters.
pub(crate) struct Base64 {
    letters: &'static [u8; 64],
    values: [u8; 256],
    order: Order,
    padding: Padding,
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DOTTED: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./";
const CRYPT3: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BLOWFISH: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// RFC 4648, section 4, with padding.
pub(crate) static PADDED: Base64 = Base64::new(STANDARD, Order::Big, Padding::Required);
/// As [`PADDED`], where some writers leave the padding out.
pub(crate) static LDAP: Base64 = Base64::new(STANDARD, Order::Big, Padding::Optional);
/// RFC 4648, section 5 (URL-safe), where some writers leave the padding out.
pub(crate) static URL: Base64 = Base64::new(URL_SAFE, Order::Big, Padding::Optional);
/// The B64 of PHC strings: standard alphabet without padding.
pub(crate) static PHC: Base64 = Base64::new(STANDARD, Order::Big, Padding::None);
/// passlib's "adapted base64": `.` for `+`, no padding.
pub(crate) static AB64: Base64 = Base64::new(DOTTED, Order::Big, Padding::None);
/// crypt(3).
pub(crate) static CRYPT: Base64 = Base64::new(CRYPT3, Order::Little, Padding::None);
/// crypt(3) on DES, and Cisco: the same letters, first letter highest.
pub(crate) static DES: Base64 = Base64::new(CRYPT3, Order::Big, Padding::None);
/// bcrypt.
pub(crate) static BCRYPT: Base64 = Base64::new(BLOWFISH, Order::Big, Padding::None);

const NO_VALUE: u8 = 0xff;

impl Base64 {
    const fn new(letters: &'static [u8; 64], order: Order, padding: Padding) -> Self {
        let mut values = [NO_VALUE; 256];
        let mut value: u8 = 0;
        while value < 64 {
            #[expect(clippy::indexing_slicing, reason = "evaluated when the crate is compiled")]
            {
                values[letters[value as usize] as usize] = value;
            }
            value = value.wrapping_add(1);
        }
        Self { letters, values, order, padding }
    }

    /// The value of a letter.
    pub(crate) fn value(&self, letter: u8) -> Option<u8> {
        self.values.get(usize::from(letter)).copied().filter(|value| *value != NO_VALUE)
    }

    /// The value of a single letter: a cost, say.
    pub(crate) fn digit(&self, letter: &str) -> Option<u8> {
        let &[letter] = letter.as_bytes() else { return None };
        self.value(letter)
    }

    /// The letter of a value under 64.
    pub(crate) fn letter(&self, value: u8) -> Option<char> {
        self.letters.get(usize::from(value)).map(|b| char::from(*b))
    }

    /// Decode, or say at which byte the text breaks which rule.
    pub(super) fn decode(&self, text: &str) -> Result<Vec<u8>, (usize, &'static str)> {
        let body = match self.padding {
            Padding::None => text,
            Padding::Required | Padding::Optional => self.unpadded(text)?,
        };
        let mut out = Vec::with_capacity(body.len().saturating_mul(3).div_ceil(4));
        let mut at = 0_usize;
        for group in body.as_bytes().chunks(4) {
            let mut word = 0_u32;
            for (i, letter) in group.iter().enumerate() {
                let at = at.saturating_add(i);
                let value = self.value(*letter).ok_or((at, "not a letter of this base64"))?;
                word |= u32::from(value) << self.shift(i);
            }
            let [spare, high, middle, low] = word.to_be_bytes();
            let bytes = match self.order {
                Order::Big => [high, middle, low],
                Order::Little => [low, middle, high],
            };
            let count = match group.len() {
                4 => 3,
                3 => 2,
                2 => 1,
                _ => return Err((at, "base64 never ends one letter after a group of four")),
            };
            let (used, unused) = bytes.split_at_checked(count).unwrap_or((&bytes, &[]));
            if spare != 0 || unused.iter().any(|byte| *byte != 0) {
                let last = at.saturating_add(group.len()).saturating_sub(1);
                return Err((last, "the last letter has spare bits set; they must be zero"));
            }
            out.extend(used);
            at = at.saturating_add(group.len());
        }
        Ok(out)
    }

    fn unpadded<'a>(&self, text: &'a str) -> Result<&'a str, (usize, &'static str)> {
        let body = text.trim_end_matches('=');
        let padding = text.len().saturating_sub(body.len());
        let full = body.len().next_multiple_of(4) == text.len() && padding < 3;
        if full || (padding == 0 && self.padding == Padding::Optional) {
            return Ok(body);
        }
        Err((body.len(), "the base64 padding is not what it must be"))
    }

    fn shift(&self, i: usize) -> u32 {
        let bits = u32::try_from(i).unwrap_or_default().saturating_mul(6);
        match self.order {
            Order::Big => 18_u32.saturating_sub(bits),
            Order::Little => bits,
        }
    }

    /// Encode public bytes (salts, stored digests), not derived ones: the letters are looked up.
    pub(crate) fn encode(&self, bytes: &[u8]) -> String {
        let mut out = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
        for group in bytes.chunks(3) {
            let mut three = [0_u8; 3];
            three.iter_mut().zip(group).for_each(|(to, from)| *to = *from);
            let [a, b, c] = three;
            let word = match self.order {
                Order::Big => u32::from_be_bytes([0, a, b, c]),
                Order::Little => u32::from_le_bytes([a, b, c, 0]),
            };
            for i in 0..=group.len() {
                let [.., value] = ((word >> self.shift(i)) & 0x3f).to_be_bytes();
                out.extend(self.letter(value));
            }
        }
        if self.padding != Padding::None {
            while !out.len().is_multiple_of(4) {
                out.push('=');
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        for dialect in [&PADDED, &LDAP, &URL, &PHC, &AB64, &CRYPT, &DES, &BCRYPT] {
            for len in 0..=70_usize {
                let bytes: Vec<u8> =
                    (0..len).map(|i| u8::try_from((i * 151 + len) % 256).unwrap()).collect();
                let text = dialect.encode(&bytes);
                assert_eq!(dialect.decode(&text).unwrap(), bytes);
                // Any other last letter means other bytes or is refused: no second spelling.
                let body = text.trim_end_matches('=');
                let Some(keep) = body.len().checked_sub(1) else { continue };
                for letter in dialect.letters.iter().map(|b| char::from(*b)) {
                    let other = format!("{}{letter}{}", &body[..keep], &text[body.len()..]);
                    if other != text {
                        assert_ne!(dialect.decode(&other).ok(), Some(bytes.clone()));
                    }
                }
            }
        }
    }

    #[test]
    fn published_answers() {
        assert_eq!(PADDED.encode(b"fooba"), "Zm9vYmE=");
        assert_eq!(PADDED.decode("Zm9vYmE=").unwrap(), b"fooba");
        assert!(PADDED.decode("Zm9vYmE").is_err() && PADDED.decode("Zm9vYmE==").is_err());
        assert!(PADDED.decode("Zm9v====").is_err() && PADDED.decode("====").is_err());
        assert_eq!(LDAP.decode("Zm9vYmE").unwrap(), b"fooba");
        assert!(PHC.decode("Zm9vYmE=").is_err());
        assert_eq!(PADDED.decode("Zm9vYmF=").unwrap_err().0, 6);
        assert_eq!(PHC.decode("Zm9v!").unwrap_err().0, 4);
    }
}
