//! Forums: SMF, vBulletin 5 and its ancestors' `$PHPS$`, WoltLab, XenForo.
//!
//! *Format*: SMF puts the user's name in lower case before the password: SHA-1 of both up to 2.0,
//! bcrypt of both from 2.1. vBulletin 5 has bcrypt over the hexadecimal MD5. WoltLab Community
//! Framework 2 runs bcrypt twice: the whole text of the first is the password of the second, under
//! the same cost and salt; from Suite 5.4 a row names its function, `<function>:<hash>` with the
//! salt, if any, behind another `:`. XenForo keeps an array in PHP's serialisation,
//! `a:3:{s:4:"hash";…}`, or XenForo 2 in JSON. *Deviations*: SMF lowers the name by the tables of
//! its PHP; here ASCII letters alone up to 2.0, as PHP 8 does, and letter by letter by Unicode from
//! 2.1. *Security*: bcrypt under another meaning looks like any bcrypt, so only a caller can name it.
use crate::algorithm::{BcryptPrehash, Letters, Md5Layout, Salt, ShaLayout, ShaVersion};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{Layer, PasswordHash};
use crate::side::Side;
use crate::text::{Cursor, Field, hex, is_hex};

use super::{argon2, bcrypt, braces, layered, site};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "smf1",
        summary: "Simple Machines Forum 1.1 and 2.0: SHA-1 of user name and password",
        strength: Strength::Broken,
        needs: &["username"],
        rarity: 4,
        claim: |text| if is_hex(text, 40) { Claim::Shaped } else { Claim::No },
        parse: |raw| {
            let text = Field::whole(raw.text);
            let name = Side::need(raw.side.username.as_deref(), "username")?.to_ascii_lowercase();
            let (version, layout) = (ShaVersion::Sha1, ShaLayout::SaltPass);
            braces::sha(version, layout, Salt::from(name.as_str()), text.hex()?)
                .ok_or(text.fault("SHA-1 has 40 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            braces::hex_sha(hash, ShaVersion::Sha1, ShaLayout::SaltPass)
        })),
        samples: &[Sample {
            password: "-W1!Bfy2.?,a8>etDLqp",
            stored: "d9388c4bdcf6ea6e6e2135ef5010ef77c31f794b",
            side: &[("username", "xxxxxxxxxxxxxxxxxxxxYo")],
            from: "php-cli sha1, checked by phpBB 7ca0ec3c driver sha1_smf: sha1(strtolower($user).$pass)",
        }],
    },
    Format {
        slug: "smf2",
        summary: "Simple Machines Forum 2.1, StoryBB, ElkArte: bcrypt of user name and password",
        strength: Strength::Legacy,
        needs: &["username"],
        rarity: 7,
        claim: shaped_as_bcrypt,
        parse: |raw| {
            let name = Side::need(raw.side.username.as_deref(), "username")?;
            // Letter by letter: the lower case of a whole word would know a final sigma.
            let name: String = name.chars().flat_map(char::to_lowercase).collect();
            bcrypt_over(raw, |_| vec![Layer::Before(Salt::from(name.as_str()))])
        },
        write: Some(Write::Vendor(|hash| {
            bcrypt_under(hash, |layers, _| matches!(layers, [Layer::Before(_)]))
        })),
        samples: SMF2,
    },
    Format {
        slug: "vbulletin5",
        summary: "vBulletin 5: bcrypt over a hexadecimal MD5",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 7,
        claim: shaped_as_bcrypt,
        parse: |raw| bcrypt_over(raw, |_| site::md5_hex()),
        write: Some(Write::Vendor(|hash| bcrypt_under(hash, |layers, _| site::is_md5_hex(layers)))),
        samples: VBULLETIN5,
    },
    Format {
        slug: "phps",
        summary: "$PHPS$: MD5 of a hexadecimal MD5 and salt",
        strength: Strength::Broken,
        needs: &[],
        rarity: 7,
        claim: |text| tagged(text, PHPS),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(PHPS, "expected `$PHPS$`")?;
            let salt = cursor.until('$', "expected `$` after the salt")?.hex()?;
            let digest = cursor.last();
            braces::md5(Md5Layout::HexPassSalt, Salt::from(salt), digest.hex()?)
                .ok_or(digest.fault("MD5 has 32 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            let digest = braces::hex_md5(hash, Md5Layout::HexPassSalt)?;
            let PasswordHash::Md5(stored) = hash else { return None };
            Some(format!("{PHPS}{}${digest}", hex(stored.setting().salt.as_bytes())))
        })),
        samples: &[Sample {
            password: "hashcat",
            stored: "$PHPS$30353031383437363132$f02b0b2f25e5754edb04522c346ba243",
            side: &[],
            from: "hashcat's example hash of mode 2612",
        }],
    },
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

const SMF2: &[Sample] = &[Sample {
    password: "correct horse",
    stored: "$2y$04$NaClNaClNaClNaClNaClNewTk7KZLL498i0EJ02M5EqoOGTbZpv/O",
    side: &[("username", "Émile Ω")],
    from: "php-cli 8.2.36 (Debian) crypt() of mb_strtolower(name) and password",
}];
const VBULLETIN5: &[Sample] = &[Sample {
    password: "correct horse",
    stored: "$2y$04$NaClNaClNaClNaClNaClNe3AhaqMNaIqySoQwg7pv3AL.ynTFbtqO",
    side: &[],
    from: "php-cli 8.2.36 (Debian) crypt(md5($pass))",
}];
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
const XENFORO2: &[Sample] = &[Sample {
    password: "correct horse",
    stored: "{\"hash\":\"$2y$04$XenForo2XenForo2XenFo.tzb\\/g\\/kbJMpeyA7fWLpsC\\/vWLhxHJlW\"}",
    side: &[],
    from: "php-cli 8.2.36 (Debian) json_encode() of crypt()",
}];

const PHPS: &str = "$PHPS$";
const JSON: &str = "{\"hash\":\"";

pub(super) fn shaped_as_bcrypt(text: &str) -> Claim {
    match text.as_bytes() {
        [b'$', b'2', b'a' | b'b' | b'y', b'$', ..] => Claim::Shaped,
        _ => Claim::No,
    }
}

/// bcrypt's own text, over the layers that `make` builds from it.
fn bcrypt_over(
    raw: Raw<'_>,
    make: impl FnOnce(&PasswordHash) -> Vec<Layer>,
) -> Result<PasswordHash, ParseError> {
    let text = Field::whole(raw.text);
    let hash = bcrypt::parse_plain(Cursor::new(raw.text))?;
    let layers = make(&hash);
    layered::over(layers, hash).map_err(|rule| text.fault(rule))
}

/// bcrypt's own text, without the layers over it, if they are what `like` says.
fn bcrypt_under(
    hash: &PasswordHash,
    like: impl FnOnce(&[Layer], &PasswordHash) -> bool,
) -> Option<String> {
    let (layers, last) = layered::split(hash)?;
    like(layers, &last).then(|| plain_bcrypt(&last))?
}

fn plain_bcrypt(hash: &PasswordHash) -> Option<String> {
    bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::None)).map(bcrypt::text)
}

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
        _ => plain_bcrypt(hash),
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
