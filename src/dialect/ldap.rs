//! RFC 2307 `{SCHEME}` values as OpenLDAP, 389-ds and Dovecot keep them.
//!
//! *Format*: the tag in either case, then base64 of the digest and, for salted schemes, whatever
//! salt follows it. *Deviations*: the padding may be left out as a whole.
use crate::algorithm::{Md5Layout, Salt, ShaLayout, ShaVersion};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{Cursor, Field};

use super::{aix, braces, crypt_behind, spring};

/// A row for `{TAG}` over a version of SHA.
macro_rules! sha {
    ($slug:literal, $tag:literal, $rarity:literal, $version:ident $layout:ident, $summary:literal,
     $samples:expr) => {
        Format {
            slug: $slug,
            summary: $summary,
            strength: Strength::Broken,
            needs: &[],
            rarity: $rarity,
            claim: |text| claim(text, $tag),
            parse: |raw| {
                let salted = !matches!(ShaLayout::$layout, ShaLayout::Bare);
                let len = ShaVersion::$version.digest_len();
                parse(raw, $tag, len, salted, |salt, digest| {
                    braces::sha(ShaVersion::$version, ShaLayout::$layout, salt, digest)
                })
            },
            write: Some(Write::Canonical(|hash| {
                braces::write_sha(hash, $tag, ShaVersion::$version, ShaLayout::$layout)
            })),
            samples: $samples,
        }
    };
}

/// A row for `{TAG}` over MD5.
macro_rules! md5 {
    ($slug:literal, $tag:literal, $rarity:literal, $layout:ident, $summary:literal,
     $samples:expr) => {
        Format {
            slug: $slug,
            summary: $summary,
            strength: Strength::Broken,
            needs: &[],
            rarity: $rarity,
            claim: |text| claim(text, $tag),
            parse: |raw| {
                let salted = !matches!(Md5Layout::$layout, Md5Layout::Bare);
                parse(raw, $tag, 16, salted, |salt, digest| {
                    braces::md5(Md5Layout::$layout, salt, digest)
                })
            },
            write: Some(Write::Canonical(|hash| braces::write_md5(hash, $tag, Md5Layout::$layout))),
            samples: $samples,
        }
    };
}

#[rustfmt::skip]
pub(super) static FORMATS: &[Format] = &[
    md5!("ldap-md5", "{MD5}", 3, Bare, "LDAP {MD5}", &[Sample { password: "7Gr-Emgxb", stored: "{MD5}yNS+DSJRQ2KvJEKVPo9GPQ==", side: &[], from: "passlib 1.7.4 ldap_md5" }]),
    md5!("ldap-smd5", "{SMD5}", 3, PassSalt, "LDAP {SMD5}: MD5 of password and salt", &[Sample { password: "_N.hu2C?~UR@xcNsk4{", stored: "{SMD5}eV2cGUuRoommlW9KTctac7hDP43TYKp55l66TpkjLvU=", side: &[], from: "passlib 1.7.4 ldap_salted_md5" }]),
    sha!("ldap-sha", "{SHA}", 1, Sha1 Bare, "LDAP {SHA}, htpasswd -s", &[Sample { password: "#@u]#?aQp<;*f(1IT{(o", stored: "{SHA}7Blu5ShoXHGAhFUyFvd6BUsH7dA=", side: &[], from: "passlib 1.7.4 ldap_sha1" }]),
    sha!("ldap-ssha", "{SSHA}", 1, Sha1 PassSalt, "LDAP {SSHA}: OpenLDAP's default", &[Sample { password: "5hj{QcJ.N", stored: "{SSHA}UoNchAD9vU7ZXC5kV4/4vhkrLe3QVIE9", side: &[], from: "passlib 1.7.4 ldap_salted_sha1" }]),
    sha!("ldap-sha256", "{SHA256}", 4, Sha256 Bare, "LDAP {SHA256}", &[Sample { password: "J~HZQ_[(l?S", stored: "{SHA256}7h/sd8DhQY54SxBsES1zMho4tZeDqY1Zq26k6okNCOI=", side: &[], from: "slappasswd (OpenLDAP 2.5.13) + pw-sha2, re-checked with hashlib" }]),
    sha!("ldap-ssha256", "{SSHA256}", 3, Sha256 PassSalt, "LDAP {SSHA256}", &[Sample { password: "__n@2-JE8", stored: "{SSHA256}fxLfLxvaS5aL0DdZYl2zzfJ7u9an2AkYTTCZgnkCoty/lLO7XXKQ4PtJMh5yDPvE", side: &[], from: "passlib 1.7.4 ldap_salted_sha256" }]),
    sha!("ldap-sha384", "{SHA384}", 6, Sha384 Bare, "LDAP {SHA384}", &[Sample { password: "}v#QIzc@(z0", stored: "{SHA384}RWrNvmokZl5xzFVf/2vC4sDtc+cpHEv1kpgiZt0L7WHixE7EbQruD2rVEaziE9FU", side: &[], from: "slappasswd (OpenLDAP 2.5.13) + pw-sha2, re-checked with hashlib" }]),
    sha!("ldap-ssha384", "{SSHA384}", 6, Sha384 PassSalt, "LDAP {SSHA384}", &[Sample { password: "o@}O%Q.2", stored: "{SSHA384}LetkoE28JffvBI9Wo8XP89qg+O1bjPzDNcfgsAzf5hYOnn/XjZmuaTLBeUyS49vNaS7OTWyhwew=", side: &[], from: "slappasswd (OpenLDAP 2.5.13) + pw-sha2, re-checked with hashlib" }]),
    sha!("ldap-sha512", "{SHA512}", 4, Sha512 Bare, "LDAP {SHA512}", &[Sample { password: "y~Q,u6bcvj.jZ8Ydc", stored: "{SHA512}8siSkOGqc3oQbePYoET6MSzHSPwCIOTs2NIFPQAOzW9Tin4XqFX5tNrdHwE/TUZXvYZ4/cXf4O5C5RIRxc8GzQ==", side: &[], from: "slappasswd (OpenLDAP 2.5.13) + pw-sha2, re-checked with hashlib" }]),
    sha!("ldap-ssha512", "{SSHA512}", 3, Sha512 PassSalt, "LDAP {SSHA512}: 389-ds", &[Sample { password: "+fTtv}CG%- ", stored: "{SSHA512}su46nipzYsqpTKeqKWvqgqNrCcrEmrDBV6paTkB+NAAnL4iCAsJKLSIMcnJWf8XYAskYb2+TneGEMN2kXim9Bp+FEbc=", side: &[], from: "passlib 1.7.4 ldap_salted_sha512" }]),
];

