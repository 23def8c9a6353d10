//! bcrypt over something other than the password, and under other names.
//!
//! *Format*: most of these look like plain bcrypt, so only the caller can say that they are not:
//! Meteor and Rocket.Chat hash the hexadecimal SHA-256 of the password, and so does Flask-Bcrypt when
//! it is told to handle long passwords; Devise appends the site's pepper; Flask-Security takes the
//! base64 of an HMAC-SHA-512 under `SECURITY_PASSWORD_SALT`. @phc/bcrypt writes
//! `$bcrypt$v=98$r=<cost>$<B64 salt>$<B64 digest>`, where 98 is the `b` of `$2b$`. The canonical text of
//! a hash with a key is `$bcrypt-pepper$keyid=<B64>` or `$bcrypt-hmac-sha512$keyid=<B64>` before the
//! crypt(3) text; the key itself is never in it. Symfony hashes a password of over 72 bytes, or with a NUL,
//! with SHA-512 first; the canonical text has `$bcrypt-long-sha512` in front. *Deviations*: Meteor's and Flask-Security's newer
//! Argon2 is not read. *Security*: of password and pepper together, bcrypt sees 72 bytes.
use crate::algorithm::{
    Argon2, Argon2Variant, Argon2Version, BcryptIdent, BcryptPrehash, Letters, Salt, ShaLayout,
    ShaVersion,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::{Layer, PasswordHash};
use crate::secret::KeyId;
use crate::side::Side;
use crate::text::{Cursor, Field, PHC};

use super::{argon2, bcrypt, braces, forum, layered};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "rocketchat-meteor",
        summary: "Meteor and Rocket.Chat: bcrypt over hex SHA-256",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: shaped,
        parse: |raw| read(raw, BcryptPrehash::Sha256Hex),
        write: Some(Write::Vendor(sha256_hex)),
        samples: &[Sample {
            password: "R_iLGd2[xpr/g%I",
            stored: "$2b$04$TYu2NamuoU3igg0D0SoAPuhkOE8ZUGo55ywmw2RcAeBYfj2f8eqye",
            side: &[],
            from: "npm bcrypt 6.0.0 over node:crypto sha256 hex (Meteor accounts-password)",
        }],
    },
    Format {
        slug: "flask-bcrypt-long",
        summary: "Flask-Bcrypt with BCRYPT_HANDLE_LONG_PASSWORDS",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: shaped,
        parse: |raw| read(raw, BcryptPrehash::Sha256Hex),
        write: Some(Write::Vendor(sha256_hex)),
        samples: &[Sample {
            password: "i=hCT* 6",
            stored: "$2b$04$zTApj1J3HW1isepu/FFUB.NMARLC16zaHW8Q86Qzt0wTCeuvsZlha",
            side: &[],
            from: "Flask-Bcrypt 1.0.1 BCRYPT_HANDLE_LONG_PASSWORDS",
        }],
    },
    Format {
        slug: "devise",
        summary: "Devise (Rails): bcrypt, with a pepper when one is given beside it",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: shaped,
        parse: |raw| match raw.side.pepper.as_deref().is_none_or(String::is_empty) {
            true => read(raw, BcryptPrehash::None),
            false => peppered(raw),
        },
        write: Some(Write::Vendor(|hash| plain(hash).or_else(|| pepper_text(hash)))),
        samples: &[Sample {
            password: "0h-UKj)JVcZ{B3P",
            stored: "$2a$04$CB1JPrtdwhPLNykjMOo6iehk2TN14sFQLYMPk48l7ASdg1fgPpjA2",
            side: &[],
            from: "ruby-devise 4.8.1 Encryptor + bcrypt 3.1.18 (Debian)",
        }],
    },
    Format {
        slug: "bcrypt-pepper",
        summary: "bcrypt of password and pepper: Devise (Rails)",
        strength: Strength::Legacy,
        needs: &["pepper"],
        rarity: 3,
        claim: |text| claim_keyed(text, PEPPER_TAG),
        parse: peppered,
        write: Some(Write::Both {
            canonical: |hash| write_keyed(hash, PEPPER_TAG, pepper_id),
            vendor: pepper_text,
        }),
        samples: &[Sample {
            password: "🦀🇫🇮🔑👍🏿Oq;a}",
            stored: "$2a$04$gYe6kMY3lSpuFbEpmUGx.OCblYejMpKxElsFr7FOY95Pdsswyut4i",
            side: &[(
                "pepper",
                "09da3d4918b8505a75ff7b2d3fb147a2c023c6ee67e75d2e417a07106df74f6676b372b889454d38815208a8a47d3bab874e944436e8c8e1d4a2e1ea395ea17a",
            )],
            from: "ruby-devise 4.8.1 Encryptor + bcrypt 3.1.18 (Debian)",
        }],
    },
    Format {
        slug: "flask-security",
        summary: "Flask-Security: bcrypt over an HMAC-SHA-512 under the site's key",
        strength: Strength::Legacy,
        needs: &["site_salt"],
        rarity: 3,
        claim: |text| claim_keyed(text, HMAC_TAG),
        parse: |raw| {
            keyed(raw, HMAC_TAG, BcryptPrehash::HmacSha512Base64, || {
                Side::need(raw.side.site_salt.as_ref(), "site_salt")?;
                raw.side.key_id(Side::SITE_SALT)
            })
        },
        write: Some(Write::Both {
            canonical: |hash| write_keyed(hash, HMAC_TAG, hmac_id),
            vendor: |hash| {
                Some(bcrypt::text(bcrypt::with_prehash(hash, |p| hmac_id(p).is_some())?))
            },
        }),
        samples: &[Sample {
            password: "correct horse é",
            stored: "$2b$04$1FfXwIfUud3D3eokt8ISd.vsIgBQmTe.Vx2n3md4dEdqxI.sSn7ZW",
            side: &[("site_salt", "146585145368132386173505678016728509634")],
            from: "Flask-Security-Too 5.9.2 hash_password",
        }],
    },
    Format {
        slug: "appwrite-phpass-bcrypt",
        summary: "Appwrite's PHPass in its usual setting: plain bcrypt",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: shaped,
        parse: |raw| read(raw, BcryptPrehash::None),
        write: Some(Write::Vendor(plain)),
        samples: &[Sample {
            password: ".yop6c1(KS0",
            stored: "$2a$04$FPxyLGZjEES2zXKsMDNnP.i/IoT2crZ0ZcLyxlOswozMu/JjISmw2",
            side: &[],
            from: "utopia-php/auth 0f1a342b PHPass (portable_hashes=false, the default)",
        }],
    },
    Format {
        slug: "symfony-native",
        summary: "Symfony's native hasher: bcrypt, over SHA-512 if the password is long",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: |text| match crate::format::tagged(text, SYMFONY_TAG) {
            Claim::No => shaped(text),
            claim => claim,
        },
        parse: |raw| match raw.text.strip_prefix(SYMFONY_TAG) {
            Some(_) => {
                let mut cursor = Cursor::new(raw.text);
                cursor.skip(SYMFONY_TAG);
                bcrypt::prepared(cursor, BcryptPrehash::LongSha512Base64)
            }
            None => read(raw, BcryptPrehash::LongSha512Base64),
        },
        write: Some(Write::Both {
            canonical: |hash| Some(format!("{SYMFONY_TAG}{}", symfony(hash)?)),
            vendor: symfony,
        }),
        samples: &[
            Sample {
                password: "u]Na}BO#DJ-dKMT?AY",
                stored: "$2y$04$39WMi0PsX6leKoBfMUN6e.WiI9sgufbmZpG2Ot5hDxxbbRIq1QKQW",
                side: &[],
                from: "php-cli 8.2.36 (Debian) password_hash, as NativePasswordHasher",
            },
            Sample {
                password: "Jc/73f/Xts47%Rn<tO3X/~Sp6EoA?EU^0D[Kn/+tf7W_?UZate<mz]uF%F^m+4vUfNCG<3C<m",
                stored: "$2y$04$ZCBJhcR1x6WpVGTj8/hMqeAbDt79uyjOHsh08XoyneJ8Wq92kvRJC",
                side: &[],
                from: "php-cli 8.2.36 (Debian) password_hash over base64 of SHA-512, as NativePasswordHasher",
            },
        ],
    },
    Format {
        slug: "bcrypt-sha1hex",
        summary: "bcrypt over a hexadecimal SHA-1, as tables were hardened at once",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 8,
        claim: shaped,
        parse: |raw| over(raw, ShaVersion::Sha1, Letters::Hex),
        write: Some(Write::Vendor(|hash| under(hash, ShaVersion::Sha1, Letters::Hex))),
        samples: &[Sample {
            password: "5/VqydU2mDS0LC",
            stored: "$2y$04$8r.u0y8I5I4XtGdnZtvsWuOnkUOYJjDudALg633i8qKti9dL1BYx.",
            side: &[],
            from: "php-cli 8.2.36 (Debian) crypt(sha1($pass))",
        }],
    },
    Format {
        slug: "bcrypt-sha512-base64",
        summary: "bcrypt over base64 of SHA-512, against its 72 bytes",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 7,
        claim: shaped,
        parse: |raw| over(raw, ShaVersion::Sha512, Letters::Base64),
        write: Some(Write::Vendor(|hash| under(hash, ShaVersion::Sha512, Letters::Base64))),
        samples: &[Sample {
            password: "76(=>u%To",
            stored: "$2y$04$x1hLWcBOBuCwIu2FqJzY3OfjcqxTm7bod.AG0AIPOTlAAHWsGnLzy",
            side: &[],
            from: "php-cli 8.2.36 (Debian) crypt(base64_encode(hash(\"sha512\", $pass, true)))",
        }],
    },
    Format {
        slug: "phc-bcrypt",
        summary: "bcrypt as a PHC string: @phc/bcrypt of npm",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| crate::format::tagged(text, "$bcrypt$"),
        parse: parse_phc,
        write: Some(Write::Vendor(write_phc)),
        samples: &[Sample {
            password: "correct horse",
            stored: "$bcrypt$v=98$r=5$qqGio6SlpqeoqaqrrK2urw$5T+Qjmn1ZaA5XHJCVVk0y37O3hF6K6w",
            side: &[],
            from: "npm bcryptjs 3.0.3, written by @phc/format as @phc/bcrypt 1.0.2 does",
        }],
    },
    Format {
        slug: "libsodium-argon2-str",
        summary: "libsodium's crypto_pwhash_str: Argon2 with one lane",
        strength: Strength::Strong,
        needs: &[],
        rarity: 2,
        claim: |text| if is_libsodium(text) { Claim::Shaped } else { Claim::No },
        parse: |raw| match is_libsodium(raw.text) {
            true => argon2::parse_phc(Cursor::new(raw.text)),
            false => {
                Err(Cursor::new(raw.text).fault("libsodium writes Argon2i and Argon2id, v=19"))
            }
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Argon2(stored) = hash else { return None };
            let setting = stored.setting();
            let Argon2 { variant, version, lanes, key_id, data, salt, digest_len, .. } = setting;
            let ours = *variant != Argon2Variant::D
                && *version == Argon2Version::V13
                && (*lanes, salt.as_bytes().len(), *digest_len) == (1, 16, 32)
                && key_id.is_none()
                && data.as_bytes().is_empty();
            ours.then(|| argon2::write(setting, stored.digest().expose()))
        })),
        samples: &[Sample {
            password: "V,IoVDXTAWZ",
            stored: "$argon2id$v=19$m=64,t=1,p=1$5ppb0dQBLxBwl1g367U9iw$g/ZibqxEt9TvkqwcdimjTObhVRl00D1NiaAZhJLCMFU",
            side: &[],
            from: "libsodium 1.0.18 crypto_pwhash_str",
        }],
    },
];

