//! What happened to the password before it was hashed.
use super::deviation::Deviation;
use crate::algorithm::{FastHash, hex};
use crate::side::Side;
use core::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// How the password that was hashed differs from the one that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordSlip {
    /// With a line feed behind it.
    TrailingNewline,
    /// With a carriage return and a line feed behind it.
    TrailingCrLf,
    /// With a space behind it.
    TrailingSpace,
    /// Without the blanks around it.
    Trimmed,
    /// In Latin-1 (windows-1252) instead of UTF-8.
    Latin1,
    /// In UTF-8, where the known one is in Latin-1.
    Utf8,
    /// In UTF-16, low byte first.
    Utf16Le,
    /// In UTF-16, high byte first.
    Utf16Be,
    /// Composed.
    Nfc,
    /// Decomposed.
    Nfd,
    /// Composed, with compatibility characters replaced (as `SASLprep` does).
    Nfkc,
    /// UTF-8 taken for Latin-1 and encoded as UTF-8 once more.
    EncodedTwice,
    /// Every character outside ASCII replaced by a question mark.
    QuestionMarks,
    /// The letters in lower case.
    LowerCase,
    /// The letters in upper case.
    UpperCase,
    /// `&`, `<`, `>`, `"` and `'` as HTML entities.
    HtmlEscaped,
    /// Quotes and backslashes with a backslash in front (PHP's magic quotes).
    Backslashed,
    /// Its digest in lower-case hexadecimal, by the function's name.
    Digest(&'static str),
    /// Its digest in upper-case hexadecimal.
    DigestUpper(&'static str),
    /// Its digest in base64.
    DigestBase64(&'static str),
    /// The pepper (by its key in [`Side`]) in front.
    PepperBefore(&'static str),
    /// The pepper behind.
    PepperAfter(&'static str),
    /// HMAC of the password under the pepper, in hexadecimal.
    Hmac(&'static str, &'static str),
    /// The same as bytes.
    HmacBytes(&'static str, &'static str),
    /// The same in base64.
    HmacBase64(&'static str, &'static str),
}

use PasswordSlip as P;

impl fmt::Display for PasswordSlip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            P::TrailingNewline => f.write_str(r"password with a trailing newline (\n)"),
            P::TrailingCrLf => {
                f.write_str(r"password with a trailing newline of Windows (CRLF, \r\n)")
            }
            P::TrailingSpace => f.write_str("password with a trailing space"),
            P::Trimmed => f.write_str("password trimmed: without the blanks around it"),
            P::Latin1 => f.write_str("password in Latin-1 (windows-1252), not UTF-8"),
            P::Utf8 => f.write_str("password in UTF-8, not Latin-1"),
            P::Utf16Le => f.write_str("password in UTF-16LE (little-endian), not UTF-8"),
            P::Utf16Be => f.write_str("password in UTF-16BE (big-endian), not UTF-8"),
            P::Nfc => f.write_str("password in NFC (composed Unicode)"),
            P::Nfd => f.write_str("password in NFD (decomposed Unicode)"),
            P::Nfkc => f.write_str("password in NFKC (compatibility Unicode, as SASLprep)"),
            P::EncodedTwice => f.write_str("password encoded as UTF-8 twice"),
            P::QuestionMarks => f.write_str("password with `?` for every non-ASCII character"),
            P::LowerCase => f.write_str("password in lower case"),
            P::UpperCase => f.write_str("password in upper case"),
            P::HtmlEscaped => f.write_str("password escaped for HTML (`&amp;` and its kin)"),
            P::Backslashed => f.write_str("password with backslashes before quotes (magic quotes)"),
            P::Digest(h) => {
                write!(f, "pre-hashed: the digest of the password in {h} hexadecimal was hashed")
            }
            P::DigestUpper(h) => write!(
                f,
                "pre-hashed: the digest of the password in {h} upper-case hexadecimal was hashed"
            ),
            P::DigestBase64(h) => {
                write!(f, "pre-hashed: the digest of the password in {h} base64 was hashed")
            }
            P::PepperBefore(key) => {
                write!(f, "{} before the password (prepended)", noun(key))
            }
            P::PepperAfter(key) => write!(f, "{} after the password (appended)", noun(key)),
            P::Hmac(key, h) => {
                write!(f, "{} as HMAC key: HMAC-{h} of the password, in hexadecimal", noun(key))
            }
            P::HmacBytes(key, h) => {
                write!(f, "{} as HMAC key: HMAC-{h} of the password, as raw bytes", noun(key))
            }
            P::HmacBase64(key, h) => {
                write!(f, "{} as HMAC key: HMAC-{h} of the password, in base64", noun(key))
            }
        }
    }
}

/// What a key of [`Side`] is called.
pub(super) fn noun(key: &str) -> &str {
    match key {
        "site_salt" => "pepper (`site_salt`)",
        "legacy_salt" => "pepper (`legacy_salt`)",
        "salt" => "salt (used as a pepper)",
        _ => "pepper",
    }
}

impl PasswordSlip {
    /// What to do before each check.
    pub(super) fn advice(self) -> String {
        match self {
            P::TrailingNewline | P::TrailingCrLf | P::TrailingSpace => {
                "the hashes were made by a tool that did not strip the end of its input: append it \
                 to the password before each check"
                    .to_owned()
            }
            P::Trimmed => "trim the password before each check".to_owned(),
            P::Latin1 => {
                "encode the password as windows-1252 (Latin-1) before each check".to_owned()
            }
            P::Utf8 => "hand the password over in UTF-8".to_owned(),
            P::Utf16Le => "encode the password as UTF-16LE before each check".to_owned(),
            P::Utf16Be => "encode the password as UTF-16BE before each check".to_owned(),
            P::Nfc => "normalise the password to NFC before each check".to_owned(),
            P::Nfd => "normalise the password to NFD before each check".to_owned(),
            P::Nfkc => "normalise the password to NFKC before each check".to_owned(),
            P::EncodedTwice => {
                "take the UTF-8 bytes for Latin-1 and encode them once more before each check"
                    .to_owned()
            }
            P::QuestionMarks => {
                "the old system lost these characters, so other passwords match too: have these \
                 users choose a new password"
                    .to_owned()
            }
            P::LowerCase => "lower the password's case before each check".to_owned(),
            P::UpperCase => "raise the password's case before each check".to_owned(),
            P::HtmlEscaped => "escape the password for HTML before each check".to_owned(),
            P::Backslashed => "add PHP's slashes to the password before each check".to_owned(),
            P::Digest(h) => {
                format!("give the check the {h} of the password, in lower-case hexadecimal")
            }
            P::DigestUpper(h) => {
                format!("give the check the {h} of the password, in upper-case hexadecimal")
            }
            P::DigestBase64(h) => format!("give the check the {h} of the password, in base64"),
            P::PepperBefore(key) => {
                format!("put `{key}` in front of the password before each check")
            }
            P::PepperAfter(key) => format!("put `{key}` behind the password before each check"),
            P::Hmac(key, h) => {
                format!("give the check HMAC-{h} of the password under `{key}`, in hexadecimal")
            }
            P::HmacBytes(key, h) => {
                format!("give the check HMAC-{h} of the password under `{key}`, as bytes")
            }
            P::HmacBase64(key, h) => {
                format!("give the check HMAC-{h} of the password under `{key}`, in base64")
            }
        }
    }

    /// In which order systems do things to a password: only a later step follows an earlier one.
    fn step(self) -> u8 {
        match self {
            P::TrailingNewline | P::TrailingCrLf | P::TrailingSpace | P::Trimmed => 1,
            P::LowerCase | P::UpperCase | P::HtmlEscaped | P::Backslashed => 0,
            P::Nfc | P::Nfd | P::Nfkc => 2,
            P::Latin1 | P::Utf8 | P::Utf16Le | P::Utf16Be | P::EncodedTwice | P::QuestionMarks => 3,
            P::PepperBefore(_) | P::PepperAfter(_) => 4,
            P::Digest(_) | P::DigestUpper(_) | P::DigestBase64(_) => 5,
            P::Hmac(..) | P::HmacBytes(..) | P::HmacBase64(..) => 6,
        }
    }
}

/// A password as it may have been hashed.
pub(super) struct Treated {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) slips: Vec<PasswordSlip>,
    /// How surprising: 0 for the password as it stands.
    pub(super) surprise: u64,
}

