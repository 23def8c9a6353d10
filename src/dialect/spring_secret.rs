//! Spring Security with what does not stand in its `{id}` envelope: a secret, a salt in another column.
//!
//! *Format*: as `spring` has it, over a secret of the application: `StandardPasswordEncoder` puts it
//! between salt and password, `Pbkdf2PasswordEncoder` behind the salt. The canonical text of the latter
//! is `$pbkdf2-keyed$h=<function>,i=<rounds>,keyid=<B64>$<B64 salt>$<B64 digest>`; that of the former has
//! the key as a layer. Encoders of Spring Security 3 and before keep the salt in a column, and the digest
//! of `password{salt}` in hexadecimal or base64. *Source*: spring-security-crypto and -core.
//! *Security*: the secret is a key, named in the canonical text and held in the keyring.
use crate::algorithm::{KeyedPbkdf2, Md5Layout, Pbkdf2, Prf, Salt, ShaLayout, ShaVersion, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::{Layer, PasswordHash};
use crate::secret::KeyId;
use crate::side::Side;
use crate::text::{Cursor, Field, PHC, hex};

use super::{braces, digest, layered, spring};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "spring-secret",
        summary: "Spring's {sha256} and {pbkdf2} with a secret of the application",
        strength: Strength::Legacy,
        needs: &["pepper"],
        rarity: 5,
        claim: |text| match text.starts_with(TAG) {
            true => Claim::Tagged,
            false if ["{sha256}", "{pbkdf2}", V5_8].iter().any(|tag| text.starts_with(tag)) => {
                Claim::Shaped
            }
            false => Claim::No,
        },
        parse,
        write: Some(Write::Both { canonical: write_keyed, vendor: write }),
        samples: &[
            Sample {
                password: "ttk5E4H^%4NFdD1vZ7@",
                stored: "{sha256}7abaad42b3606c905a831a01d1880f561d2e2e73416922805cb2aadd4f1d11b0e3888aeabe6a604b",
                side: &[("pepper", "s3cr3t: é")],
                from: "Python's hashlib, after Spring's StandardPasswordEncoder(secret)",
            },
            Sample {
                password: "🦀🔑éJ*cDl",
                stored: "{pbkdf2}049923258b8375e1f47cfbcbb22c4d5b40a2b7f1c0d3d87670a6ffcf16395bfc33f7c8e571955acc",
                side: &[("pepper", "s3cr3t: é")],
                from: "Python's hashlib, after Spring's Pbkdf2PasswordEncoder(secret)",
            },
        ],
    },
    Format {
        slug: "spring-salt-column",
        summary: "Spring Security 3 and before: a digest of password{salt}, the salt in a column",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 5,
        claim: |text| match version_of(text) {
            Some(_) => Claim::Shaped,
            None => Claim::No,
        },
        parse: |raw| {
            let field = Field::whole(raw.text);
            let salt = Side::need(raw.side.salt.as_deref(), "salt")?;
            let len =
                version_of(raw.text).ok_or(field.fault("not a digest of MD5, SHA-1 or SHA-2"))?;
            let bytes = digest::bytes(raw.text, len)?;
            let (bare, salt) = (salt.is_empty(), Salt::from(format!("{{{salt}}}").as_str()));
            let hash = match (bare, sha(len)) {
                (true, None) => braces::md5(Md5Layout::Bare, Salt::default(), bytes),
                (false, None) => braces::md5(Md5Layout::PassSalt, salt, bytes),
                (true, Some(sha)) => braces::sha(sha, ShaLayout::Bare, Salt::default(), bytes),
                (false, Some(sha)) => braces::sha(sha, ShaLayout::PassSalt, salt, bytes),
            };
            hash.ok_or(field.fault("the digest has not the length of its function"))
        },
        write: Some(Write::Vendor(|hash| {
            let (salt, digest) = match hash {
                PasswordHash::Md5(stored) if stored.setting().layout == Md5Layout::PassSalt => {
                    (&stored.setting().salt, stored.digest())
                }
                PasswordHash::Sha(stored) if stored.setting().layout == ShaLayout::PassSalt => {
                    (&stored.setting().salt, stored.digest())
                }
                _ => return None,
            };
            let salt = salt.as_bytes();
            let braced = salt.starts_with(b"{") && salt.ends_with(b"}");
            (braced && salt.len() > 2).then(|| hex(digest.expose()))
        })),
        samples: &[Sample {
            password: "Gi@Lpe2u4^0o",
            stored: "0d4b74f35da1dd751738fc6d13c3b7cf",
            side: &[("salt", "a3vf068av3di")],
            from: "php-cli 8.2.36 (Debian) md5(\"$pass{$salt}\")",
        }],
    },
];

