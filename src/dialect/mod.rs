//! Every way of writing a hash down that this crate can read: text only, no mathematics.
//!
//! One file an ecosystem. Adding a format is one new file, its `mod` line and its line in
//! `SHELVES`; tests, fuzz seeds, benches, the command's listing and the table in the docs follow.
#![deny(clippy::arithmetic_side_effects)]
use crate::error::{ParseError, ParseErrorKind};
use crate::format::{Claim, Format, Raw};
use crate::hash::PasswordHash;
use crate::limits::{Limits, at_most, length};
use crate::side::Side;
use core::fmt;
use serde::de::Error as _;

mod aix;
mod argon2;
mod bcrypt;
mod bcrypt_kin;
mod braces;
mod cisco;
mod clerk;
mod crypt;
mod crypt_behind;
mod database;
mod descrypt;
mod digest;
mod django;
mod django_old;
mod dovecot;
mod firebase;
mod firebase_kin;
mod forum;
mod fshp;
mod identify;
mod keycloak;
mod layered;
mod ldap;
mod ldap_pbkdf2;
mod locked;
mod mediawiki;
mod membership;
mod mysql323;
mod oracle;
mod ory;
mod ory_hmac;
mod passlib;
mod pbkdf2_kin;
mod pbkdf2_web;
mod phc_pbkdf2;
mod phpass;
mod project;
mod rails;
mod salt_hmac;
mod scram;
mod scrypt;
mod scrypt_kin;
mod scrypt_web;
mod sha1crypt;
mod shop;
mod site;
mod spring;
mod spring_secret;
mod sunmd5;
mod symfony;
mod tidy;
mod werkzeug;
mod windows;
mod woltlab;
mod wrapped;
mod xenforo;
mod yescrypt;

pub use identify::{Candidate, Evidence, Neighbours, identify, identify_among, identify_beside};
pub use tidy::tidied;

/// One line a shelf. Order has no meaning.
static SHELVES: &[&[Format]] = &[
    aix::FORMATS,
    argon2::FORMATS,
    bcrypt::FORMATS,
    bcrypt_kin::FORMATS,
    cisco::FORMATS,
    clerk::FORMATS,
    crypt::FORMATS,
    crypt_behind::FORMATS,
    database::FORMATS,
    descrypt::FORMATS,
    digest::FORMATS,
    django::FORMATS,
    django_old::FORMATS,
    dovecot::FORMATS,
    firebase::FORMATS,
    firebase_kin::FORMATS,
    forum::FORMATS,
    fshp::FORMATS,
    keycloak::FORMATS,
    layered::FORMATS,
    ldap::FORMATS,
    ldap_pbkdf2::FORMATS,
    locked::FORMATS,
    mediawiki::FORMATS,
    membership::FORMATS,
    mysql323::FORMATS,
    oracle::FORMATS,
    ory::FORMATS,
    ory_hmac::FORMATS,
    passlib::FORMATS,
    pbkdf2_kin::FORMATS,
    pbkdf2_web::FORMATS,
    phc_pbkdf2::FORMATS,
    phpass::FORMATS,
    project::FORMATS,
    rails::FORMATS,
    salt_hmac::FORMATS,
    scram::FORMATS,
    scrypt::FORMATS,
    scrypt_kin::FORMATS,
    scrypt_web::FORMATS,
    sha1crypt::FORMATS,
    shop::FORMATS,
    site::FORMATS,
    spring::FORMATS,
    spring_secret::FORMATS,
    symfony::FORMATS,
    sunmd5::FORMATS,
    werkzeug::FORMATS,
    windows::FORMATS,
    woltlab::FORMATS,
    wrapped::FORMATS,
    xenforo::FORMATS,
    yescrypt::FORMATS,
];

impl Format {
    /// Every format.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        SHELVES.iter().flat_map(|shelf| shelf.iter())
    }

    /// The format of that slug. Case does not matter, and `_` and `/` stand for `-`, as many systems
    /// write their names.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let letter = |byte: u8| match byte {
            b'_' | b'/' => b'-',
            other => other.to_ascii_lowercase(),
        };
        Self::all().find(|format| format.slug.bytes().eq(name.bytes().map(letter)))
    }

    /// The format whose tag `stored` carries.
    #[must_use]
    pub fn of(stored: &str) -> Option<&'static Self> {
        Self::all().find(|format| format.claim(stored) == Claim::Tagged)
    }
}