impl Treated {
    pub(super) fn plain(password: &[u8]) -> Self {
        Self { bytes: Zeroizing::new(password.to_vec()), slips: Vec::new(), surprise: 0 }
    }

    pub(super) fn deviations(&self) -> impl Iterator<Item = Deviation> {
        self.slips.iter().copied().map(Deviation::Password)
    }

    /// Every single step from here that changes something.
    pub(super) fn steps(&self, side: &Side) -> Vec<Self> {
        let last = self.slips.last().copied();
        let mut found: Vec<Self> = Vec::new();
        for (slip, surprise) in slips(side) {
            // A pepper may follow a pre-hash as well as go before it.
            let again = matches!(last, Some(P::Digest(_))) && slip.step() == 4;
            if last.is_some_and(|last| last.step() >= slip.step()) && !again {
                continue;
            }
            let Some(bytes) = apply(slip, &self.bytes, side).map(Zeroizing::new) else { continue };
            let known = |treated: &Self| *treated.bytes == *bytes;
            if *self.bytes == *bytes || found.iter().any(known) {
                continue;
            }
            let slips = self.slips.iter().copied().chain([slip]).collect();
            found.push(Self { bytes, slips, surprise: self.surprise.saturating_add(surprise) });
        }
        found
    }
}

/// The secrets beside the hash that may have gone in with the password.
pub(super) fn peppers(side: &Side) -> Vec<(&'static str, &str)> {
    let all = [
        ("pepper", side.pepper.as_ref().map(|text| text.as_str())),
        ("site_salt", side.site_salt.as_ref().map(|text| text.as_str())),
        ("legacy_salt", side.legacy_salt.as_ref().map(|text| text.as_str())),
        ("salt", side.salt.as_deref()),
    ];
    let given = all.into_iter().filter_map(|(key, text)| Some((key, text?)));
    given.filter(|(_, text)| !text.is_empty()).collect()
}

