//! Locked and unusable markers of every system: no password matches, whatever it is.
//!
//! *Format*: shadow's `*`, `!`, `!!`, `x`, `*LK*`, `NP` and a disabled hash behind `!` or `*`;
//! crypt(3)'s failure tokens `*0`, `*1`; LDAP's `{CRYPT}*`; Django's `!…`; `NULL`, `0`, blanks and the
//! empty text; `WoltLab`'s `Invalid:`. *Security*: an empty stored field once meant "no password needed"; here it never matches.
use crate::algorithm::Locked;
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{Field, is_hex};

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "locked",
    summary: "no hash: a locked or unusable account",
    strength: Strength::Locked,
    needs: &[],
    rarity: 0,
    claim: |text| if is_marker(text) { Claim::Tagged } else { Claim::No },
    parse,
    write: Some(Write::Canonical(|hash| match hash {
        PasswordHash::Locked(locked) => Some(locked.marker().to_owned()),
        _ => None,
    })),
    samples: &[],
}];

const WORDS: &[&str] = &["", "x", "NP", "NULL", "0", "not cached", "Invalid:", "invalid:"];

pub(super) fn is_marker(text: &str) -> bool {
    let bare = text.get(.."{CRYPT}".len()).filter(|head| head.eq_ignore_ascii_case("{CRYPT}"));
    let text = match bare {
        Some(head) => text.get(head.len()..).unwrap_or_default(),
        None => text,
    };
    // `*` and forty digits is a hash: MySQL's.
    let starred = text.strip_prefix('*').is_some_and(|rest| !is_hex(rest, 40));
    starred || text.starts_with('!') || WORDS.contains(&text.trim_matches(' '))
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    match is_marker(raw.text) {
        true => Ok(PasswordHash::Locked(Locked::new(raw.text))),
        false => Err(Field::whole(raw.text).fault("not a marker of a locked account")),
    }
}
