//! Spring Security: the envelope of its `DelegatingPasswordEncoder`, and what stands in it.
//!
//! *Format*: `{id}` and the text of the encoder of that id. Ids are case-sensitive: `{sha256}` is not
//! LDAP's `{SHA256}`. `{pbkdf2}` is hexadecimal of 8 bytes of salt and 32 of digest (185,000 rounds of
//! SHA-1), and with `@SpringSecurity_v5_8` of 16 and 32 (310,000 of SHA-256): neither says so. `{scrypt}`
//! is `$<log2 N, r and p in one hexadecimal number>$<base64>$<base64>`; `{sha256}` is 8 bytes of salt and
//! 1024 passes of SHA-256; `{MD4}`, `{MD5}`, `{SHA-1}`, `{SHA-256}` are `{salt}` and the hexadecimal
//! digest of the password and that salt, braces and all. `{noop}` has the password in clear behind it, of
//! which the SHA-256 is kept (see `dovecot`). *Deviations*: encoders with costs of their own for PBKDF2 are
//! not read; `{ldap}` without a scheme inside, which is plain text, is not. Those with a secret of the
//! application are in `spring_secret`. *Source*: spring-security-crypto.
use crate::algorithm::{
    Algorithm, FastHash, Feed, Md5Layout, Pbkdf2, Prf, Salt, Scrypt, ShaLayout, ShaVersion, Stored,
    Stretched,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{Cursor, Field, PADDED, hex, is_hex};

use super::{argon2, bcrypt, bcrypt_kin, braces, dovecot, ldap, scrypt};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "spring-delegating",
        summary: "Spring Security's {id}: {bcrypt}, {argon2}, {scrypt}, {pbkdf2}, {sha256}, {MD5} …",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 0,
        claim: |text| if is_ours(text) { Claim::Tagged } else { Claim::No },
        parse,
        write: Some(Write::Vendor(write)),
        samples: &[
            Sample {
                password: "VbB xddo DYBUc",
                stored: "{bcrypt}$2a$04$AxrvBQY0tTopqRc.OScqGOoJMCXkaInONqjKPdFFuEPv3Rze0866u",
                side: &[],
                from: "Spring Security crypto (built with javac 17), DelegatingPasswordEncoder",
            },
            Sample {
                password: "🇫🇮🦀🔑Fd8fn",
                stored: "{pbkdf2}b9087fb5fc3efc7f557a2f8c7e03e58765b36ae2aa2891a1423c58e21716ccc8ab4e48e92811812a",
                side: &[],
                from: "Spring Security crypto (built with javac 17), DelegatingPasswordEncoder",
            },
            Sample {
                password: "_Yte!0p79iK]/*c,XYaE!473DAWNj,;71KfowEDXOHqVNr/!PUV4~dF7mW/gF(iNIQN#Q?k5",
                stored: "{pbkdf2@SpringSecurity_v5_8}dd45bf22c6318b93fb19d18736fccdd7c76ad015048b035c90d446ad479c688c61b4e86d050c1bf5ea3544f91e75782d",
                side: &[],
                from: "Spring Security crypto (built with javac 17), DelegatingPasswordEncoder",
            },
            Sample {
                password: "éặéôççi63",
                stored: "{MD5}{V1XbMQ28ewI2LshSMOR5aV0uDVjvxPiqreADPKvgybo=}c0ea989ae1372661d7667b6791ac7c0b",
                side: &[],
                from: "Spring Security crypto (built with javac 17), DelegatingPasswordEncoder",
            },
            Sample {
                password: " TnD#dJk^ ",
                stored: "{SHA-256}{SuGielZcGANwzXw+fSR30XPPoXazh4KShmISJ+KzHsI=}70d07d02b63edb25a911e66c12f98c664719e48072b336396e011e4a67abf9a4",
                side: &[],
                from: "Spring Security crypto (built with javac 17), DelegatingPasswordEncoder",
            },
            Sample {
                password: r#"$:|{}%\"'`&<>,;=BMN\0"#,
                stored: "{sha256}f51568b84ccd2acfc73f31ed6d246bf405922f103b7cbee9a8398c887d3a47d1794a03b05d78cb2f",
                side: &[],
                from: "Spring Security crypto (built with javac 17), DelegatingPasswordEncoder",
            },
            Sample {
                password: "PANcuAJ[;uSW",
                stored: "{MD4}{2ArC9KajPZueV4utkB/UegaNr8ACOTSA7C6KeczqR/U=}690f2b982a47dbcb7d219843f40bba2e",
                side: &[],
                from: "Spring Security crypto (built with javac 17), DelegatingPasswordEncoder",
            },
            Sample {
                password: "Q0ivCnqRsIy*i*ZK0ht~X8~5Z /t=hsHsW^eC_mBk+v01~x)OSUDRD]JGmF*x<LY/!s5u4s",
                stored: "{scrypt}$a0801$BKxqUFQJVMpHjjXqFTco4dX71FYEwVEbBmOfsba7DAOpZx17sdv3yQUNJIyGWC6LFQK66U+9z8higBi4RckoAA==$RpamqnzZ97nYGGj4Z5cBf8iEVwq2K9gdtM/Nh5YbtvM=",
                side: &[],
                from: "Spring Security crypto (built with javac 17), DelegatingPasswordEncoder",
            },
        ],
    },
    Format {
        slug: "spring-standard",
        summary: "Spring's StandardPasswordEncoder without its {sha256}",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| if is_hex(text, 80) { Claim::Shaped } else { Claim::No },
        parse: |raw| standard(Field::whole(raw.text)),
        write: Some(Write::Vendor(standard_text)),
        samples: &[Sample {
            password: "password",
            stored: "97cde38028ad898ebc02e690819fa220e88c62e0699403e94fff291cfffaf8410849f27605abcbc0",
            side: &[],
            from: "Spring Security's reference manual",
        }],
    },
    Format {
        slug: "spring-pbkdf2",
        summary: "Spring's Pbkdf2PasswordEncoder without its {pbkdf2}, either default",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| match is_hex(text, 80) || is_hex(text, 96) {
            true => Claim::Shaped,
            false => Claim::No,
        },
        parse: |raw| match raw.text.len() {
            80 => pbkdf2(Field::whole(raw.text), OLD),
            _ => pbkdf2(Field::whole(raw.text), NEW),
        },
        write: Some(Write::Vendor(|hash| {
            pbkdf2_text(hash, OLD).or_else(|| pbkdf2_text(hash, NEW))
        })),
        samples: &[Sample {
            password: "password",
            stored: "5d923b44a6d129f3ddf3e3c8d29412723dcbde72445e8ef6bf3b508fbf17fa4ed4d6b99ca763d8dc",
            side: &[],
            from: "Spring Security's reference manual",
        }],
    },
];