/// All slips with their surprise, the likeliest first.
fn slips(side: &Side) -> Vec<(PasswordSlip, u64)> {
    let mut all = Vec::new();
    for (key, _) in peppers(side) {
        let less = |surprise: u64| surprise.saturating_add(if key == "salt" { 6 } else { 0 });
        all.push((P::PepperAfter(key), less(10)));
        all.push((P::PepperBefore(key), less(10)));
        for (at, function) in (0..).zip([
            FastHash::Sha256,
            FastHash::Sha512,
            FastHash::Sha1,
            FastHash::Md5,
            FastHash::Sha384,
        ]) {
            let name = function.as_str();
            all.push((P::Hmac(key, name), less(at).saturating_add(11)));
            all.push((P::HmacBase64(key, name), less(at).saturating_add(12)));
            all.push((P::HmacBytes(key, name), less(at).saturating_add(12)));
        }
    }
    all.extend([
        (P::TrailingNewline, 10),
        (P::Latin1, 10),
        (P::Utf8, 10),
        (P::Nfc, 10),
        (P::Nfd, 10),
        (P::Trimmed, 10),
        (P::Digest("md5"), 11),
        (P::Digest("sha1"), 11),
        (P::Digest("sha256"), 11),
        (P::TrailingCrLf, 11),
        (P::Utf16Le, 12),
        (P::Utf16Be, 13),
        (P::HtmlEscaped, 13),
        (P::Backslashed, 13),
        (P::Nfkc, 13),
        (P::EncodedTwice, 13),
        (P::QuestionMarks, 14),
        (P::Digest("sha512"), 14),
        (P::DigestUpper("md5"), 15),
        (P::DigestUpper("sha1"), 15),
        (P::DigestUpper("sha256"), 15),
        (P::LowerCase, 15),
        (P::UpperCase, 15),
        (P::TrailingSpace, 16),
        (P::Digest("sha384"), 17),
        (P::DigestBase64("sha256"), 17),
        (P::DigestBase64("sha512"), 17),
        (P::DigestBase64("sha384"), 18),
        (P::DigestBase64("sha1"), 18),
        (P::DigestBase64("md5"), 18),
    ]);
    all
}

