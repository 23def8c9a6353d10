//! WoltLab: Community Framework 2 and Suite.
//!
//! *Format*: Framework 2 runs bcrypt twice: the whole text of the first is the password of the
//! second, under the same cost and salt. From Suite 5.4 a row names its function,
//! `<function>:<hash>`, with the salt, if any, behind another `:`; the names are those of WoltLab's
//! classes, and cover what it imports from other forums. `wcf1e<function><salted><place><twice>` is what
//! Framework 1 could be told to compute: the function (`m` for MD5, `s` for SHA-1) of the salt and of
//! what comes before it, which is salted too or not (1, 0), behind or in front (a, b), over the password
//! or over its digest (0, 1). *Deviations*: `wcf1ec…` is CRC-32 and not read; `Phpfox3`, which hashes its
//! salt, is kept with the hash of it.
use crate::algorithm::{
    Algorithm, Letters, Md5, Md5Layout, Pbkdf2, Prf, Salt, ShaLayout, ShaVersion, Stored,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{Layer, PasswordHash};
use crate::secret::Keyring;
use crate::text::{Cursor, Field, hex, is_hex};

use super::forum::{bcrypt_under, plain_bcrypt, shaped_as_bcrypt};
use super::{argon2, bcrypt, braces, layered, site};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "wcf2",
        summary: "WoltLab Community Framework 2, Suite before 5.4: bcrypt twice",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| match tagged(text, WCF2) {
            Claim::No => shaped_as_bcrypt(text),
            claim => claim,
        },
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            // As phpBB has it that was converted from WoltLab's.
            cursor.skip(WCF2);
            twice(cursor)
        },
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
        claim: |text| match text.split_once(':') {
            Some((name, _)) if is_wcf1e(name) || function(name).is_some() => Claim::Tagged,
            _ => Claim::No,
        },
        parse: woltlab,
        write: Some(Write::Vendor(write_woltlab)),
        samples: WOLTLAB,
    },
];

const WCF2: &str = "$wcf2$";

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
    Bare,
    OverMd5Argon2,
    Pbkdf2,
    /// A text with a tag of its own, of one of these formats; or bare MD5, where that is set.
    Inner(&'static [&'static str], bool),
    /// `md5(hex(md5(password)) ‖ hex(md5(salt)))`
    PhpFox,
}

/// The first name of each function is the one that is written.
const FUNCTIONS: [(&str, Function); 27] = [
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
    ("vb5Argon2", Function::OverMd5Argon2),
    ("Pbkdf2", Function::Pbkdf2),
    ("Ipb2", Function::Md5(Md5Layout::HexPassSalt)),
    ("Ipb3", Function::Md5(Md5Layout::HexSaltHexPass)),
    ("Joomla1", Function::Md5(Md5Layout::PassSalt)),
    ("Joomla2", Function::Md5(Md5Layout::PassSalt)),
    ("Joomla3", Function::Md5(Md5Layout::PassSalt)),
    ("Phpfox3", Function::PhpFox),
    ("Wbb2", Function::Bare),
    ("cryptMD5", Function::Inner(&["md5crypt"], false)),
    ("Drupal8", Function::Inner(&["drupal7"], false)),
    ("Phpass", Function::Inner(&["phpass"], true)),
    ("Phpbb3", Function::Inner(&["phpass", "phpbb3"], true)),
];

/// WoltLab makes the first letter a capital before it looks a name up.
fn function(name: &str) -> Option<Function> {
    let same = |known: &str| match (name.split_at_checked(1), known.split_at_checked(1)) {
        (Some((a, rest)), Some((b, known))) => a.eq_ignore_ascii_case(b) && rest == known,
        _ => false,
    };
    // With a small letter it is Werkzeug's.
    let mut found = FUNCTIONS.into_iter().filter(|_| name != "pbkdf2");
    found.find(|(known, _)| same(known)).map(|(_, function)| function)
}

/// `wcf1e` and its four letters.
fn is_wcf1e(name: &str) -> bool {
    let letters = name.get(1..).and_then(|rest| rest.strip_prefix("cf1e")).map(str::as_bytes);
    let shaped = matches!(letters, Some([b'm' | b's', b'0' | b'1', b'a' | b'b', b'0' | b'1']));
    shaped && name.starts_with(['w', 'W'])
}

/// The function over salt and what came before, which is the function over salt and password, over
/// one of them, or over the password and its digest.
fn wcf1e(name: Field<'_>, salt: &Salt, bytes: Vec<u8>) -> Result<PasswordHash, ParseError> {
    let fault = |rule| name.fault(rule);
    let length = "the digest behind it has not the length of this function";
    let [.., function, salted, place, twice] = *name.text.as_bytes() else {
        return Err(fault("not a function that WoltLab names"));
    };
    let (md5, salted, behind, twice) =
        (function == b'm', salted == b'1', place == b'a', twice == b'1');
    let layout = |salt_first: bool, hex: bool| match (salt_first, hex) {
        (true, false) => (Md5Layout::SaltPass, ShaLayout::SaltPass),
        (true, true) => (Md5Layout::SaltHexPass, ShaLayout::SaltHexPass),
        (false, false) => (Md5Layout::PassSalt, ShaLayout::PassSalt),
        (false, true) => (Md5Layout::HexPassSalt, ShaLayout::HexPassSalt),
    };
    let make = |(of_md5, of_sha), bytes| match md5 {
        true => braces::md5(of_md5, salt.clone(), bytes),
        false => braces::sha(ShaVersion::Sha1, of_sha, salt.clone(), bytes),
    };
    // Some chains are layouts by themselves.
    match (salted, behind, twice) {
        (false, ..) => return make(layout(true, true), bytes).ok_or(fault(length)),
        (true, false, true) if !md5 => {
            let whole = (Md5Layout::SaltHexPass, ShaLayout::SaltHexSaltHexPass);
            return make(whole, bytes).ok_or(fault(length));
        }
        _ => {}
    }
    let zeros = vec![0; if md5 { 16 } else { 20 }];
    let first = make(layout(!behind, twice), zeros).ok_or(fault(length))?;
    let last = make(layout(true, false), bytes).ok_or(fault(length))?;
    layered::over(vec![layered::hashed(first, Letters::Hex)], last).map_err(fault)
}

