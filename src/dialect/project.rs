//! Hashes in fields of their own, whose function the project's settings name: FusionAuth, Logto, and the
//! HMACs that Firebase imports; PBKDF2 as `WorkOS` takes it.
//!
//! *Format*: FusionAuth keeps digest and salt in base64, the scheme and its factor beside them: `salted-md5`
//! and `salted-sha256` hash password and salt, and the digest again, as many times; `salted-hmac-sha256` is
//! HMAC under the salt; `salted-pbkdf2-hmac-sha256`, `…-sha256-512` and `…-sha512-512` are PBKDF2 with 32 or
//! 64 bytes; `bcrypt` is the 31 letters of the digest alone, the salt's 22 beside them. Logto's `Legacy`
//! is JSON, `["<function>",["<text>","@","<text>"],"<hex>"]`, where `@` stands for the password; PBKDF2's
//! arguments are salt, rounds, bytes, function and `@`. Firebase's `HMAC_…` are under the project's key,
//! over salt and password in the order of the import. `WorkOS` takes `$pbkdf2$i=<rounds>,d=<function>$<salt>
//! $<digest>` in base64 without padding. *Deviations*: FusionAuth's `phpass-…` and its plugins are not
//! read. *Security*: Firebase's key is the project's: it is named, and held in the keyring.
use crate::algorithm::{
    FastHash, Feed, HmacKey, InnerHash, Md5Layout, Pbkdf2, Prf, Salt, ShaLayout, ShaVersion,
    Stored, Stretched, Templated,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{
    Cursor, Field, LDAP, PADDED, PHC, hex,
    json::{self, Json},
};

use super::{bcrypt, braces};
use zeroize::Zeroizing;

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "fusionauth",
        summary: "FusionAuth: its schemes, with salt and factor beside the digest",
        strength: Strength::Legacy,
        needs: &["salt", "algorithm", "iterations"],
        rarity: 3,
        claim: |text| match Field::whole(text).base64(&PADDED) {
            Ok(bytes) if [16, 32, 64].contains(&bytes.len()) => Claim::Shaped,
            _ => Claim::No,
        },
        parse: parse_fusion,
        write: Some(Write::Vendor(|hash| match hash {
            PasswordHash::Stretched(stored) if stored.setting().feed == Feed::PassSaltDigest => {
                Some(PADDED.encode(stored.digest().expose()))
            }
            PasswordHash::HmacKey(stored) if stored.setting().function == FastHash::Sha256 => {
                Some(PADDED.encode(stored.digest().expose()))
            }
            PasswordHash::Pbkdf2(stored) if fusion_pbkdf2(stored.setting()) => {
                Some(PADDED.encode(stored.digest().expose()))
            }
            _ => None,
        })),
        samples: &[Sample {
            password: "?Y)WS>qOyS~=^&Qj",
            stored: "enQ+m9ixvQlcV5aR4306dw==",
            side: &[
                ("salt", "p4QlIPuEw76oCWbzaPc3kQ=="),
                ("algorithm", "salted-md5"),
                ("iterations", "3"),
            ],
            from: "Python's hashlib and hmac, after FusionAuth's password encryptors",
        }],
    },
    Format {
        slug: "logto-legacy",
        summary: "Logto's Legacy: JSON of function, arguments and digest",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| {
            let shaped = text.starts_with("[\"") && text.ends_with("\"]") && text.contains("\"@\"");
            if shaped { Claim::Tagged } else { Claim::No }
        },
        parse: parse_logto,
        write: Some(Write::Vendor(write_logto)),
        samples: &[
            Sample {
                password: "db{QF9rJYusuG9YD",
                stored: "[\"sha256\",[\"a2scevt82\",\"@\"],\"40da3ab5d066fc35e79047abedf17a18ad36800fdfc9cc441eb466bd34fd3448\"]",
                side: &[],
                from: "node:crypto 20.20, laid out as in Logto's manual",
            },
            Sample {
                password: "çéô+f2J",
                stored: "[\"pbkdf2\",[\"dw6d8sri6\",\"50\",\"20\",\"sha512\",\"@\"],\"afa1f3dccd3eff368096e50ff617a6fc522e9971\"]",
                side: &[],
                from: "node:crypto 20.20, laid out as in Logto's manual",
            },
        ],
    },
    Format {
        slug: "firebase-hmac",
        summary: "Firebase's import of HMAC under the project's key",
        strength: Strength::Broken,
        needs: &["salt", "algorithm", "signer_key"],
        rarity: 7,
        claim: |text| match Field::whole(text).base64_either() {
            Ok(bytes) if [16, 20, 32, 64].contains(&bytes.len()) => Claim::Shaped,
            _ => Claim::No,
        },
        parse: |raw| {
            let field = Field::whole(raw.text);
            let salt = Side::need(raw.side.salt.as_deref(), "salt")?;
            let name = Side::need(raw.side.algorithm.as_deref(), "algorithm")?;
            let key = Side::need(raw.side.signer_key.as_ref(), "signer_key")?;
            Zeroizing::new(Field::whole(key).base64_either()?);
            let function = name.to_ascii_lowercase();
            let function = function.strip_prefix("hmac_").and_then(FastHash::named);
            let function = function.ok_or(field.fault("the algorithm is not one of HMAC_…"))?;
            let salt = Field::whole(salt).base64_either()?;
            firebase_hmac(raw, function, Feed::KeySaltPass, salt, field.base64_either()?)
                .ok_or(field.fault("the digest has not the length of this function"))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Stretched(stored) = hash else { return None };
            let ours = matches!(stored.setting().feed, Feed::KeySaltPass | Feed::KeyPassSalt);
            ours.then(|| PADDED.encode(stored.digest().expose()))
        })),
        samples: &[Sample {
            password: "-mn@mbZ)v^oW6)Es",
            stored: "69PsM0xux+oFx3xpvyMTrA==",
            side: &[
                ("salt", "oseugG6aOrw="),
                ("algorithm", "HMAC_MD5"),
                ("signer_key", "cHJvamVjdCBrZXkg/wE="),
            ],
            from: "Python's hmac, after the Admin SDK's manual",
        }],
    },
    Format {
        slug: "workos-pbkdf2",
        summary: "WorkOS' import of PBKDF2",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, WORKOS),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(WORKOS, "expected `$pbkdf2$i=`")?;
            let rounds = cursor.until(',', "expected `,d=` after the rounds")?.number_u32()?;
            cursor.tag("d=", "expected `d=` and the function")?;
            let name = cursor.until('$', "expected `$` after the function")?;
            let prf = Prf::common(name.text).filter(|prf| *prf != Prf::Sha1);
            let prf = prf.ok_or(name.fault("the function is neither sha256 nor sha512"))?;
            let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
            let digest = cursor.last();
            pbkdf2((prf, rounds, prf.digest_len()), salt, digest.base64(&PHC)?)
                .ok_or(digest.fault("no rounds, or a digest that has not its full length"))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Pbkdf2(stored) = hash else { return None };
            let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
            let [salt, digest] =
                [salt.as_bytes(), stored.digest().expose()].map(|bytes| PHC.encode(bytes));
            let ours = matches!(prf, Prf::Sha256 | Prf::Sha512) && *digest_len == prf.digest_len();
            ours.then(|| format!("{WORKOS}{rounds},d={}${salt}${digest}", prf.as_str()))
        })),
        samples: &[Sample {
            password: "8{>zK},Q+PY",
            stored: "$pbkdf2$i=50,d=sha256$I1O+tn2+HaTU57wAIBoYtA$4Ef/FbEbyeMYCHhcJtXVIJoOuoqvhvvs+Eo5K+ARe/I",
            side: &[],
            from: "Python's hashlib, laid out as in WorkOS' manual",
        }],
    },
];