fn apply(slip: PasswordSlip, bytes: &[u8], side: &Side) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(bytes);
    let pepper = |key: &str| {
        let all = peppers(side);
        all.into_iter().find(|(known, _)| *known == key).map(|(_, text)| text.as_bytes())
    };
    let mac = |key: &str, name: &str| Some(FastHash::named(name)?.hmac(pepper(key)?, bytes));
    let digest = |name: &str| Some(FastHash::named(name)?.digest(&[bytes]));
    Some(match slip {
        P::TrailingNewline => [bytes, b"\n"].concat(),
        P::TrailingCrLf => [bytes, b"\r\n"].concat(),
        P::TrailingSpace => [bytes, b" "].concat(),
        P::Trimmed => match text {
            Ok(text) => text.trim().as_bytes().to_vec(),
            Err(_) => bytes.trim_ascii().to_vec(),
        },
        P::Latin1 => latin1(text.ok()?)?,
        P::Utf8 if text.is_err() => {
            bytes.iter().map(|byte| windows_1252(*byte)).collect::<String>().into_bytes()
        }
        P::Utf8 => return None,
        P::Utf16Le => text.ok()?.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        P::Utf16Be => text.ok()?.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        P::Nfc => text.ok()?.nfc().collect::<String>().into_bytes(),
        P::Nfd => text.ok()?.nfd().collect::<String>().into_bytes(),
        P::Nfkc => text.ok()?.nfkc().collect::<String>().into_bytes(),
        P::EncodedTwice => {
            bytes.iter().map(|byte| windows_1252(*byte)).collect::<String>().into_bytes()
        }
        P::QuestionMarks => text
            .ok()?
            .chars()
            .map(|c| if c.is_ascii() { c } else { '?' })
            .collect::<String>()
            .into_bytes(),
        P::LowerCase => text.ok()?.to_lowercase().into_bytes(),
        P::UpperCase => text.ok()?.to_uppercase().into_bytes(),
        P::HtmlEscaped => escaped(text.ok()?, |c| match c {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '"' => Some("&quot;"),
            '\'' => Some("&#039;"),
            _ => None,
        }),
        P::Backslashed => escaped(text.ok()?, |c| match c {
            '\'' => Some(r"\'"),
            '"' => Some("\\\""),
            '\\' => Some(r"\\"),
            _ => None,
        }),
        P::Digest(name) => hex(&digest(name)?).expose().to_vec(),
        P::DigestUpper(name) => hex(&digest(name)?).expose().to_ascii_uppercase(),
        P::DigestBase64(name) => base64(digest(name)?.expose()),
        P::PepperBefore(key) => [pepper(key)?, bytes].concat(),
        P::PepperAfter(key) => [bytes, pepper(key)?].concat(),
        P::Hmac(key, name) => hex(&mac(key, name)?).expose().to_vec(),
        P::HmacBytes(key, name) => mac(key, name)?.expose().to_vec(),
        P::HmacBase64(key, name) => base64(mac(key, name)?.expose()),
    })
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    crate::text::PADDED.encode(bytes).into_bytes()
}

fn escaped(text: &str, with: fn(char) -> Option<&'static str>) -> Vec<u8> {
    let mut out = String::with_capacity(text.len().saturating_mul(6));
    for c in text.chars() {
        match with(c) {
            Some(entity) => out.push_str(entity),
            None => out.push(c),
        }
    }
    out.into_bytes()
}

/// What windows-1252 has where Latin-1 has control characters: 0x80 to 0x9f (WHATWG's index; the
/// five bytes without a character stand for themselves).
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    let high = byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at)));
    high.copied().unwrap_or(char::from(byte))
}

/// `None` for a character that windows-1252 lacks. Decomposed letters are composed first.
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.nfc().map(|c| (0..=255).find(|byte| windows_1252(*byte) == c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(slip: PasswordSlip, text: &str) -> Option<Vec<u8>> {
        apply(slip, text.as_bytes(), &Side::NONE)
    }

    #[test]
    fn encodings_are_those_of_their_standards() {
        assert_eq!(made(P::Latin1, "Grün€").unwrap(), b"Gr\xfcn\x80");
        assert_eq!(made(P::Latin1, "u\u{308}").unwrap(), b"\xfc");
        assert_eq!(made(P::Latin1, "Ω"), None);
        assert_eq!(made(P::Utf16Le, "aé🔑").unwrap(), b"a\0\xe9\0\x3d\xd8\x11\xdd");
        assert_eq!(made(P::Utf16Be, "aé").unwrap(), b"\0a\0\xe9");
        assert_eq!(made(P::Nfd, "é").unwrap(), "e\u{301}".as_bytes());
        assert_eq!(made(P::EncodedTwice, "é").unwrap(), "Ã©".as_bytes());
        assert_eq!(apply(P::Utf8, b"Gr\xfcn", &Side::NONE).unwrap(), "Grün".as_bytes());
        assert_eq!(made(P::Digest("md5"), "").unwrap(), b"d41d8cd98f00b204e9800998ecf8427e");
    }
}