/// The function, the rounds and the bytes of salt of an encoder that does not write them down.
pub(super) type Profile = (Prf, u32, usize);
pub(super) const OLD: Profile = (Prf::Sha1, 185_000, 8);
pub(super) const NEW: Profile = (Prf::Sha256, 310_000, 16);

const STANDARD_ROUNDS: u32 = 1024;

/// Whether an `{id}` is Spring's, where LDAP has ids that differ in nothing but what follows them.
pub(super) fn is_ours(text: &str) -> bool {
    let Some((id, body)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
        return false;
    };
    match id.strip_suffix("@SpringSecurity_v5_8").unwrap_or(id) {
        "bcrypt" | "ldap" | "noop" | "MD4" | "SHA-1" | "SHA-256" => true,
        "argon2" | "scrypt" => body.starts_with('$'),
        "pbkdf2" => !body.contains('$'),
        "sha256" => is_hex(body, 80),
        "MD5" => body.starts_with('{') || is_hex(body, 32),
        _ => false,
    }
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("{", "expected `{` and Spring's id")?;
    let id = cursor.until('}', "expected `}` after Spring's id")?;
    match id.text {
        "bcrypt" => bcrypt::parse_plain(cursor),
        "argon2" | "argon2@SpringSecurity_v5_8" => argon2::parse_phc(cursor),
        "scrypt" | "scrypt@SpringSecurity_v5_8" => parse_scrypt(cursor),
        "pbkdf2" => pbkdf2(cursor.last(), OLD),
        "pbkdf2@SpringSecurity_v5_8" => pbkdf2(cursor.last(), NEW),
        "sha256" => standard(cursor.last()),
        "MD4" => message(cursor, |salt, digest| {
            let setting = Stretched::new(FastHash::Md4, Feed::PassSaltDigest, 1, salt, None)?;
            Stored::new(setting, digest).map(PasswordHash::Stretched)
        }),
        "MD5" => message(cursor, |salt, digest| {
            let layout =
                if salt.as_bytes().is_empty() { Md5Layout::Bare } else { Md5Layout::PassSalt };
            braces::md5(layout, salt, digest)
        }),
        "SHA-1" => message(cursor, |salt, digest| message_sha(ShaVersion::Sha1, salt, digest)),
        "SHA-256" => message(cursor, |salt, digest| message_sha(ShaVersion::Sha256, salt, digest)),
        "ldap" => ldap::any(cursor.last()),
        "noop" => dovecot::read_clear(cursor.last()),
        _ => Err(id.fault("not an id of Spring's own encoders")),
    }
}