const PEPPER_TAG: &str = "$bcrypt-pepper$keyid=";
const SYMFONY_TAG: &str = "$bcrypt-long-sha512";
const HMAC_TAG: &str = "$bcrypt-hmac-sha512$keyid=";

/// Whether the text looks like plain bcrypt, which has a tag of its own.
fn shaped(text: &str) -> Claim {
    match text.as_bytes() {
        [b'$', b'2', b'a' | b'b' | b'y', b'$', ..] if text.len() == 60 => Claim::Shaped,
        _ => Claim::No,
    }
}

/// Plain bcrypt by its look, over a prepared password.
fn read(raw: Raw<'_>, prehash: BcryptPrehash) -> Result<PasswordHash, ParseError> {
    let cursor = Cursor::new(raw.text);
    match shaped(raw.text) {
        Claim::No => Err(cursor.fault("expected the 60 letters of `$2a$`, `$2b$` or `$2y$`")),
        _ => bcrypt::prepared(cursor, prehash),
    }
}

fn symfony(hash: &PasswordHash) -> Option<String> {
    bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::LongSha512Base64)).map(bcrypt::text)
}

/// Plain bcrypt by its look, over a digest of the password in letters.
fn over(raw: Raw<'_>, version: ShaVersion, letters: Letters) -> Result<PasswordHash, ParseError> {
    let text = Field::whole(raw.text);
    let hash = read(raw, BcryptPrehash::None)?;
    let sha = |zeros| braces::sha(version, ShaLayout::Bare, Salt::default(), zeros);
    let layers = layered::blank(letters, version.digest_len(), sha).into_iter().collect();
    layered::over(layers, hash).map_err(|rule| text.fault(rule))
}

