//! What happened to the stored text on its way here.
use crate::format::{Claim, Format};
use crate::text::{Field, LDAP, PADDED, URL, hex, is_hex};
use core::fmt;

/// How the text that was stored differs from the one at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextSlip {
    /// Spaces behind it, as a CHAR column pads.
    TrailingSpaces,
    /// CR, LF or another blank behind it.
    TrailingLineEnd,
    /// Blanks in front of it.
    LeadingBlanks,
    /// A byte order mark in front of it.
    ByteOrderMark,
    /// Quotes around it.
    Quoted,
    /// `0x` in front of hexadecimal.
    HexPrefix,
    /// `PostgreSQL`'s `\x` in front of hexadecimal.
    Bytea,
    /// The text itself written as hexadecimal.
    HexOfText,
    /// The text itself written as base64 (LDIF's `::`).
    Base64OfText,
    /// Percent signs and hexadecimal, as in a URL.
    UrlEncoded,
    /// HTML entities.
    HtmlEscaped,
    /// Backslashes before `$` or `/`.
    Backslashes,
    /// Every `$` doubled, as Compose and Make want it.
    DoubledDollars,
    /// The first `$` is missing.
    DollarMissing,
    /// A login, and perhaps more columns, around it.
    Columns,
    /// The tag in lower case.
    TagCase,
    /// URL-safe base64 instead of the standard alphabet.
    UrlSafeBase64,
    /// passlib's `.` in place of `+`.
    DottedBase64,
    /// The standard alphabet instead of the format's.
    StandardBase64,
    /// The standard alphabet in bcrypt's salt, digest or both.
    BcryptLetters,
    /// Padding that the format does not have.
    PaddingExtra,
    /// Padding that the format has is missing.
    PaddingMissing,
    /// Base64 of the digest instead of hexadecimal.
    Base64Digest,
    /// Hexadecimal of the digest instead of base64.
    HexDigest,
    /// The salt stands in the text, beside the digest.
    SaltInText,
}

use TextSlip as T;

impl fmt::Display for TextSlip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            T::TrailingSpaces => "trailing spaces behind the hash (CHAR padding)",
            T::TrailingLineEnd => "a line end (newline, CR or LF) behind the hash",
            T::LeadingBlanks => "leading spaces before the hash",
            T::ByteOrderMark => "a byte order mark (BOM) before the hash",
            T::Quoted => "quotes around the hash",
            T::HexPrefix => "`0x` before the hexadecimal digits",
            T::Bytea => r"PostgreSQL's bytea notation (`\x` before hexadecimal)",
            T::HexOfText => "the whole hash written as hexadecimal of its characters",
            T::Base64OfText => "the whole hash wrapped in base64 (as LDIF does behind `::`)",
            T::UrlEncoded => "the hash is URL-encoded (percent signs)",
            T::HtmlEscaped => "the hash is escaped for HTML",
            T::Backslashes => "backslashes before `$` or `/` in the hash (escaped)",
            T::DoubledDollars => "every `$` of the hash is doubled",
            T::DollarMissing => "the first `$` of the hash is missing",
            T::Columns => "other columns (such as the login) around the hash",
            T::TagCase => "the tag in braces is in lower case",
            T::UrlSafeBase64 => "wrong base64 alphabet: URL-safe (`-`, `_`), not standard",
            T::DottedBase64 => "wrong base64 alphabet: `.` for `+` (passlib's), not standard",
            T::StandardBase64 => "wrong base64 alphabet: standard (`+`), not passlib's (`.`)",
            T::BcryptLetters => "wrong base64 alphabet: standard, not bcrypt's (`./A-Za-z0-9`)",
            T::PaddingExtra => "base64 padding (`=`) where the format has none",
            T::PaddingMissing => "base64 padding (`=`) is missing",
            T::Base64Digest => "the digest is base64, not hexadecimal",
            T::HexDigest => "the digest is hexadecimal, not base64",
            T::SaltInText => "the salt stands in the same text as the digest",
        })
    }
}

impl TextSlip {
    pub(super) fn advice(self) -> &'static str {
        match self {
            T::TrailingSpaces | T::TrailingLineEnd | T::LeadingBlanks => {
                "trim the column before the import"
            }
            T::ByteOrderMark => "strip the byte order mark (U+FEFF) from the file",
            T::Quoted => "read the file as CSV, or strip the quotes",
            T::HexPrefix | T::Bytea => r"strip `0x` or `\x` before the import",
            T::HexOfText => "decode the column from hexadecimal to text before the import",
            T::Base64OfText => "decode the column from base64 once before the import",
            T::UrlEncoded => "decode the percent signs before the import",
            T::HtmlEscaped => "decode the HTML entities before the import",
            T::Backslashes => "take out the backslashes before the import",
            T::DoubledDollars => "halve the dollar signs before the import",
            T::DollarMissing => "put a `$` in front",
            T::Columns => "import the column of the hash alone",
            T::TagCase => "write the tag in upper case",
            T::UrlSafeBase64 => "write `+` for `-` and `/` for `_`",
            T::DottedBase64 => "write `+` for `.`",
            T::StandardBase64 => "write `.` for `+`",
            T::BcryptLetters => "decode salt and digest, and write them in bcrypt's letters",
            T::PaddingExtra => "strip the `=` signs",
            T::PaddingMissing => "fill up with `=` to a multiple of four letters",
            T::Base64Digest => "decode the digest from base64 and write it in hexadecimal",
            T::HexDigest => "decode the digest from hexadecimal and write it in base64",
            T::SaltInText => {
                "split the column: the digest is the hash, the rest is side data `salt`"
            }
        }
    }
}