/// `$<costs>$<salt>$<digest>`.
fn parse_scrypt(mut cursor: Cursor<'_>) -> Result<PasswordHash, ParseError> {
    cursor.tag("$", "expected `$` and the costs")?;
    let field = cursor.until('$', "expected `$` after the costs")?;
    let digits = field.text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let costs = u32::from_str_radix(field.text, 16).ok().filter(|_| digits);
    let costs = costs.filter(|_| !field.text.starts_with('0'));
    let [high, n_log2, block_r, parallel_p] =
        costs.ok_or(field.fault("expected the costs in lower-case hexadecimal"))?.to_be_bytes();
    if high != 0 {
        return Err(field.fault("the costs have three bytes at most"));
    }
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PADDED)?;
    let digest = cursor.last();
    let bytes = digest.base64(&PADDED)?;
    // scrypt's output can be cut without changing.
    if bytes.len() != 32 {
        return Err(digest.fault("the digest has 32 bytes"));
    }
    scrypt::finish((n_log2, block_r.into(), parallel_p.into()), salt, digest, bytes)
}

fn pbkdf2(field: Field<'_>, profile: Profile) -> Result<PasswordHash, ParseError> {
    let (setting, digest) = pbkdf2_parts(field, profile)?;
    Stored::new(setting, digest)
        .map(PasswordHash::Pbkdf2)
        .ok_or(field.fault("the digest has 32 bytes"))
}

/// Setting and digest, in hexadecimal or, as the encoder can be told, in base64.
pub(super) fn pbkdf2_parts(
    field: Field<'_>,
    (prf, rounds, salt_len): Profile,
) -> Result<(Pbkdf2, Vec<u8>), ParseError> {
    let len = salt_len.saturating_add(32);
    let mut salt = match field.text.len() == len.div_ceil(3).saturating_mul(4) {
        true => field.base64(&PADDED)?,
        false => field.hex()?,
    };
    if salt.len() != len {
        return Err(field.fault("expected the salt and 32 bytes of digest, and no other costs"));
    }
    let digest = salt.split_off(salt_len);
    let setting = Pbkdf2::new(prf, rounds, salt, 32);
    Ok((setting.ok_or(field.fault("the digest has 32 bytes"))?, digest))
}

fn pbkdf2_text(hash: &PasswordHash, (prf, rounds, salt_len): Profile) -> Option<String> {
    let PasswordHash::Pbkdf2(stored) = hash else { return None };
    let setting = stored.setting();
    let salt = setting.salt.as_bytes();
    ((setting.prf, setting.rounds, salt.len(), setting.digest_len) == (prf, rounds, salt_len, 32))
        .then(|| format!("{}{}", hex(salt), hex(stored.digest().expose())))
}

pub(super) fn standard(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    let mut salt = field.hex()?;
    if salt.len() != 40 {
        return Err(field.fault("expected 8 bytes of salt and 32 of digest"));
    }
    let digest = salt.split_off(8);
    Stretched::new(FastHash::Sha256, Feed::SaltPassDigest, STANDARD_ROUNDS, salt, None)
        .and_then(|setting| Stored::new(setting, digest))
        .map(PasswordHash::Stretched)
        .ok_or(field.fault("the digest has 32 bytes"))
}

