//! MediaWiki: `:<type>:<parameters>:<salt>:<digest>`, each type a class of its own.
//!
//! *Format*: `:A:<hex>` is MD5 of the password, `:A:<salt>:<hex>` and `:B:<salt>:<hex>` are
//! `md5(salt ‖ "-" ‖ hex(md5(password)))`, the salt being text; `:bcrypt:<cost>$<22>$<31>`;
//! `:argon2:` and a PHC text; `:pbkdf2:<hash>:<rounds>:<bytes>:<salt>:<digest>` in padded base64.
//! A table that was hardened at once has `:pbkdf2-legacyA:` or `…B:`, where the fields of the two
//! layers stand between `!`: parameters, parameters, salt, salt, digest. There the hexadecimal
//! digest of the first layer is the password of PBKDF2. Rows older than the types are hexadecimal alone,
//! and where the site set `$wgPasswordSalt`, their salt is the number of the user.
use crate::algorithm::{BcryptIdent, BcryptPrehash, Letters, Md5Layout, Pbkdf2, Prf, Salt, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{Layer, PasswordHash};
use crate::side::Side;
use crate::text::{BCRYPT, Cursor, Field, PADDED, is_hex};

use super::{argon2, bcrypt, braces, layered};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "mediawiki-a",
        summary: "MediaWiki before 1.13 (:A:): MD5",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, ":A:"),
        parse: old,
        write: Some(Write::Vendor(write_old)),
        samples: &[
            Sample {
                password: "👍🏿👍🏿u.BKG",
                stored: ":A:1f325447eca4b1770d72c4032f627b7b",
                side: &[],
                from: "MediaWiki 1.39.17 (Debian) MWOldPassword",
            },
            Sample {
                password: "Od1?e~=xcmXfGx9.",
                stored: ":A:51c7f42f:5e1ae649bfb7bbe8689b1e7f2d8bc6d6",
                side: &[],
                from: "MediaWiki 1.39.17 (Debian) MWOldPassword",
            },
        ],
    },
    Format {
        slug: "mediawiki-b",
        summary: "MediaWiki 1.13 to 1.23 (:B:): salted MD5 of an MD5",
        strength: Strength::Broken,
        needs: &[],
        rarity: 4,
        claim: |text| tagged(text, ":B:"),
        parse: salted,
        write: Some(Write::Vendor(|hash| write_salted(hash, ":B:"))),
        samples: &[Sample {
            password: "!,h) Wktn56",
            stored: ":B:4223ff14:c60538926703eee726132451ea2a57e0",
            side: &[],
            from: "MediaWiki 1.39.17 (Debian) MWSaltedPassword",
        }],
    },
    Format {
        slug: "mediawiki-user-id",
        summary: "MediaWiki before 1.13 with $wgPasswordSalt: MD5 of user id and MD5",
        strength: Strength::Broken,
        needs: &["user_id"],
        rarity: 6,
        claim: |text| if is_hex(text, 32) { Claim::Shaped } else { Claim::No },
        parse: |raw| {
            let id = Side::need(raw.side.user_id, "user_id")?.to_string();
            let digest = Field::whole(raw.text);
            md5(Some(&id), digest.hex()?).ok_or(digest.fault("MD5 has 32 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            let id = salt_of(hash)?;
            let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
            braces::hex_md5(hash, Md5Layout::SaltHexPass).filter(|_| digits)
        })),
        samples: &[Sample {
            password: ";]78Pssqr.D",
            stored: "83f6e38d2dabaaabb4b32b4bc27ee4ea",
            side: &[("user_id", "96716")],
            from: "php-cli 8.2.36 (Debian) md5($id.\"-\".md5($pass))",
        }],
    },
    Format {
        slug: "mediawiki-pbkdf2",
        summary: "MediaWiki from 1.24",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 2,
        claim: |text| tagged(text, ":pbkdf2:"),
        parse: pbkdf2,
        write: Some(Write::Vendor(|hash| {
            let (params, salt, digest) = pbkdf2_fields(hash, ":")?;
            Some(format!(":pbkdf2:{params}:{salt}:{digest}"))
        })),
        samples: &[Sample {
            password: "}]BnVigEEg.gg#ALN9te",
            stored: ":pbkdf2:sha512:1:64:h5pFtzAb8z3AyAkR0H/1Iw==:YYDGNLedqjtnRU22O35D3CW5FIGJxikz84SxA2gqIRPMZOofN/wxoBk7G1fde/WBw8KuYqj0B1qtC1pYv2EYtQ==",
            side: &[],
            from: "MediaWiki 1.39.17 (Debian) Pbkdf2Password",
        }],
    },
    Format {
        slug: "mediawiki-pbkdf2-legacya",
        summary: "MediaWiki: PBKDF2 over `:A:` (wrapOldPasswords)",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| tagged(text, ":pbkdf2-legacyA:"),
        parse: |raw| layers(raw, ":pbkdf2-legacyA:"),
        write: Some(Write::Vendor(|hash| write_layers(hash, ":pbkdf2-legacyA:"))),
        samples: &[Sample {
            password: "cNt2Y+)fnO oO",
            stored: ":pbkdf2-legacyA:!sha512:300:64!!pF+zxeartzQqYyJpc27RjA==!4dbI94FzdrEx2o9ue/AQrGYr+pgkIQ8eUMvbFsoJdtyCx/NPe6LNrgebV0T4fYLSyAqz7AHYlrS+lFT6NSVRsA==",
            side: &[],
            from: "MediaWiki 1.39.17 (Debian) LayeredParameterizedPassword",
        }],
    },
    Format {
        slug: "mediawiki-pbkdf2-legacyb",
        summary: "MediaWiki: PBKDF2 over `:B:` (wrapOldPasswords), Wikimedia",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| tagged(text, ":pbkdf2-legacyB:"),
        parse: |raw| layers(raw, ":pbkdf2-legacyB:"),
        write: Some(Write::Vendor(|hash| write_layers(hash, ":pbkdf2-legacyB:"))),
        samples: &[Sample {
            password: "+l-PQcHS@K,-",
            stored: ":pbkdf2-legacyB:!sha512:300:64!db4cc9fc!91D808+Y7srS/fGjvnBJhw==!ZWJ9eI3L4x0dh5UCVsE5Q6E+l54yAiUgoqXGTtF1U4mBpM/3y+UTpfXduqt23yCErrSZJBlZqFU2VVY+3gfkpQ==",
            side: &[],
            from: "MediaWiki 1.39.17 (Debian) LayeredParameterizedPassword",
        }],
    },
    Format {
        slug: "mediawiki-bcrypt",
        summary: "MediaWiki with bcrypt (:bcrypt:)",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| tagged(text, ":bcrypt:"),
        parse: blowfish,
        write: Some(Write::Vendor(write_blowfish)),
        samples: &[Sample {
            password: "hxqww4?ARD",
            stored: ":bcrypt:4$f3lkFHoWkt0XBpSGtoW1rO$ZSkE1pi5uviVjCna/aha9frJI/E0dLq",
            side: &[],
            from: "MediaWiki 1.39.17 (Debian) BcryptPassword (:bcrypt:cost$salt$digest)",
        }],
    },
    Format {
        slug: "mediawiki-argon2",
        summary: "MediaWiki with Argon2 (:argon2:)",
        strength: Strength::Strong,
        needs: &[],
        rarity: 3,
        claim: |text| tagged(text, ARGON2),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(ARGON2, "expected `:argon2:`")?;
            argon2::parse_phc(cursor)
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Argon2(stored) = hash else { return None };
            let phc = argon2::write(stored.setting(), stored.digest().expose());
            Some(format!("{ARGON2}{phc}"))
        })),
        samples: &[Sample {
            password: "kxuXFLL4]=fN",
            stored: ":argon2:$argon2id$v=19$m=64,t=1,p=1$SklieVpCVDJxMDVTMllSQw$050WHJxWk4feV6FLNN8xZ1knmRpnt8xwvA1mTEEngrg",
            side: &[],
            from: "MediaWiki 1.39.17 (Debian) Argon2Password",
        }],
    },
];

