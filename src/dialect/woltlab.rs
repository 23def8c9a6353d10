//! WoltLab: Community Framework 2 and Suite.
//!
//! *Format*: Framework 2 runs bcrypt twice: the whole text of the first is the password of the
//! second, under the same cost and salt. From Suite 5.4 a row names its function,
//! `<function>:<hash>`, with the salt, if any, behind another `:`; the names are those of WoltLab's
//! classes, and cover what it imports from other forums. *Deviations*: the functions of other
//! systems whose texts are read under their own names (`Drupal8`, `Phpass`, `cryptMD5`), and the
//! variants of `wcf1e`, are not read.
use crate::algorithm::{Letters, Md5Layout, Salt, ShaLayout, ShaVersion};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::{Layer, PasswordHash};
use crate::text::Cursor;

use super::forum::{bcrypt_under, plain_bcrypt, shaped_as_bcrypt};
use super::{argon2, bcrypt, braces, layered, site};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "wcf2",
        summary: "WoltLab Community Framework 2, Suite before 5.4: bcrypt twice",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: shaped_as_bcrypt,
        parse: |raw| twice(Cursor::new(raw.text)),
        write: Some(Write::Vendor(|hash| bcrypt_under(hash, is_twice))),
        samples: &[Sample {
            password: "Y=b(Ev43",
            stored: "$2a$04$KPQ0XxOkl7.QDapP4DNBtOQ08FAAJjMZRZVUmYSVEDLeYhCktn9nO",
            side: &[],
            from: "phpBB driver bcrypt_wcf2 (double bcrypt, same salt), made with libxcrypt",
        }],
    },
    Format {
        slug: "woltlab",
        summary: "WoltLab Suite from 5.4: `<function>:<hash>`",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| match text.split_once(':').and_then(|(name, _)| function(name)) {
            Some(_) => Claim::Tagged,
            None => Claim::No,
        },
        parse: woltlab,
        write: Some(Write::Vendor(write_woltlab)),
        samples: WOLTLAB,
    },
];

const WOLTLAB: &[Sample] = &[
    Sample {
        password: "correct horse",
        stored: "Bcrypt:$2y$04$WoltLabWoltLabWoltLabudWaF.oms.oWFQvuXT2tchXkP9tjUNYG",
        side: &[],
        from: "php-cli 8.2.36 (Debian) crypt()",
    },
    Sample {
        password: "correct horse",
        stored: "DoubleBcrypt:$2a$04$WoltLabWoltLabWoltLabudcvZprntQC8UfqkkuDsiijo7M4uTqg6",
        side: &[],
        from: "php-cli 8.2.36 (Debian) crypt(crypt($pass, $setting), $setting)",
    },
    Sample {
        password: "correct horse",
        stored: "wcf1:a63e4c26033dc683b185cb29afc553fbf8964c78:66a750667e1c6fdc74dbae4ec096bac4ade57100",
        side: &[],
        from: "php-cli 8.2.36 (Debian) sha1($salt.sha1($salt.sha1($pass)))",
    },
    Sample {
        password: "correct horse",
        stored: "vb5Bcrypt:$2y$04$WoltLabWoltLabWoltLabuyYhJ819RsLjGZgSHHJXfP3/9p8J3boi",
        side: &[],
        from: "php-cli 8.2.36 (Debian) crypt(md5($pass))",
    },
];

fn twice(cursor: Cursor<'_>) -> Result<PasswordHash, ParseError> {
    let at = cursor.clone();
    let hash = bcrypt::parse_plain(cursor)?;
    layered::over(vec![layered::hashed(hash.clone(), Letters::Crypt)], hash)
        .map_err(|rule| at.fault(rule))
}

/// Whether the first bcrypt has the cost and the salt of the last.
fn is_twice(layers: &[Layer], last: &PasswordHash) -> bool {
    let [Layer::Hash(first, Letters::Crypt)] = layers else { return false };
    first.to_string() == last.clone().blanked().to_string()
}

/// What a name before the `:` means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    Bcrypt,
    Twice,
    OverMd5,
    Argon2,
    Md5(Md5Layout),
    Sha1(ShaLayout),
    XenForo,
}