/// A text as it may have been stored.
pub(super) struct View {
    pub(super) text: String,
    /// Set when the text brought its salt.
    pub(super) salt: Option<String>,
    pub(super) slips: Vec<TextSlip>,
}

/// Most views of a text, and most slips one upon the other.
const VIEWS_MAX: usize = 24;
const SLIPS_MAX: usize = 4;

/// The text as it stands, then every way to clean it.
pub(super) fn views(text: &str) -> Vec<View> {
    let mut views = vec![View { text: text.to_owned(), salt: None, slips: Vec::new() }];
    let mut at = 0_usize;
    while let Some(view) = views.get(at).filter(|_| views.len() < VIEWS_MAX) {
        at = at.saturating_add(1);
        if view.slips.len() >= SLIPS_MAX || view.salt.is_some() {
            continue;
        }
        let found: Vec<View> = CLEANERS
            .iter()
            .filter(|(slip, _)| !view.slips.contains(slip))
            .filter_map(|(slip, clean)| Some((*slip, clean(&view.text)?)))
            .map(|(slip, text)| (slip, text, None))
            .chain(salted(&view.text).map(|(text, salt)| (T::SaltInText, text, Some(salt))))
            .map(|(slip, text, salt)| {
                let slips = view.slips.iter().copied().chain([slip]).collect();
                View { text, salt, slips }
            })
            .collect();
        for view in found {
            if views.iter().all(|known| known.text != view.text || known.salt != view.salt) {
                views.push(view);
            }
        }
    }
    views
}

type Cleaner = fn(&str) -> Option<String>;

static CLEANERS: &[(TextSlip, Cleaner)] = &[
    (T::ByteOrderMark, |text| {
        text.strip_prefix('\u{feff}').or_else(|| text.strip_prefix("ï»¿")).map(str::to_owned)
    }),
    (T::TrailingSpaces, |text| changed(text, text.trim_end_matches([' ', '\0', '\u{a0}']))),
    (T::TrailingLineEnd, |text| changed(text, text.trim_end_matches(['\r', '\n', '\t', ' ']))),
    (T::LeadingBlanks, |text| changed(text, text.trim_start())),
    (T::Quoted, |text| {
        let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
        ['"', '\'', '`'].into_iter().find_map(inner).map(str::to_owned)
    }),
    (T::HexPrefix, |text| {
        let rest = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
        is_hex(rest, rest.len()).then(|| rest.to_owned())
    }),
    (T::Bytea, |text| {
        let rest = text.strip_prefix(r"\\x").or_else(|| text.strip_prefix(r"\x"))?;
        is_hex(rest, rest.len()).then(|| rest.to_owned())
    }),
    (T::HexOfText, |text| readable(Field::whole(text).hex().ok()?)),
    (T::Base64OfText, |text| {
        let (_, body) = text.rsplit_once("::").unwrap_or(("", text));
        readable(Field::whole(body.trim()).base64(&LDAP).ok()?)
    }),
    (T::UrlEncoded, percent_decoded),
    (T::HtmlEscaped, |text| {
        let entities = [
            ("&#036;", "$"),
            ("&#36;", "$"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#039;", "'"),
            ("&#x2F;", "/"),
            ("&amp;", "&"),
        ];
        let decoded =
            entities.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        changed(text, &decoded)
    }),
    (T::Backslashes, |text| changed(text, &text.replace(r"\$", "$").replace(r"\/", "/"))),
    (T::DoubledDollars, |text| {
        let all = text.starts_with("$$") && text.replace("$$", "").find('$').is_none();
        all.then(|| text.replace("$$", "$"))
    }),
    (T::DollarMissing, |text| {
        let made = format!("${text}");
        (!text.starts_with('$') && claims(&made, Claim::Tagged)).then_some(made)
    }),
    (T::Columns, |text| {
        let tagged = |part: &&str| part.len() > 12 && claims(part, Claim::Tagged);
        let line = text.split([':', ',', ';', '\t']).map(str::trim);
        (!claims(text, Claim::Tagged)).then(|| line.into_iter().find(tagged))?.map(str::to_owned)
    }),
    (T::TagCase, |text| {
        let (tag, body) = text.strip_prefix('{')?.split_once('}')?;
        changed(text, &format!("{{{}}}{body}", tag.to_ascii_uppercase()))
    }),
    (T::UrlSafeBase64, |text| fields(text, |field| field.replace('-', "+").replace('_', "/"))),
    (T::DottedBase64, |text| fields(text, |field| field.replace('.', "+"))),
    (T::StandardBase64, |text| fields(text, |field| field.replace('+', "."))),
    (T::BcryptLetters, |text| bcrypt_letters(text, 0..22)),
    (T::BcryptLetters, |text| bcrypt_letters(text, 0..53)),
    (T::BcryptLetters, |text| bcrypt_letters(text, 22..53)),
    (T::PaddingExtra, |text| fields(text, |field| field.trim_end_matches('=').to_owned())),
    (T::PaddingMissing, |text| {
        fields(text, |field| {
            let full = field.len().next_multiple_of(4);
            format!("{field:=<full$}")
        })
    }),
    (T::Base64Digest, |text| {
        let letters = text.bytes().any(|b| !b.is_ascii_hexdigit());
        let known = |bytes: &Vec<u8>| matches!(bytes.len(), 16 | 20 | 28 | 32 | 48 | 64);
        let field = Field::whole(text);
        let bytes = field.base64(&LDAP).or_else(|_| field.base64(&URL)).ok().filter(known)?;
        letters.then(|| hex(&bytes))
    }),
    (T::HexDigest, |text| {
        let (head, body) = split_last(text)?;
        let bytes = Field::whole(body).hex().ok().filter(|bytes| bytes.len() >= 16)?;
        Some(format!("{head}{}", PADDED.encode(&bytes)))
    }),
];

fn claims(text: &str, claim: Claim) -> bool {
    Format::all().any(|format| format.slug() != "locked" && format.claim(text) == claim)
}

fn changed(from: &str, to: &str) -> Option<String> {
    (from != to).then(|| to.to_owned())
}

/// A decoded text, if text is what it is.
fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let graphic = text.trim_end().bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    (text.len() >= 13 && graphic).then_some(text)
}