impl PasswordHash {
    /// Read a stored hash that says what it is, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// A text without a tag (bare hexadecimal, say) is refused, never guessed at, so that a new
    /// format can never change what an old call means.
    pub fn parse(stored: &str) -> Result<Self, ParseError> {
        Self::parse_within(stored, &Limits::DEFAULT)
    }

    /// As [`parse`](Self::parse), with limits of your own.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_within(stored: &str, limits: &Limits) -> Result<Self, ParseError> {
        text_fits(stored, limits)?;
        let (hash, format) = read_tagged(stored)?;
        hash.within(limits).map_err(|over| ParseError::from(over).in_format(format.slug))?;
        Ok(hash)
    }

    /// Read a stored hash of a format that you name.
    ///
    /// # Errors
    /// The text is not of that format, asks for too much, or needs data from other columns
    /// ([`parse_beside`](Self::parse_beside)).
    pub fn parse_as(
        format: &'static Format,
        stored: &str,
        limits: &Limits,
    ) -> Result<Self, ParseError> {
        Self::parse_beside(format, stored, &Side::NONE, limits)
    }

    /// Read a stored hash whose salt, costs or keys stand in other columns.
    ///
    /// The value in hand, and so its printed text, is complete: what stood beside it is in it.
    ///
    /// # Errors
    /// As [`parse_as`](Self::parse_as); and side data that the format needs is missing.
    pub fn parse_beside(
        format: &'static Format,
        stored: &str,
        side: &Side,
        limits: &Limits,
    ) -> Result<Self, ParseError> {
        let fault = |error: ParseError| error.in_format(format.slug);
        text_fits(stored, limits).map_err(fault)?;
        let hash = (format.parse)(Raw { text: stored, side }).map_err(fault)?;
        hash.within(limits).map_err(|over| fault(over.into()))?;
        Ok(hash)
    }
}

fn text_fits(stored: &str, limits: &Limits) -> Result<(), ParseError> {
    at_most("text_bytes", stored.len() as u128, length(limits.text_bytes_max))?;
    Ok(())
}

/// Read a tagged text of bounded length. The costs are the caller's to check.
fn read_tagged(stored: &str) -> Result<(PasswordHash, &'static Format), ParseError> {
    if let Some(format) = Format::of(stored) {
        let hash = (format.parse)(Raw { text: stored, side: &Side::NONE });
        return hash.map(|hash| (hash, format)).map_err(|error| error.in_format(format.slug));
    }
    let shaped = Format::all().filter(|format| format.claim(stored) == Claim::Shaped);
    let mut shaped: Vec<_> = shaped.map(|format| (format.rarity, format.slug)).collect();
    shaped.sort_unstable();
    Err(ParseError::new(match shaped.is_empty() {
        true => ParseErrorKind::Unrecognised,
        false => ParseErrorKind::Untagged(shaped.into_iter().map(|(_, slug)| slug).collect()),
    }))
}

impl PasswordHash {
    /// The text of `format`, byte for byte as its system writes it, for an old system that must run
    /// on beside the new one. What stands in other columns there (a salt) is not in it.
    ///
    /// `None` when that notation cannot hold this value: another function, a salt that its
    /// separators would cut, a cost it has no field for.
    #[must_use]
    pub fn to_text_as(&self, format: &Format) -> Option<String> {
        format.write?.vendor(self)
    }
}

/// One canonical way of writing, whatever was read.
impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Format::all().find_map(|format| format.write?.canonical(self));
        f.write_str(&text.ok_or(fmt::Error)?)
    }
}

impl core::str::FromStr for PasswordHash {
    type Err = ParseError;

    fn from_str(stored: &str) -> Result<Self, ParseError> {
        Self::parse(stored)
    }
}

impl TryFrom<&str> for PasswordHash {
    type Error = ParseError;

    fn try_from(stored: &str) -> Result<Self, ParseError> {
        Self::parse(stored)
    }
}

/// As the canonical text.
impl serde::Serialize for PasswordHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From a tagged text, within [`Limits::DEFAULT`].
impl<'de> serde::Deserialize<'de> for PasswordHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}
