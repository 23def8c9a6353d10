//! XenForo: what its `data` column holds.
//!
//! *Format*: an array in PHP's serialisation, `a:3:{s:4:"hash";…}` with digest, salt and function
//! (1.0 and 1.1: the digest of the hexadecimal digest and the salt) or `a:1:{s:4:"hash";…}` with
//! bcrypt or PHPass (from 1.2); in XenForo 2 also JSON, `{"hash":"…"}`, where PHP writes `\/` for
//! `/`. *Deviations*: fields come in any order, each once, and there are no others.
use crate::algorithm::{Salt, ShaLayout, ShaVersion};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{Cursor, Field};

use super::{braces, forum};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "xenforo-serialized",
        summary: "XenForo 1 and 2: an array in PHP's serialisation",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: |text| match text.get(..19) {
            Some(
                "a:3:{s:4:\"hash\";s:6"
                | "a:3:{s:4:\"hash\";s:4"
                | "a:1:{s:4:\"hash\";s:6"
                | "a:1:{s:4:\"hash\";s:3",
            ) => Claim::Tagged,
            _ => Claim::No,
        },
        parse: serialised,
        write: Some(Write::Vendor(write_serialised)),
        samples: &[
            Sample {
                password: "a]=>RZuQLQM3}y",
                stored: "a:3:{s:4:\"hash\";s:64:\"48df950eba7047a9a8d193c4ff3cd22b88c2701be04e8871fe6156aab6ecad13\";s:4:\"salt\";s:64:\"5e2f19904de9fb11a792f223896091593a03ee30478e74495df67a70b1095287\";s:8:\"hashFunc\";s:6:\"sha256\";}",
                side: &[],
                from: "php-cli 8.2.36 (Debian) serialize() of the XenForo auth data; digest checked by phpBB driver sha_xf1",
            },
            Sample {
                password: "e\u{301}o\u{302}e\u{300}o\u{302}u\u{308}\u{304}u\u{308}\u{304}1P{",
                stored: "a:1:{s:4:\"hash\";s:60:\"$2y$04$gfNv4IGbteryIRi1MdfwROAEEwGdrg9z4SfHggDP6HZFcbNirG09G\";}",
                side: &[],
                from: "php-cli 8.2.36 (Debian) serialize() of the XenForo auth data; digest checked by password_verify",
            },
        ],
    },
    Format {
        slug: "xenforo2",
        summary: "XenForo 2: bcrypt in JSON",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| tagged(text, JSON),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(JSON, "expected `{\"hash\":\"`")?;
            let field = cursor.until('"', "expected `\"` after the hash")?;
            match cursor.last().text {
                "}" => unescaped(field),
                _ => Err(field.fault("expected `}` after the hash and nothing more")),
            }
        },
        write: Some(Write::Vendor(|hash| {
            Some(format!("{JSON}{}\"}}", inner_text(hash)?.replace('/', "\\/")))
        })),
        samples: XENFORO2,
    },
];

const XENFORO2: &[Sample] = &[Sample {
    password: "correct horse",
    stored: "{\"hash\":\"$2y$04$XenForo2XenForo2XenFo.tzb\\/g\\/kbJMpeyA7fWLpsC\\/vWLhxHJlW\"}",
    side: &[],
    from: "php-cli 8.2.36 (Debian) json_encode() of crypt()",
}];

const JSON: &str = "{\"hash\":\"";

/// A string of PHP's serialisation, `s:<bytes>:"…";`.
fn php_string<'a>(cursor: &mut Cursor<'a>) -> Result<Field<'a>, ParseError> {
    cursor.tag("s:", "expected a string, `s:`")?;
    let length = cursor.until(':', "expected `:` after the length of a string")?;
    cursor.tag("\"", "expected `\"` before a string")?;
    let bytes = usize::try_from(length.number()?).map_err(|_| length.fault("too long"))?;
    let string = cursor.take(bytes, "a string is shorter than it says")?;
    cursor.tag("\";", "expected `\";` after a string")?;
    Ok(string)
}

fn serialised(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("a:", "expected an array, `a:`")?;
    let count = cursor.until(':', "expected `:` after the number of fields")?;
    cursor.tag("{", "expected `{`")?;
    let (mut hash, mut salt, mut name) = (None, None, None);
    for _ in 0..count.number()?.min(4) {
        let key = php_string(&mut cursor)?;
        let slot = match key.text {
            "hash" => &mut hash,
            "salt" => &mut salt,
            "hashFunc" => &mut name,
            _ => return Err(key.fault("the fields are none of hash, salt and hashFunc")),
        };
        if slot.replace(php_string(&mut cursor)?).is_some() {
            return Err(key.fault("a field that was given before"));
        }
    }
    let end = cursor.clone();
    if cursor.last().text != "}" {
        return Err(end.fault("expected `}` after the fields and nothing more"));
    }
    let hash = hash.ok_or(count.fault("the field `hash` is missing"))?;
    let (salt, name) = match (salt, name) {
        (None, None) => return inner(hash),
        (Some(salt), Some(name)) => (salt, name),
        _ => return Err(count.fault("of salt and hashFunc, one is missing")),
    };
    let version = match name.text {
        "sha1" => ShaVersion::Sha1,
        "sha256" => ShaVersion::Sha256,
        _ => return Err(name.fault("the function is neither sha1 nor sha256")),
    };
    braces::sha(version, ShaLayout::HexPassSalt, Salt::from(salt.text), hash.hex()?)
        .ok_or(hash.fault("the digest has not the length of this function"))
}

/// bcrypt, or PHPass where the host lacked it.
fn inner(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    if !["$2", "$P$"].iter().any(|tag| field.text.starts_with(tag)) {
        return Err(field.fault("expected bcrypt or PHPass"));
    }
    let read = super::read_tagged(field.text);
    read.map(|(hash, _)| hash).map_err(|_| field.fault("the hash is malformed"))
}

/// The same in JSON, where PHP writes `\/` for `/`.
fn unescaped(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    let text = field.text.replace("\\/", "/");
    inner(Field::whole(&text)).map_err(|_| field.fault("the hash is malformed"))
}

/// The text of a hash that XenForo keeps without a salt beside it.
fn inner_text(hash: &PasswordHash) -> Option<String> {
    let text = match hash {
        PasswordHash::PhPass(_) => Some(hash.to_string()).filter(|text| text.starts_with("$P$")),
        _ => forum::plain_bcrypt(hash),
    };
    text.filter(|text| !text.contains(['"', '\\']))
}

fn write_serialised(hash: &PasswordHash) -> Option<String> {
    let string = |text: &str| format!("s:{}:\"{text}\";", text.len());
    let PasswordHash::Sha(stored) = hash else {
        return Some(format!("a:1:{{{}{}}}", string("hash"), string(&inner_text(hash)?)));
    };
    let version = stored.setting().version;
    let name = match version {
        ShaVersion::Sha1 => "sha1",
        ShaVersion::Sha256 => "sha256",
        _ => return None,
    };
    let digest = braces::hex_sha(hash, version, ShaLayout::HexPassSalt)?;
    let salt = str::from_utf8(stored.setting().salt.as_bytes()).ok()?;
    let fields = ["hash", &digest, "salt", salt, "hashFunc", name].map(string);
    Some(format!("a:3:{{{}}}", fields.concat()))
}
