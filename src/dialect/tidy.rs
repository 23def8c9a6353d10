//! bcrypt texts whose unused bits are set.
//!
//! The salt's 22 letters hold 132 bits for 16 bytes, the digest's 31 hold 186 for 23 bytes: six bits
//! mean nothing. Old generators (passlib before 1.6, hand-made salts) left some of them set; C
//! libraries ignore them, libxcrypt writes them clear. Reading is strict, so that one hash has one
//! text. This is the way in for those who hold such hashes.
use crate::text::BCRYPT;

/// Letters of salt and digest.
const LETTERS: usize = 22 + 31;
/// Where letters have bits to spare, and the bits that count.
const SPARE: [(usize, u8); 2] = [(21, 0b11_0000), (LETTERS - 1, 0b11_1100)];

/// The same bcrypt hash with its unused bits clear, if some are set: the text that reading takes.
///
/// `$2a$`, `$2b$`, `$2x$` and `$2y$` are found behind other notations' tags too (`{CRYPT}`, `$wp`,
/// `bcrypt$`, …). `None` for every other text, and for one that is tidy already.
///
/// ```
/// use hashlift::{PasswordHash, tidied};
/// let untidy = "$2b$05$hgBoX6k7F46.2yK6b7N7x/d48LbLODjvm8LhBNHmEIMjla6RCCV0m";
/// assert!(PasswordHash::parse(untidy).is_err());
/// let tidy = tidied(untidy).expect("a bit of the salt is spare, and set");
/// assert_eq!(tidy, "$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m");
/// assert!(PasswordHash::parse(&tidy).is_ok());
/// ```
#[must_use]
pub fn tidied(text: &str) -> Option<String> {
    let (head, body) = ["$2a$", "$2b$", "$2x$", "$2y$"].iter().find_map(|tag| {
        let (_, behind) = text.split_once(tag)?;
        let (cost, body) = behind.split_once('$')?;
        (cost.len() == 2).then(|| (text.len().saturating_sub(body.len()), body))
    })?;
    let letters = body.as_bytes().get(..LETTERS)?;
    if letters.iter().any(|letter| BCRYPT.value(*letter).is_none()) {
        return None;
    }
    let mut tidy = text.to_owned();
    for (place, kept) in SPARE {
        let value = BCRYPT.value(*letters.get(place)?)?;
        let (at, letter) = (head.saturating_add(place), BCRYPT.letter(value & kept)?);
        tidy.replace_range(at..at.saturating_add(1), letter.encode_utf8(&mut [0; 4]));
    }
    (tidy != text).then_some(tidy)
}