const WORKOS: &str = "$pbkdf2$i=";

fn pbkdf2(
    (prf, rounds, len): (Prf, u32, usize),
    salt: impl Into<Salt>,
    digest: Vec<u8>,
) -> Option<PasswordHash> {
    Stored::new(Pbkdf2::new(prf, rounds, salt, len)?, digest).map(PasswordHash::Pbkdf2)
}

/// Whether FusionAuth has such a scheme.
fn fusion_pbkdf2(setting: &Pbkdf2) -> bool {
    matches!((setting.prf, setting.digest_len), (Prf::Sha256, 32 | 64) | (Prf::Sha512, 64))
}

fn parse_fusion(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let field = Field::whole(raw.text);
    let salt = Side::need(raw.side.salt.as_deref(), "salt")?;
    let scheme = Side::need(raw.side.algorithm.as_deref(), "algorithm")?;
    let factor = Side::need(raw.side.iterations, "iterations")?;
    let rounds = u32::try_from(factor).map_err(|_| field.fault("a factor of over 2^32"))?;
    if scheme == "bcrypt" {
        let cost = u8::try_from(factor).map_err(|_| field.fault("a cost of over 31"))?;
        let salt = bcrypt::salt(Field::whole(salt))?;
        let ident = crate::algorithm::BcryptIdent::A;
        return bcrypt::finish(field, ident, cost, salt, crate::algorithm::BcryptPrehash::None);
    }
    let salt = Field::whole(salt).base64(&LDAP)?;
    let digest = field.base64(&PADDED)?;
    let stretched = |function, salt, digest| {
        let setting = Stretched::new(function, Feed::PassSaltDigest, rounds, salt, None)?;
        Stored::new(setting, digest).map(PasswordHash::Stretched)
    };
    let hash = match scheme {
        "salted-md5" => stretched(FastHash::Md5, salt, digest),
        "salted-sha256" => stretched(FastHash::Sha256, salt, digest),
        "salted-hmac-sha256" => {
            Stored::new(HmacKey::new(FastHash::Sha256, salt), digest).map(PasswordHash::HmacKey)
        }
        "salted-pbkdf2-hmac-sha256" => pbkdf2((Prf::Sha256, rounds, 32), salt, digest),
        "salted-pbkdf2-hmac-sha256-512" => pbkdf2((Prf::Sha256, rounds, 64), salt, digest),
        "salted-pbkdf2-hmac-sha512-512" => pbkdf2((Prf::Sha512, rounds, 64), salt, digest),
        _ => return Err(field.fault("not a scheme of FusionAuth's that is read")),
    };
    hash.ok_or(field.fault("a factor of 0, or a digest that has not the length of its scheme"))
}