pub(super) fn standard_text(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Stretched(stored) = hash else { return None };
    let Stretched { function, feed, rounds, salt, .. } = stored.setting();
    let ours = (*function, *feed, *rounds)
        == (FastHash::Sha256, Feed::SaltPassDigest, STANDARD_ROUNDS)
        && salt.as_bytes().len() == 8;
    ours.then(|| format!("{}{}", hex(salt.as_bytes()), hex(stored.digest().expose())))
}

/// `{salt}` with its braces, or nothing, then the digest.
fn message(
    mut cursor: Cursor<'_>,
    make: impl FnOnce(Salt, Vec<u8>) -> Option<PasswordHash>,
) -> Result<PasswordHash, ParseError> {
    let len = match cursor.rest().starts_with('{') {
        true => cursor
            .rest()
            .find('}')
            .ok_or(cursor.fault("expected `}` after the salt"))?
            .saturating_add(1),
        false => 0,
    };
    let salt = cursor.take(len, "expected the salt")?;
    let digest = cursor.last();
    make(Salt::from(salt.text), digest.hex()?)
        .ok_or(digest.fault("the digest has not the length of this function"))
}

fn message_sha(version: ShaVersion, salt: Salt, digest: Vec<u8>) -> Option<PasswordHash> {
    let bare = salt.as_bytes().is_empty();
    braces::sha(version, if bare { ShaLayout::Bare } else { ShaLayout::PassSalt }, salt, digest)
}

/// The text behind `{MD5}` and its kin, if the salt stands in braces of its own.
fn message_text(id: &str, salt: &Salt, digest: &[u8]) -> Option<String> {
    let text = core::str::from_utf8(salt.as_bytes()).ok()?;
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    (!inner.contains('}')).then(|| format!("{{{id}}}{text}{}", hex(digest)))
}

/// What Spring would write of it today: of two ids for one encoder, the newer.
fn write(hash: &PasswordHash) -> Option<String> {
    match hash {
        PasswordHash::Bcrypt(_) => Some(format!("{{bcrypt}}{}", bcrypt_kin::plain(hash)?)),
        PasswordHash::Argon2(stored) => {
            let setting = stored.setting();
            let plain = setting.key_ids().is_empty() && setting.data.as_bytes().is_empty();
            let text = argon2::write(setting, stored.digest().expose());
            plain.then(|| format!("{{argon2@SpringSecurity_v5_8}}{text}"))
        }
        PasswordHash::Pbkdf2(_) => match pbkdf2_text(hash, OLD) {
            Some(text) => Some(format!("{{pbkdf2}}{text}")),
            None => Some(format!("{{pbkdf2@SpringSecurity_v5_8}}{}", pbkdf2_text(hash, NEW)?)),
        },
        PasswordHash::Scrypt(stored) => {
            let Scrypt { n_log2, block_r, parallel_p, salt, digest_len } = stored.setting();
            let (block_r, parallel_p) =
                (u8::try_from(*block_r).ok()?, u8::try_from(*parallel_p).ok()?);
            let costs = u32::from_be_bytes([0, *n_log2, block_r, parallel_p]);
            let id =
                if salt.as_bytes().len() == 64 { "scrypt" } else { "scrypt@SpringSecurity_v5_8" };
            let digest = PADDED.encode(stored.digest().expose());
            let salt = PADDED.encode(salt.as_bytes());
            (*digest_len == 32).then(|| format!("{{{id}}}${costs:x}${salt}${digest}"))
        }
        PasswordHash::Stretched(stored) => {
            let setting = stored.setting();
            match (setting.function, setting.feed, setting.rounds) {
                (FastHash::Md4, Feed::PassSaltDigest, 1) => {
                    message_text("MD4", &setting.salt, stored.digest().expose())
                }
                _ => Some(format!("{{sha256}}{}", standard_text(hash)?)),
            }
        }
        PasswordHash::Md5(stored) if stored.setting().layout == Md5Layout::PassSalt => {
            message_text("MD5", &stored.setting().salt, stored.digest().expose())
        }
        PasswordHash::Sha(stored) if stored.setting().layout == ShaLayout::PassSalt => {
            let id = match stored.setting().version {
                ShaVersion::Sha1 => "SHA-1",
                ShaVersion::Sha256 => "SHA-256",
                _ => return None,
            };
            message_text(id, &stored.setting().salt, stored.digest().expose())
        }
        _ => None,
    }
}