/// Other names of a tag: Dovecot's `{MD5}` means md5crypt, so it calls this one by its full name.
const ALIASES: &[(&str, &str)] =
    &[("{MD5}", "{LDAP-MD5}"), ("{MD5}", "{PLAIN-MD5.B64}"), ("{SHA}", "{SHA1}")];

/// What Dovecot writes behind a scheme whose digest is in base64, as it is anyway.
const SUFFIXES: [&str; 3] = ["}", ".B64}", ".BASE64}"];

fn claim(text: &str, tag: &str) -> Claim {
    // Spring's `{MD5}` and `{sha256}`, Dovecot's `{MD5}` and AIX' are told apart by what follows them.
    let others = spring::is_ours(text) || aix::is_ours(text) || crypt_behind::is_md5crypt(text);
    match body(text, tag).is_some() && !others {
        true => Claim::Tagged,
        false => Claim::No,
    }
}

/// A value of any of these formats.
pub(super) fn any(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    let format = FORMATS.iter().find(|format| format.claim(field.text) == Claim::Tagged);
    let format = format.ok_or(field.fault("not a scheme of LDAP that is known here"))?;
    (format.parse)(Raw { text: field.text, side: &Side::NONE })
        .map_err(|_| field.fault("not a value of that scheme"))
}

/// What follows the tag, or an alias of it, in either case, with or without a suffix.
fn body<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let aliases = ALIASES.iter().filter(|(name, _)| *name == tag).map(|(_, alias)| *alias);
    aliases.chain([tag]).find_map(|tag| {
        let name = tag.strip_suffix('}').unwrap_or(tag);
        let rest = after(text, name)?;
        SUFFIXES.iter().find_map(|suffix| after(rest, suffix))
    })
}

fn after<'a>(text: &'a str, head: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(head.len())?;
    start.eq_ignore_ascii_case(head).then_some(rest)
}

fn parse(
    raw: Raw<'_>,
    tag: &str,
    len: usize,
    salted: bool,
    make: impl FnOnce(Salt, Vec<u8>) -> Option<PasswordHash>,
) -> Result<PasswordHash, ParseError> {
    let Some(body) = body(raw.text, tag) else {
        return Err(Cursor::new(raw.text).fault("not the tag of this format"));
    };
    braces::split(raw.text, body, len, salted, make)
}
