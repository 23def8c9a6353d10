//! Argon2 as PHC strings: `$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>[,keyid=<B64>][,data=<B64>]$<B64 salt>$<B64 digest>`.
//!
//! *Format*: the reference C library, PHP, argon2-cffi, RustCrypto. *Deviations*: a text without
//! `v=` is version 0x10, as the reference code reads it; `m`, `t` and `p` may stand in any order
//! (AdonisJS), each exactly once, and are written in this one; base64 has no padding.
use crate::algorithm::{Argon2, Argon2Variant, Argon2Version, Salt, Stored};
use crate::error::ParseError;
use crate::format::{Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::secret::KeyId;
use crate::text::{Cursor, PHC};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "argon2id",
        summary: "Argon2id: PHP, argon2-cffi, libsodium, Keycloak; what hashlift writes",
        strength: Strength::Strong,
        needs: &[],
        rarity: 0,
        claim: |text| tagged(text, "$argon2id$"),
        parse: |raw| parse(raw, "$argon2id$", Argon2Variant::Id),
        write: Some(Write::Canonical(|hash| write_variant(hash, Argon2Variant::Id))),
        samples: &[
            Sample {
                password: "}Y4S6C%*d68TZ",
                stored: "$argon2id$v=19$m=33,t=1,p=4$b0thSmF2bVZYSHVraGxUcA$1vGIjpXIR1GrKwS1ULv3wT+STIKdyxei+K4ZkiKi4kI",
                side: &[],
                from: "php-cli 8.2.36 (Debian) password_hash",
            },
            Sample {
                password: "h}ci7aKKgD%D}4[DfcxD%0g+U!<.~H01kOtT~FDLXnC!vLkJF%cAMs=QI[tUhT*bIRW7O eB",
                stored: "$argon2id$m=256,t=2,p=4$0eRIgOxK1+rODPJl$PTjEM3mqmuGaHqhfuP9R3zqv3f6EzWaHNjq5J2wIMjU",
                side: &[],
                from: "argon2-cffi 25.1.0, v= removed (libargon2 reads a missing v= as 16)",
            },
        ],
    },
    Format {
        slug: "argon2i",
        summary: "Argon2i: PHP 7.2, Nextcloud, OpenLDAP's default",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 2,
        claim: |text| tagged(text, "$argon2i$"),
        parse: |raw| parse(raw, "$argon2i$", Argon2Variant::I),
        write: Some(Write::Canonical(|hash| write_variant(hash, Argon2Variant::I))),
        samples: &[
            Sample {
                password: "0S^L1?hJTX5aK.I",
                stored: "$argon2i$v=19$m=8,t=1,p=1$ZTBFQWExblF3NlpERTZOQg$9ymHg2gHR1+dvGwVPtFa1VVoXWssAsiqD2TVj2PKcD4",
                side: &[],
                from: "php-cli 8.2.36 (Debian) password_hash",
            },
            Sample {
                password: "%Jk1Rfs/]q~cLciKk;k*4Oy)/sVR5+EyO+ERgs>2Vd,U^E8%(Fw;o[0@(mkL;>EYV7H{Sf#}",
                stored: "$argon2i$m=65,t=2,p=1$PqL6Gqk8k0jb7G3U$9h+OJH+bjLphppS1Mdo9naIhZ3dZMPA7VlCXrHVnf1Q",
                side: &[],
                from: "argon2-cffi 25.1.0, v= removed (libargon2 reads a missing v= as 16)",
            },
        ],
    },
    Format {
        slug: "argon2d",
        summary: "Argon2d: seldom used for passwords",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| tagged(text, "$argon2d$"),
        parse: |raw| parse(raw, "$argon2d$", Argon2Variant::D),
        write: Some(Write::Canonical(|hash| write_variant(hash, Argon2Variant::D))),
        samples: &[
            Sample {
                password: "kXNQkCH1_J0hM",
                stored: "$argon2d$v=19$m=64,t=4,p=1$y/pajR6S0VcKRnqabQF5ng$oyw7wkjyA4+pzsdzWhjSSdhP/KDHFrkpUiSNfGNXY6o",
                side: &[],
                from: "argon2-cffi 25.1.0",
            },
            Sample {
                password: "15(sjOHV%Vv97#>Fq%.bvl v=as~#UT-) 5PcZ*fB#fX+{~AfO2WibwqLhNH0-uupj(^>.?)",
                stored: "$argon2d$m=65,t=3,p=4$B/blzaWxfeES/3Ju$GAMs/EjlHNf/bFbUd4D7Xo2UJa4y1riMCoQVUDwHhDo",
                side: &[],
                from: "argon2-cffi 25.1.0, v= removed (libargon2 reads a missing v= as 16)",
            },
        ],
    },
];

