//! crypt(3): md5crypt, apr1, sha256crypt, sha512crypt.
//!
//! *Format*: `$1$<salt>$<22>`, `$apr1$…`, `$5$[rounds=N$]<salt>$<43>`, `$6$…<86>`. *Deviations*, all
//! as libxcrypt has them: `rounds=` is canonical and at least 1000 (old C libraries raised it
//! silently); salts are at most 8 and 16 bytes, may be empty, and are printable ASCII without `$`, `!`,
//! `*`, `:`, `;` and `\`.
use crate::algorithm::{Md5Crypt, Md5CryptMagic, Sha2Crypt, Sha2CryptVariant, Stored};
use crate::error::ParseError;
use crate::format::{Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{CRYPT, Cursor, Field};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "md5crypt",
        summary: "md5crypt ($1$): Linux and BSD of the 1990s, Cisco type 5",
        strength: Strength::Broken,
        needs: &[],
        rarity: 2,
        claim: |text| tagged(text, "$1$"),
        parse: |raw| parse_md5(raw, Md5CryptMagic::Md5),
        write: Some(Write::Canonical(|hash| write_md5(hash, Md5CryptMagic::Md5))),
        samples: &[
            Sample {
                password: "y1M*5_5VH",
                stored: "$1$QJB7lZm6$6OwXfPFRCG0UIj1SK0Mnk0",
                side: &[],
                from: "libxcrypt 4.4.33 crypt_ra()",
            },
            Sample {
                password: "vEv;43#02j3-u{ o)*",
                stored: "$1$.gR1uVH2$/7tsAN1umn72vIMoLvijs0",
                side: &[],
                from: "php-cli 8.2.36 (Debian) crypt()",
            },
        ],
    },
    Format {
        slug: "apr1",
        summary: "Apache's md5crypt ($apr1$): htpasswd",
        strength: Strength::Broken,
        needs: &[],
        rarity: 2,
        claim: |text| tagged(text, "$apr1$"),
        parse: |raw| parse_md5(raw, Md5CryptMagic::Apr1),
        write: Some(Write::Canonical(|hash| write_md5(hash, Md5CryptMagic::Apr1))),
        samples: &[
            Sample {
                password: "2;!MIW0!,Ahk",
                stored: "$apr1$3csOfsdL$4BxlbteLBp7oEl280tdXI1",
                side: &[],
                from: "htpasswd -m (apache2-utils 2.4.71)",
            },
            Sample {
                password: "i{D*clwW5[A7{~i",
                stored: "$apr1$.lqfOz64$x1Uz4MGQA4O/0eKN37hBb.",
                side: &[],
                from: "passlib 1.7.4 apr_md5_crypt",
            },
        ],
    },
    Format {
        slug: "sha256crypt",
        summary: "sha256crypt ($5$): crypt(3)",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: |text| tagged(text, "$5$"),
        parse: |raw| parse_sha2(raw, "$5$", Sha2CryptVariant::Sha256),
        write: Some(Write::Canonical(|hash| write_sha2(hash, "$5$", Sha2CryptVariant::Sha256))),
        samples: &[
            Sample {
                password: "-l ~cgOH1KkLhK",
                stored: "$5$rounds=1000$TMLGXGTUxg84lpsN$LW8nMpj.AUB7HH6f18K6XLuSNsxKUqW/CwW7/SZF/RB",
                side: &[],
                from: "php-cli 8.2.36 (Debian) crypt()",
            },
            Sample {
                password: "E8zk24AA",
                stored: "$5$rounds=1000$$Q6AqyMZ.29/LY40tZkxuZdhV9VIwYvFH1DrLKWDKJc8",
                side: &[],
                from: "libxcrypt 4.4.33 crypt_ra()",
            },
        ],
    },
    Format {
        slug: "sha512crypt",
        summary: "sha512crypt ($6$): Linux 2008 to 2021, Moodle, Dovecot",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| tagged(text, "$6$"),
        parse: |raw| parse_sha2(raw, "$6$", Sha2CryptVariant::Sha512),
        write: Some(Write::Canonical(|hash| write_sha2(hash, "$6$", Sha2CryptVariant::Sha512))),
        samples: &[
            Sample {
                password: "x z+-w# n{*sYy",
                stored: "$6$rounds=1000$tonWDkxL3ypzpmof$YX/yMxQdHm1Vi7mCk.EPvRMNje7u56gps9.iH.APBm7VwTxhgu64nJr42J5OMM.FNLNnhtZVOZ/8Q6rdjORvD/",
                side: &[],
                from: "php-cli 8.2.36 (Debian) crypt()",
            },
            Sample {
                password: "CX^A_@SAl=^",
                stored: "$6$rounds=1000$$zC5rWMIt0JjtqQkcbgyAKxN24mQigubna.Pag5/jIiLT9lujtWmjPWUA3OIkNmnAZZeZZXwwzNwO.E3VfRZNo.",
                side: &[],
                from: "libxcrypt 4.4.33 crypt_ra()",
            },
        ],
    },
];