fn under(hash: &PasswordHash, version: ShaVersion, letters: Letters) -> Option<String> {
    forum::bcrypt_under(hash, |layers, _| match layers {
        [Layer::Hash(first, of)] => {
            *of == letters && braces::hex_sha(first, version, ShaLayout::Bare).is_some()
        }
        _ => false,
    })
}

fn is_libsodium(text: &str) -> bool {
    ["$argon2id$v=19$", "$argon2i$v=19$"].iter().any(|tag| text.starts_with(tag))
}

fn claim_keyed(text: &str, tag: &str) -> Claim {
    if text.starts_with(tag) { Claim::Tagged } else { shaped(text) }
}

pub(super) fn plain(hash: &PasswordHash) -> Option<String> {
    let stored = bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::None))?;
    stored.setting().ident.is_usual().then(|| bcrypt::text(stored))
}

fn sha256_hex(hash: &PasswordHash) -> Option<String> {
    bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::Sha256Hex)).map(bcrypt::text)
}

fn pepper_text(hash: &PasswordHash) -> Option<String> {
    bcrypt::with_prehash(hash, |p| pepper_id(p).is_some()).map(bcrypt::text)
}

fn pepper_id(prehash: &BcryptPrehash) -> Option<&KeyId> {
    match prehash {
        BcryptPrehash::Pepper(id) => Some(id),
        _ => None,
    }
}