fn parse(raw: Raw<'_>, tag: &str, variant: Argon2Variant) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected an Argon2 tag")?;
    parse_fields(cursor, variant).map(PasswordHash::Argon2)
}

/// A PHC string of any of the three variants, to its end.
pub(super) fn parse_phc(mut cursor: Cursor<'_>) -> Result<PasswordHash, ParseError> {
    let tags = [
        ("$argon2id$", Argon2Variant::Id),
        ("$argon2i$", Argon2Variant::I),
        ("$argon2d$", Argon2Variant::D),
    ];
    let variant = tags.into_iter().find(|(tag, _)| cursor.skip(tag)).map(|(_, variant)| variant);
    let variant = variant.ok_or_else(|| cursor.fault("expected an Argon2 tag"))?;
    parse_fields(cursor, variant).map(PasswordHash::Argon2)
}

/// What follows the tag. The wrapped notation ends in the same fields.
pub(super) fn parse_fields(
    mut cursor: Cursor<'_>,
    variant: Argon2Variant,
) -> Result<Stored<Argon2>, ParseError> {
    let version = match cursor.rest().starts_with("v=") {
        false => Argon2Version::V10,
        true => {
            let field = cursor.until('$', "expected `$` after the version")?;
            match field.text {
                "v=16" => Argon2Version::V10,
                "v=19" => Argon2Version::V13,
                _ => return Err(field.fault("the version is neither 16 nor 19")),
            }
        }
    };
    let params = cursor.until('$', "expected `$` after the parameters")?;
    let (mut memory, mut passes, mut lanes, mut key_id, mut data) = (None, None, None, None, None);
    for (name, value) in params.pairs()? {
        let known = match name {
            "m" => memory.replace(value.number_u32()?).is_some(),
            "t" => passes.replace(value.number_u32()?).is_some(),
            "p" => lanes.replace(value.number_u32()?).is_some(),
            "keyid" => {
                let id = KeyId::new(&value.base64(&PHC)?);
                key_id.replace(id.ok_or(value.fault("a keyid has 1 to 8 bytes"))?).is_some()
            }
            "data" => data.replace(value.base64(&PHC)?).is_some(),
            _ => return Err(value.fault("a parameter that Argon2 does not have")),
        };
        if known {
            return Err(value.fault("a parameter that was given before"));
        }
    }
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.last().base64(&PHC)?;
    let setting = Argon2 {
        variant,
        version,
        memory_kib: memory.ok_or(params.fault("the memory `m` is missing"))?,
        passes: passes.ok_or(params.fault("the passes `t` are missing"))?,
        lanes: lanes.ok_or(params.fault("the lanes `p` are missing"))?,
        key_id,
        data: Salt::from(data.unwrap_or_default()),
        salt: Salt::from(salt.base64(&PHC)?),
        digest_len: digest.len(),
    };
    let setting = setting.checked().map_err(|rule| params.fault(rule))?;
    Stored::new(setting, digest).ok_or(salt.fault("the digest is missing"))
}

fn write_variant(hash: &PasswordHash, variant: Argon2Variant) -> Option<String> {
    let PasswordHash::Argon2(stored) = hash else { return None };
    (stored.setting().variant == variant).then(|| write(stored.setting(), stored.digest().expose()))
}

pub(super) fn write(setting: &Argon2, digest: &[u8]) -> String {
    let tag = match setting.variant {
        Argon2Variant::D => "argon2d",
        Argon2Variant::I => "argon2i",
        Argon2Variant::Id => "argon2id",
    };
    let version = match setting.version {
        Argon2Version::V10 => 16,
        Argon2Version::V13 => 19,
    };
    let Argon2 { memory_kib, passes, lanes, .. } = setting;
    let key_id = setting.key_id.as_ref().map(|id| format!(",keyid={}", PHC.encode(id.as_bytes())));
    let data = Some(setting.data.as_bytes()).filter(|data| !data.is_empty());
    let data = data.map(|data| format!(",data={}", PHC.encode(data)));
    format!(
        "${tag}$v={version}$m={memory_kib},t={passes},p={lanes}{}{}${}${}",
        key_id.unwrap_or_default(),
        data.unwrap_or_default(),
        PHC.encode(setting.salt.as_bytes()),
        PHC.encode(digest),
    )
}