/// HMAC under the key that the project's settings hold, over salt and password.
pub(super) fn firebase_hmac(
    raw: Raw<'_>,
    function: FastHash,
    feed: Feed,
    salt: Vec<u8>,
    digest: Vec<u8>,
) -> Option<PasswordHash> {
    let key = raw.side.key_id(Side::SIGNER_KEY).ok()?;
    let setting = Stretched::new(function, feed, 1, salt, Some(key))?;
    Stored::new(setting, digest).map(PasswordHash::Stretched)
}

fn parse_logto(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let whole = Field::whole(raw.text);
    let rule = "expected [\"<function>\",[<arguments>],\"<hexadecimal>\"]";
    let fault = || whole.fault(rule);
    let Json::Array(parts) = json::read(raw.text)? else { return Err(fault()) };
    let [Json::Text(name), Json::Array(arguments), Json::Text(digest)] = parts.as_slice() else {
        return Err(fault());
    };
    let arguments: Option<Vec<&str>> = arguments.iter().map(Json::text).collect();
    let arguments = arguments.ok_or_else(fault)?;
    let digest = Field::whole(digest).hex().map_err(|_| fault())?;
    let hash = match (name.as_str(), arguments.as_slice()) {
        ("pbkdf2", [salt, rounds, len, function, "@"]) => {
            let number = |text| Field::whole(text).number_u32().map_err(|_| fault());
            let prf = Prf::common(function)
                .ok_or(whole.fault("a function inside PBKDF2 that is not read"))?;
            let len = usize::try_from(number(len)?).unwrap_or(usize::MAX);
            pbkdf2((prf, number(rounds)?, len), *salt, digest)
        }
        (name, arguments) => {
            let mut sides = arguments.splitn(2, |argument| *argument == "@");
            let (before, after) = (sides.next(), sides.next().ok_or_else(fault)?);
            let before = before.unwrap_or_default().concat();
            digest_between(name, &before, &after.concat(), digest)
        }
    };
    hash.ok_or(
        whole.fault("a function or an arrangement that is not read, or a digest of another length"),
    )
}