const ARGON2: &str = ":argon2:";

/// MD5 of a password alone, or of salt, `-` and its hexadecimal MD5.
fn md5(salt: Option<&str>, digest: Vec<u8>) -> Option<PasswordHash> {
    match salt {
        None => braces::md5(Md5Layout::Bare, Salt::default(), digest),
        Some(salt) => {
            braces::md5(Md5Layout::SaltHexPass, Salt::from(format!("{salt}-").as_str()), digest)
        }
    }
}

/// The salt without its `-`, of a hash that `md5` makes.
fn salt_of(hash: &PasswordHash) -> Option<&str> {
    let PasswordHash::Md5(stored) = hash else { return None };
    let setting = stored.setting();
    let salt = str::from_utf8(setting.salt.as_bytes()).ok()?.strip_suffix('-')?;
    let sound = setting.layout == Md5Layout::SaltHexPass && !salt.contains([':', '!']);
    sound.then_some(salt)
}

fn old(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(":A:", "expected `:A:`")?;
    let salt = match cursor.rest().contains(':') {
        true => Some(cursor.until(':', "expected `:`")?.text),
        false => None,
    };
    let digest = cursor.last();
    md5(salt, digest.hex()?).ok_or(digest.fault("MD5 has 32 hexadecimal digits"))
}

fn write_old(hash: &PasswordHash) -> Option<String> {
    match braces::hex_md5(hash, Md5Layout::Bare) {
        Some(hex) => Some(format!(":A:{hex}")),
        None => write_salted(hash, ":A:"),
    }
}

fn salted(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(":B:", "expected `:B:`")?;
    let salt = cursor.until(':', "expected `:` after the salt")?;
    let digest = cursor.last();
    md5(Some(salt.text), digest.hex()?).ok_or(digest.fault("MD5 has 32 hexadecimal digits"))
}

