//! The LAN Manager hash: DES over a constant, with the password in capitals as two keys ([MS-NLMP],
//! 3.3.1, `LMOWFv1`).
//!
//! *Format of the password*: capitals in the OEM code page 437, 14 bytes, filled up with zeros.
//! *Deviations*: a password with letters that the code page has not, or that is no UTF-8, is taken
//! byte for byte, with ASCII alone in capitals, as passlib takes bytes. A NUL is refused, for zeros
//! are what fills the password up. *Security*: two halves of seven letters, no salt: broken on sight.
use super::{Algorithm, Cost, Digest, des::Des, no_nul, password_fits, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::Limits;
use crate::secret::Keyring;
use zeroize::Zeroizing;

/// The setting of an LM hash: there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lm;

/// The constant that is encrypted: `KGS!@#$%`.
const MAGIC: u64 = u64::from_be_bytes(*b"KGS!@#$%");

/// The upper half of code page 437.
const UPPER_HALF: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// A letter in capitals, in code page 437. Capitals that take several letters are left as they are.
fn oem(letter: char) -> Option<u8> {
    let mut capitals = letter.to_uppercase();
    let capital = match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => letter,
    };
    if capital.is_ascii() {
        return u8::try_from(capital).ok();
    }
    let place = UPPER_HALF.chars().position(|other| other == capital)?;
    u8::try_from(place).ok()?.checked_add(0x80)
}

/// The password as 14 bytes.
fn bytes(password: &[u8]) -> Zeroizing<[u8; 14]> {
    let mut out = Zeroizing::new([0; 14]);
    let text = str::from_utf8(password).ok();
    let known = text.filter(|text| text.chars().all(|letter| oem(letter).is_some()));
    match known {
        Some(text) => {
            out.iter_mut().zip(text.chars().filter_map(oem)).for_each(|(to, from)| *to = from);
        }
        None => {
            out.iter_mut().zip(password).for_each(|(to, from)| *to = from.to_ascii_uppercase());
        }
    }
    out
}

/// 56 bits of key, spread over 64 with a bit for parity after each seven.
fn spread(seven: &[u8]) -> Zeroizing<u64> {
    let bits = seven.iter().fold(Zeroizing::new(0_u64), |mut bits, byte| {
        *bits = *bits << 8 | u64::from(*byte);
        bits
    });
    Zeroizing::new(
        (0..8_u32).fold(0, |key, group| key << 8 | (*bits >> (49 - 7 * group) & 0x7f) << 1),
    )
}

impl Sealed for Lm {}
impl Algorithm for Lm {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let mut digest = Vec::with_capacity(16);
        for half in bytes(password).chunks(7) {
            digest.extend(Des::new(*spread(half)).encrypt(MAGIC, 0, 1).to_be_bytes());
        }
        Ok(Digest::new(digest))
    }

    fn digest_len(&self) -> usize {
        16
    }

    fn cost(&self) -> Cost {
        Cost::rounds(2)
    }

    fn within(&self, _: &Limits) -> Result<(), OverLimit> {
        Ok(())
    }

    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        password_fits(password, limits.password_bytes_max)?;
        no_nul(password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_page_is_whole() {
        assert_eq!(UPPER_HALF.chars().count(), 128);
        // Python: "é".encode("cp437"), "É", "ñ".upper(), "π", no-break space.
        let codes = ['É', 'é', 'ñ', 'ß', '\u{a0}', 'ÿ', 'à', '€'].map(oem);
        let known = [Some(0x90), Some(0x90), Some(0xa5), Some(0xe1), Some(0xff), None, None, None];
        assert_eq!(codes, known);
    }
}