/// The last field and all before it.
fn split_last(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind(['$', '}', ':'])?.saturating_add(1);
    text.split_at_checked(at)
}

/// A change to the fields of base64 at the end of a tagged text: the digest, and the salt before it.
fn fields(text: &str, change: fn(&str) -> String) -> Option<String> {
    let whole = |field: &str| {
        let long = field.len() >= 11;
        let letters = |b: u8| b.is_ascii_alphanumeric() || b"+/-_.=".contains(&b);
        if long && field.bytes().all(letters) { change(field) } else { field.to_owned() }
    };
    let out = match split_last(text) {
        Some((head, last)) => {
            let head = match head.split_at_checked(head.len().saturating_sub(1)) {
                Some((before, end)) => match split_last(before) {
                    Some((front, salt)) => format!("{front}{}{end}", whole(salt)),
                    None => head.to_owned(),
                },
                None => head.to_owned(),
            };
            format!("{head}{}", whole(last))
        }
        None => whole(text),
    };
    changed(text, &out)
}

/// The letters of a bcrypt text that stand at these places behind its cost, in bcrypt's alphabet.
fn bcrypt_letters(text: &str, places: core::ops::Range<usize>) -> Option<String> {
    const STANDARD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const BCRYPT: &[u8] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let (head, body) = text.strip_prefix("$2").and(text.split_at_checked(7))?;
    let body = body.replace('=', "");
    let letters = body.char_indices().map(|(at, letter)| match STANDARD.find(letter) {
        Some(index) if places.contains(&at) => BCRYPT.get(index).copied().map(char::from),
        None if letter != '.' || places.contains(&at) => None,
        _ => Some(letter),
    });
    let letters: Option<String> = letters.collect();
    letters.filter(|_| body.len() == 53).map(|letters| format!("{head}{letters}"))
}

fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, tail)) = rest.split_first() {
        let pair = tail.get(..2).and_then(|pair| core::str::from_utf8(pair).ok());
        match pair.filter(|_| *first == b'%').map(|pair| Field::whole(pair).hex()) {
            Some(Ok(byte)) => {
                out.extend(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// A bare digest and its salt in one text: `digest:salt`, `salt$digest`.
fn salted(text: &str) -> impl Iterator<Item = (String, String)> {
    let digest = |part: &str| [32, 40, 56, 64, 96, 128].iter().any(|len| is_hex(part, *len));
    [':', '$', '|', ';', ',', '.', ' '].into_iter().filter_map(move |mark| {
        let (first, last) = match text.split_once(mark) {
            Some((first, rest)) if digest(first) => (first, rest),
            _ => text.rsplit_once(mark).filter(|(_, last)| digest(last)).map(|(s, d)| (d, s))?,
        };
        let bare = !last.is_empty() && !text.starts_with('$');
        bare.then(|| (first.to_owned(), last.to_owned()))
    })
}