fn write_salted(hash: &PasswordHash, tag: &str) -> Option<String> {
    let (salt, hex) = (salt_of(hash)?, braces::hex_md5(hash, Md5Layout::SaltHexPass)?);
    Some(format!("{tag}{salt}:{hex}"))
}

/// `<hash>:<rounds>:<bytes>` in a field of its own.
fn parameters(field: Field<'_>) -> Result<(Prf, u32, usize), ParseError> {
    let mut cursor = Cursor::within(field);
    let hash = cursor.until(':', "expected `:` after the hash's name")?;
    let prf =
        Prf::common(hash.text).ok_or(hash.fault("the hash is none of sha1, sha256, sha512"))?;
    let rounds = cursor.until(':', "expected `:` after the rounds")?.number_u32()?;
    let length = cursor.last();
    let len = usize::try_from(length.number()?).map_err(|_| length.fault("too long"))?;
    Ok((prf, rounds, len))
}

fn stretched(
    (prf, rounds, len): (Prf, u32, usize),
    salt: Field<'_>,
    digest: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    Pbkdf2::new(prf, rounds, salt.base64(&PADDED)?, len)
        .and_then(|setting| Stored::new(setting, digest.base64(&PADDED).ok()?))
        .map(PasswordHash::Pbkdf2)
        .ok_or(digest.fault("no rounds, or a digest that has not the length it must have"))
}

fn pbkdf2(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(":pbkdf2:", "expected `:pbkdf2:`")?;
    // Three parameters and the salt are in front of the digest; base64 has no colon.
    let ends = cursor.rest().match_indices(':').nth(2).map_or(0, |(at, _)| at);
    let parameters = parameters(cursor.take(ends, "expected the parameters")?)?;
    cursor.tag(":", "expected `:` after the length")?;
    let salt = cursor.until(':', "expected `:` after the salt")?;
    stretched(parameters, salt, cursor.last())
}

/// The parameters, the salt and the digest as MediaWiki writes them.
fn pbkdf2_fields(hash: &PasswordHash, between: &str) -> Option<(String, String, String)> {
    let PasswordHash::Pbkdf2(stored) = hash else { return None };
    let setting = stored.setting();
    let prf = Some(setting.prf).filter(|prf| Prf::COMMON.contains(prf))?;
    let params =
        [prf.as_str().to_owned(), setting.rounds.to_string(), setting.digest_len.to_string()];
    let salt = PADDED.encode(setting.salt.as_bytes());
    Some((params.join(between), salt, PADDED.encode(stored.digest().expose())))
}

/// The fields of both layers between `!`.
fn layers(raw: Raw<'_>, tag: &str) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this type")?;
    cursor.tag("!", "MD5 has no parameters")?;
    let parameters = parameters(cursor.until('!', "expected `!` after the parameters")?)?;
    let salt = cursor.until('!', "expected `!` after the salt of the first layer")?;
    let first = Some(salt.text).filter(|text| !text.is_empty());
    if first.is_none() && tag.ends_with("B:") {
        return Err(salt.fault("`B` has a salt"));
    }
    let outer_salt = cursor.until('!', "expected `!` after the salt of the second layer")?;
    let last = cursor.last();
    let layer = layered::blank(Letters::Hex, 16, |zeros| md5(first, zeros))
        .ok_or(salt.fault("not a salt of MediaWiki"))?;
    layered::over(vec![layer], stretched(parameters, outer_salt, last)?)
        .map_err(|rule| last.fault(rule))
}

fn write_layers(hash: &PasswordHash, tag: &str) -> Option<String> {
    let (layers, last) = layered::split(hash)?;
    let [Layer::Hash(first, Letters::Hex)] = layers else { return None };
    let (params, outer_salt, digest) = pbkdf2_fields(&last, ":")?;
    let salt = match braces::hex_md5(first, Md5Layout::Bare) {
        Some(_) if tag.ends_with("B:") => return None,
        Some(_) => "",
        None => salt_of(first)?,
    };
    Some(format!("{tag}!{params}!{salt}!{outer_salt}!{digest}"))
}

fn blowfish(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(":bcrypt:", "expected `:bcrypt:`")?;
    let cost = cursor.until('$', "expected `$` after the cost")?;
    let number = u8::try_from(cost.number()?).map_err(|_| cost.fault("the cost is over 31"))?;
    let salt = bcrypt::salt(cursor.until('$', "expected `$` after the salt")?)?;
    bcrypt::finish(cursor.last(), BcryptIdent::Y, number, salt, BcryptPrehash::None)
}

fn write_blowfish(hash: &PasswordHash) -> Option<String> {
    let stored = bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::None))?;
    let setting = stored.setting();
    let (salt, digest) = (BCRYPT.encode(&setting.salt.0), stored.digest().expose());
    let plain = setting.ident.is_usual();
    plain.then(|| format!(":bcrypt:{}${salt}${}", setting.cost, BCRYPT.encode(digest)))
}