const TAG: &str = "$pbkdf2-keyed$h=";
const V5_8: &str = "{pbkdf2@SpringSecurity_v5_8}";

/// Bytes of the digest that the text could be.
fn version_of(text: &str) -> Option<usize> {
    [16, 20, 32, 48, 64].into_iter().find(|len| digest::is(text, *len))
}

/// The function with a digest of so many bytes; `None` for MD5.
fn sha(len: usize) -> Option<ShaVersion> {
    Some(match len {
        20 => ShaVersion::Sha1,
        32 => ShaVersion::Sha256,
        48 => ShaVersion::Sha384,
        64 => ShaVersion::Sha512,
        _ => return None,
    })
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    if cursor.skip(TAG) {
        return parse_keyed(cursor);
    }
    let id = || {
        Side::need(raw.side.pepper.as_ref(), "pepper")?;
        raw.side.key_id(Side::PEPPER)
    };
    if cursor.skip("{sha256}") {
        let field = cursor.last();
        let hash = spring::standard(field)?;
        return layered::over(vec![Layer::KeyBefore(id()?)], hash)
            .map_err(|rule| field.fault(rule));
    }
    let profile = match (cursor.skip("{pbkdf2}"), cursor.skip(V5_8)) {
        (true, _) => spring::OLD,
        (false, true) => spring::NEW,
        _ => return Err(cursor.fault("expected `{sha256}` or `{pbkdf2}`")),
    };
    let field = cursor.last();
    let (setting, digest) = spring::pbkdf2_parts(field, profile)?;
    keyed(field, setting, id()?, digest)
}

fn keyed(
    field: Field<'_>,
    setting: Pbkdf2,
    id: KeyId,
    digest: Vec<u8>,
) -> Result<PasswordHash, ParseError> {
    Stored::new(KeyedPbkdf2::new(setting, id), digest)
        .map(PasswordHash::KeyedPbkdf2)
        .ok_or(field.fault("the digest has not the length that it must have"))
}

fn parse_keyed(mut cursor: Cursor<'_>) -> Result<PasswordHash, ParseError> {
    let name = cursor.until(',', "expected `,i=` after the function")?;
    let prf = Prf::common(name.text);
    let prf = prf.ok_or(name.fault("the function is none of sha1, sha256, sha512"))?;
    cursor.tag("i=", "expected `i=` and the rounds")?;
    let rounds = cursor.until(',', "expected `,keyid=` after the rounds")?.number_u32()?;
    cursor.tag("keyid=", "expected `keyid=`")?;
    let id = cursor.until('$', "expected `$` after the key's id")?;
    let key = KeyId::new(&id.base64(&PHC)?).ok_or(id.fault("a keyid has 1 to 8 bytes"))?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
    let field = cursor.last();
    let digest = field.base64(&PHC)?;
    // PBKDF2 can be cut without changing: what is written here has 32 bytes.
    let setting = Pbkdf2::new(prf, rounds, salt, 32).ok_or(name.fault("no rounds"))?;
    keyed(field, setting, key, digest)
}

/// `None` unless both sides of it can be written here.
fn write_keyed(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::KeyedPbkdf2(stored) = hash else { return None };
    let KeyedPbkdf2 { inner, key_id } = stored.setting();
    let Pbkdf2 { prf, rounds, salt, digest_len: 32 } = inner else { return None };
    let [id, salt, digest] = [key_id.as_bytes(), salt.as_bytes(), stored.digest().expose()]
        .map(|bytes| PHC.encode(bytes));
    Some(format!("{TAG}{},i={rounds},keyid={id}${salt}${digest}", prf.as_str()))
}

fn write(hash: &PasswordHash) -> Option<String> {
    if let Some((layers, last)) = layered::split(hash) {
        let [Layer::KeyBefore(_)] = layers else { return None };
        return Some(format!("{{sha256}}{}", spring::standard_text(&last)?));
    }
    let PasswordHash::KeyedPbkdf2(stored) = hash else { return None };
    let inner = &stored.setting().inner;
    let salt = inner.salt.as_bytes();
    let profile = (inner.prf, inner.rounds, salt.len());
    let tag = match profile {
        spring::OLD => "{pbkdf2}",
        spring::NEW => V5_8,
        _ => return None,
    };
    Some(format!("{tag}{}{}", hex(salt), hex(stored.digest().expose())))
}