/// A digest of the password between two texts.
fn digest_between(name: &str, before: &str, after: &str, digest: Vec<u8>) -> Option<PasswordHash> {
    let (_, function) = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
    // The password may stand there once: `@` in a text is one like any other to us, not to Logto.
    if [before, after].iter().any(|text| text.contains('@')) {
        return None;
    }
    let (md5, sha, salt) = match (before.is_empty(), after.is_empty()) {
        (true, true) => (Md5Layout::Bare, ShaLayout::Bare, ""),
        (false, true) => (Md5Layout::SaltPass, ShaLayout::SaltPass, before),
        (true, false) => (Md5Layout::PassSalt, ShaLayout::PassSalt, after),
        (false, false) => {
            let template = format!("{before}{{PASSWORD}}{after}");
            let literal =
                !template.contains("{SALT}") && template.matches("{PASSWORD}").count() == 1;
            let setting = Templated::new(*function, template.as_str(), "").filter(|_| literal)?;
            return Stored::new(setting, digest).map(PasswordHash::Templated);
        }
    };
    match function {
        InnerHash::Md5 => braces::md5(md5, Salt::from(salt), digest),
        InnerHash::Sha(version) => braces::sha(*version, sha, Salt::from(salt), digest),
    }
}

/// By the names that Node has for them.
const FUNCTIONS: [(&str, InnerHash); 4] = [
    ("md5", InnerHash::Md5),
    ("sha1", InnerHash::Sha(ShaVersion::Sha1)),
    ("sha256", InnerHash::Sha(ShaVersion::Sha256)),
    ("sha512", InnerHash::Sha(ShaVersion::Sha512)),
];

/// Texts that would have to be escaped are not written.
fn write_logto(hash: &PasswordHash) -> Option<String> {
    let name =
        |of: InnerHash| FUNCTIONS.iter().find(|(_, known)| *known == of).map(|(name, _)| *name);
    let text = |salt: &Salt| {
        let text = str::from_utf8(salt.as_bytes()).ok()?;
        let plain = !text.contains(['"', '\\', '@']) && !text.contains(char::is_control);
        plain.then(|| format!("\"{text}\""))
    };
    let (name, arguments, digest) = match hash {
        PasswordHash::Pbkdf2(stored) => {
            let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
            let function = Prf::COMMON.contains(prf).then(|| prf.as_str())?;
            let arguments =
                format!("{},\"{rounds}\",\"{digest_len}\",\"{function}\",\"@\"", text(salt)?);
            ("pbkdf2", arguments, stored.digest())
        }
        PasswordHash::Md5(stored) => {
            let salt = &stored.setting().salt;
            let arguments = match stored.setting().layout {
                Md5Layout::Bare => "\"@\"".to_owned(),
                Md5Layout::SaltPass => format!("{},\"@\"", text(salt)?),
                Md5Layout::PassSalt => format!("\"@\",{}", text(salt)?),
                _ => return None,
            };
            (name(InnerHash::Md5)?, arguments, stored.digest())
        }
        PasswordHash::Sha(stored) => {
            let salt = &stored.setting().salt;
            let arguments = match stored.setting().layout {
                ShaLayout::Bare => "\"@\"".to_owned(),
                ShaLayout::SaltPass => format!("{},\"@\"", text(salt)?),
                ShaLayout::PassSalt => format!("\"@\",{}", text(salt)?),
                _ => return None,
            };
            (name(InnerHash::Sha(stored.setting().version))?, arguments, stored.digest())
        }
        _ => return None,
    };
    Some(format!("[\"{name}\",[{arguments}],\"{}\"]", hex(digest.expose())))
}