/// The first name of each function is the one that is written.
const FUNCTIONS: [(&str, Function); 14] = [
    ("Bcrypt", Function::Bcrypt),
    ("xf12", Function::Bcrypt),
    ("DoubleBcrypt", Function::Twice),
    ("wcf2", Function::Twice),
    ("vb5Bcrypt", Function::OverMd5),
    ("Argon2", Function::Argon2),
    ("vb3", Function::Md5(Md5Layout::HexPassSalt)),
    ("vb4", Function::Md5(Md5Layout::HexPassSalt)),
    ("vb5", Function::Md5(Md5Layout::HexPassSalt)),
    ("mybb1", Function::Md5(Md5Layout::HexSaltHexPass)),
    ("smf1", Function::Sha1(ShaLayout::SaltPass)),
    ("smf2", Function::Sha1(ShaLayout::SaltPass)),
    ("wcf1", Function::Sha1(ShaLayout::SaltHexSaltHexPass)),
    ("xf1", Function::XenForo),
];

/// WoltLab makes the first letter a capital before it looks a name up.
fn function(name: &str) -> Option<Function> {
    let same = |known: &str| match (name.split_at_checked(1), known.split_at_checked(1)) {
        (Some((a, rest)), Some((b, known))) => a.eq_ignore_ascii_case(b) && rest == known,
        _ => false,
    };
    FUNCTIONS.into_iter().find(|(known, _)| same(known)).map(|(_, function)| function)
}

fn woltlab(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let name = cursor.until(':', "expected `:` after the function's name")?;
    let function = function(name.text).ok_or(name.fault("not a function that WoltLab names"))?;
    match function {
        Function::Bcrypt => return bcrypt::parse_plain(cursor),
        Function::Twice => return twice(cursor),
        Function::OverMd5 => {
            let hash = bcrypt::parse_plain(cursor)?;
            return layered::over(site::md5_hex(), hash).map_err(|rule| name.fault(rule));
        }
        Function::Argon2 => return argon2::parse_phc(cursor),
        Function::Md5(_) | Function::Sha1(_) | Function::XenForo => {}
    }
    let digest = cursor.until(':', "expected `:` and the salt after the digest")?;
    let (bytes, salt) = (digest.hex()?, Salt::from(cursor.last().text));
    let hash = match function {
        Function::Md5(layout) => braces::md5(layout, salt, bytes),
        Function::Sha1(layout) => braces::sha(ShaVersion::Sha1, layout, salt, bytes),
        _ => {
            let version = if bytes.len() == 20 { ShaVersion::Sha1 } else { ShaVersion::Sha256 };
            braces::sha(version, ShaLayout::HexPassSalt, salt, bytes)
        }
    };
    hash.ok_or(digest.fault("the digest has not the length of this function"))
}

fn write_woltlab(hash: &PasswordHash) -> Option<String> {
    let salted = |digest: String, salt: &Salt| {
        Some(format!("{digest}:{}", str::from_utf8(salt.as_bytes()).ok()?))
    };
    let (function, body) = match hash {
        PasswordHash::Bcrypt(_) => (Function::Bcrypt, plain_bcrypt(hash)?),
        PasswordHash::Layered(_) => match bcrypt_under(hash, is_twice) {
            Some(text) => (Function::Twice, text),
            None => {
                let over_md5 = |layers: &[Layer], _: &PasswordHash| site::is_md5_hex(layers);
                (Function::OverMd5, bcrypt_under(hash, over_md5)?)
            }
        },
        PasswordHash::Argon2(_) => (Function::Argon2, hash.to_string()),
        PasswordHash::Md5(stored) => {
            let layout = stored.setting().layout;
            let digest = braces::hex_md5(hash, layout)?;
            (Function::Md5(layout), salted(digest, &stored.setting().salt)?)
        }
        PasswordHash::Sha(stored) => {
            let (version, layout) = (stored.setting().version, stored.setting().layout);
            let function = match (version, layout) {
                (ShaVersion::Sha1 | ShaVersion::Sha256, ShaLayout::HexPassSalt) => {
                    Function::XenForo
                }
                (ShaVersion::Sha1, layout) => Function::Sha1(layout),
                _ => return None,
            };
            let digest = braces::hex_sha(hash, version, layout)?;
            (function, salted(digest, &stored.setting().salt)?)
        }
        _ => return None,
    };
    let (name, _) = FUNCTIONS.into_iter().find(|(_, known)| *known == function)?;
    Some(format!("{name}:{body}"))
}