/// A text that has a tag of its own, up to a `:`, behind which a salt may be repeated.
fn inner(cursor: Cursor<'_>, slugs: &[&str], md5: bool) -> Result<PasswordHash, ParseError> {
    let mut text = cursor.last();
    let at = text.fault("not a text that may stand behind this name");
    text.text = text.text.split(':').next().unwrap_or_default();
    if md5 && is_hex(text.text, 32) {
        return braces::md5(Md5Layout::Bare, Salt::default(), text.hex()?).ok_or(at);
    }
    match super::read_tagged(text.text) {
        Ok((hash, format)) if slugs.contains(&format.slug()) => Ok(hash),
        _ => Err(at),
    }
}

/// `<hex>:<salt>:<function>:<rounds>:<bytes>`.
fn pbkdf2(mut cursor: Cursor<'_>) -> Result<PasswordHash, ParseError> {
    let digest = cursor.until(':', "expected `:` after the digest")?;
    let salt = cursor.until(':', "expected `:` after the salt")?;
    let name = cursor.until(':', "expected `:` after the function")?;
    let rounds = cursor.until(':', "expected `:` after the rounds")?.number_u32()?;
    let length = cursor.last();
    let prf = Prf::common(name.text);
    let prf = prf.ok_or(name.fault("the function is none of sha1, sha256, sha512"))?;
    // hash_pbkdf2() counts digits, unless it is told to yield bytes.
    let len = usize::try_from(length.number()?).unwrap_or(usize::MAX) / 2;
    Pbkdf2::new(prf, rounds, salt.text, len)
        .zip(digest.hex().ok())
        .and_then(|(setting, bytes)| Stored::new(setting, bytes))
        .map(PasswordHash::Pbkdf2)
        .ok_or(digest.fault("no rounds, or a digest that has not the length it must have"))
}

fn woltlab(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let name = cursor.until(':', "expected `:` after the function's name")?;
    if is_wcf1e(name.text) {
        let digest = cursor.until(':', "expected `:` and the salt after the digest")?;
        return wcf1e(name, &Salt::from(cursor.last().text), digest.hex()?);
    }
    let function = function(name.text).ok_or(name.fault("not a function that WoltLab names"))?;
    match function {
        Function::Bcrypt => return bcrypt::parse_plain(cursor),
        Function::Twice => return twice(cursor),
        Function::OverMd5 => {
            let hash = bcrypt::parse_plain(cursor)?;
            return layered::over(site::md5_hex(), hash).map_err(|rule| name.fault(rule));
        }
        Function::Argon2 => return argon2::parse_phc(cursor),
        Function::OverMd5Argon2 => {
            let hash = argon2::parse_phc(cursor)?;
            return layered::over(site::md5_hex(), hash).map_err(|rule| name.fault(rule));
        }
        Function::Pbkdf2 => return pbkdf2(cursor),
        Function::Inner(slugs, md5) => return inner(cursor, slugs, md5),
        Function::Bare => {
            let digest = cursor.last();
            let (bytes, salt) = (digest.hex()?, Salt::default());
            let hash = match bytes.len() {
                16 => braces::md5(Md5Layout::Bare, salt, bytes),
                _ => braces::sha(ShaVersion::Sha1, ShaLayout::Bare, salt, bytes),
            };
            return hash.ok_or(digest.fault("the digest is neither MD5 nor SHA-1"));
        }
        Function::Md5(_) | Function::Sha1(_) | Function::XenForo | Function::PhpFox => {}
    }
    let digest = cursor.until(':', "expected `:` and the salt after the digest")?;
    let (bytes, salt) = (digest.hex()?, Salt::from(cursor.last().text));
    let hash = match function {
        Function::Md5(layout) => braces::md5(layout, salt, bytes),
        Function::PhpFox => {
            let md5 = Md5::new(Md5Layout::Bare, Salt::default());
            let salt = md5.derive(salt.as_bytes(), &Keyring::EMPTY).map_or_else(
                |_| Vec::new(), // there is nothing that could fail
                |salt| hex(salt.expose()).into_bytes(),
            );
            braces::md5(Md5Layout::HexPassSalt, salt.into(), bytes)
        }
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
    if let PasswordHash::Pbkdf2(stored) = hash {
        let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
        let salt = str::from_utf8(salt.as_bytes()).ok().filter(|salt| !salt.contains(':'))?;
        let (digest, digits) = (hex(stored.digest().expose()), digest_len.checked_mul(2)?);
        let known = Prf::COMMON.contains(prf);
        let name = prf.as_str();
        return known.then(|| format!("Pbkdf2:{digest}:{salt}:{name}:{rounds}:{digits}"));
    }
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