/// Which digest byte stands where in the text (the published code of each function).
pub(super) const MD5_ORDER: &[usize] = &[12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11];
pub(super) const SHA256_ORDER: &[usize] = &[
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28,
    18, 29, 19, 9, 30, 31,
];
const SHA512_ORDER: &[usize] = &[
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8,
    50, 51, 30, 9, 10, 52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58,
    37, 38, 17, 59, 60, 39, 18, 19, 61, 40, 41, 20, 62, 63,
];

/// The digest in its natural order.
pub(super) fn digest(field: Field<'_>, order: &[usize]) -> Result<Vec<u8>, ParseError> {
    let shuffled = field.base64(&CRYPT)?;
    if shuffled.len() != order.len() {
        return Err(field.fault("the digest has not the length that this function yields"));
    }
    let mut digest = vec![0; order.len()];
    for (to, byte) in order.iter().zip(shuffled) {
        if let Some(slot) = digest.get_mut(*to) {
            *slot = byte;
        }
    }
    Ok(digest)
}

pub(super) fn encode(digest: &[u8], order: &[usize]) -> String {
    let shuffled: Vec<u8> = order.iter().filter_map(|from| digest.get(*from)).copied().collect();
    CRYPT.encode(&shuffled)
}

/// The salt and the `$` behind it. What libxcrypt refuses in one is the mark of a damaged text.
pub(super) fn salt<'a>(cursor: &mut Cursor<'a>) -> Result<Field<'a>, ParseError> {
    let salt = cursor.until('$', "expected `$` after the salt")?;
    match is_salt(salt.text.as_bytes()) {
        true => Ok(salt),
        false => Err(salt.fault("a salt is printable ASCII without `!`, `*`, `:`, `;` and `\\`")),
    }
}

/// Whether a text has a place for this salt.
pub(super) fn is_salt(bytes: &[u8]) -> bool {
    let sound = |b: &u8| b.is_ascii_graphic() && !b"$!*:;\\".contains(b);
    bytes.iter().all(sound)
}

fn parse_md5(raw: Raw<'_>, magic: Md5CryptMagic) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(magic.as_str(), "expected the tag of md5crypt")?;
    md5_fields(cursor, magic)
}

/// Salt and digest of md5crypt.
pub(super) fn md5_fields(
    mut cursor: Cursor<'_>,
    magic: Md5CryptMagic,
) -> Result<PasswordHash, ParseError> {
    let salt = salt(&mut cursor)?;
    let setting =
        Md5Crypt::new(magic, salt.text).ok_or(salt.fault("a salt has at most 8 bytes"))?;
    Stored::new(setting, digest(cursor.last(), MD5_ORDER)?)
        .map(PasswordHash::Md5Crypt)
        .ok_or(salt.fault("the digest has 22 letters"))
}

pub(super) fn write_md5(hash: &PasswordHash, magic: Md5CryptMagic) -> Option<String> {
    let PasswordHash::Md5Crypt(stored) = hash else { return None };
    let salt = core::str::from_utf8(stored.setting().salt.as_bytes()).ok()?;
    let digest = encode(stored.digest().expose(), MD5_ORDER);
    (stored.setting().magic == magic).then(|| format!("{}{salt}${digest}", magic.as_str()))
}

fn order(variant: Sha2CryptVariant) -> &'static [usize] {
    match variant {
        Sha2CryptVariant::Sha256 => SHA256_ORDER,
        Sha2CryptVariant::Sha512 => SHA512_ORDER,
    }
}

fn parse_sha2(
    raw: Raw<'_>,
    tag: &str,
    variant: Sha2CryptVariant,
) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this function")?;
    let rounds = match cursor.skip("rounds=") {
        true => cursor.until('$', "expected `$` after the rounds")?.number_u32()?,
        false => Sha2Crypt::ROUNDS_DEFAULT,
    };
    if rounds < Sha2Crypt::ROUNDS_MIN {
        return Err(cursor.fault("the rounds before this are under 1000"));
    }
    let salt = salt(&mut cursor)?;
    let setting = Sha2Crypt::new(variant, rounds, salt.text)
        .ok_or(salt.fault("a salt has at most 16 bytes"))?;
    Stored::new(setting, digest(cursor.last(), order(variant))?)
        .map(PasswordHash::Sha2Crypt)
        .ok_or(salt.fault("the digest has not the length that this function yields"))
}

fn write_sha2(hash: &PasswordHash, tag: &str, variant: Sha2CryptVariant) -> Option<String> {
    let PasswordHash::Sha2Crypt(stored) = hash else { return None };
    let setting = stored.setting();
    let salt = core::str::from_utf8(setting.salt.as_bytes()).ok()?;
    let rounds = match setting.rounds {
        Sha2Crypt::ROUNDS_DEFAULT => String::new(),
        rounds => format!("rounds={rounds}$"),
    };
    let digest = encode(stored.digest().expose(), order(variant));
    let ours = setting.variant == variant && !setting.is_of_mysql();
    ours.then(|| format!("{tag}{rounds}{salt}${digest}"))
}