fn hmac_id(prehash: &BcryptPrehash) -> Option<&KeyId> {
    match prehash {
        BcryptPrehash::HmacSha512Base64(id) => Some(id),
        _ => None,
    }
}

fn peppered(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    keyed(raw, PEPPER_TAG, BcryptPrehash::Pepper, || {
        Side::need(raw.side.pepper.as_ref(), "pepper")?;
        raw.side.key_id(Side::PEPPER)
    })
}

/// The crypt(3) text, whose key is named by the canonical tag or stands beside it.
fn keyed(
    raw: Raw<'_>,
    tag: &str,
    prehash: impl FnOnce(KeyId) -> BcryptPrehash,
    beside: impl FnOnce() -> Result<KeyId, ParseError>,
) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let id = match cursor.skip(tag) {
        false => beside()?,
        true => {
            let len = cursor.rest().find('$').ok_or(cursor.fault("expected `$` after the id"))?;
            let id = cursor.take(len, "expected the key's id")?;
            KeyId::new(&id.base64(&PHC)?).ok_or(id.fault("a keyid has 1 to 8 bytes"))?
        }
    };
    bcrypt::prepared(cursor, prehash(id))
}

fn write_keyed(
    hash: &PasswordHash,
    tag: &str,
    id: impl Fn(&BcryptPrehash) -> Option<&KeyId>,
) -> Option<String> {
    let stored = bcrypt::with_prehash(hash, |p| id(p).is_some())?;
    let id = id(stored.setting().prehash())?;
    Some(format!("{tag}{}{}", PHC.encode(id.as_bytes()), bcrypt::text(stored)))
}

fn parse_phc(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$bcrypt$", "expected `$bcrypt$`")?;
    let ident = match cursor.skip("v=98$") {
        true => BcryptIdent::B,
        false => {
            // Without a version it is the older one.
            cursor.skip("v=97$");
            BcryptIdent::A
        }
    };
    cursor.tag("r=", "expected `r=` and the cost")?;
    let cost = cursor.until('$', "expected `$` after the cost")?;
    let number = u8::try_from(cost.number()?).map_err(|_| cost.fault("the cost is over 31"))?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let bytes = salt.base64(&PHC)?.try_into().map_err(|_| salt.fault("the salt has 16 bytes"))?;
    let digest = cursor.last();
    bcrypt::finish_bytes(digest, digest.base64(&PHC)?, (ident, number, bytes), BcryptPrehash::None)
}

fn write_phc(hash: &PasswordHash) -> Option<String> {
    let stored = bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::None))?;
    let setting = stored.setting();
    let version = match setting.ident {
        BcryptIdent::A => 97,
        BcryptIdent::B | BcryptIdent::Y => 98,
        BcryptIdent::X | BcryptIdent::Original => return None,
    };
    let (salt, digest) = (PHC.encode(&setting.salt.0), PHC.encode(stored.digest().expose()));
    Some(format!("$bcrypt$v={version}$r={}${salt}${digest}", setting.cost))
}
