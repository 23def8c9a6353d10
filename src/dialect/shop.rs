//! Shops: Magento 1 and 2, PrestaShop.
//!
//! *Format*: Magento 1 keeps `<hex>:<salt>`, or hexadecimal alone, of `H(salt ‖ password)`, where
//! the length says whether H is MD5, SHA-256 or SHA-512. Magento 2 adds a chain of versions,
//! `<hex>:<salt>:<v>:<v>…`: each takes what the one before made, in hexadecimal, for its password.
//! `0` is MD5 and `1` SHA-256 of salt and password; `2` is libsodium's Argon2id with 2 passes over
//! 64 MiB, `3_<bytes>_<passes>_<memory in bytes>` the same with its costs written out, both salted
//! with 16 bytes, for which the salt is cut or repeated. PrestaShop before 1.7 keeps the MD5 of the
//! site's `_COOKIE_KEY_` and the password. A row of Magento 2 that has fewer than three fields is compared
//! with the HMAC of the password under the site's `crypt/key`: 64 digits.
use crate::algorithm::{
    Argon2, Argon2Variant, FastHash, Feed, Letters, Md5Layout, Salt, ShaLayout, ShaVersion, Stored,
    Stretched,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::{Layer, PasswordHash};
use crate::side::Side;
use crate::text::{Cursor, Field, hex, is_hex};

use super::{braces, layered};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "magento1",
        summary: "Magento 1, OpenMage: salted MD5, SHA-256 or SHA-512",
        strength: Strength::Broken,
        needs: &[],
        rarity: 3,
        claim: |text| {
            let digest = text.split_once(':').map_or(text, |(digest, _)| digest);
            let shaped = [32, 64, 128].into_iter().any(|len| is_hex(digest, len));
            let fields = text.matches(':').count();
            if shaped && fields < 2 { Claim::Shaped } else { Claim::No }
        },
        parse: first,
        write: Some(Write::Vendor(write_first)),
        samples: &[
            Sample {
                password: "y/ZuMhHkX@tEajNR",
                stored: "9e43878fae19918f0458e2b23fa6ad62:kY",
                side: &[],
                from: "OpenMage magento-lts e18d6107 Mage_Core_Model_Encryption",
            },
            Sample {
                password: "🦀🦀=iveA",
                stored: "73e7f53eeaa431b9a3b2475177759a651d41349f9c682eb1b2829816df96a2aa:TdsPkY4Xb2uAlNafYGVE9zi0TsNhwB7o",
                side: &[],
                from: "OpenMage magento-lts e18d6107 Mage_Core_Model_Encryption",
            },
        ],
    },
    Format {
        slug: "magento2",
        summary: "Magento 2, Adobe Commerce: a chain of MD5, SHA-256 and Argon2id",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| {
            let mut parts = text.splitn(3, ':');
            let digest = parts.next().unwrap_or_default();
            let chain = parts.nth(1).unwrap_or_default();
            let sound = chain.split(':').all(|v| {
                matches!(v, "0" | "1" | "2") || v.strip_prefix("3_").is_some_and(|v| !v.is_empty())
            });
            let digest = digest.len() >= 32 && is_hex(digest, digest.len());
            match digest && sound {
                // `<hex>:<salt>` of others may have a salt that ends in `:1`.
                true if chain.contains("3_") => Claim::Tagged,
                true => Claim::Shaped,
                false => Claim::No,
            }
        },
        parse: second,
        write: Some(Write::Vendor(write_second)),
        samples: &[
            Sample {
                password: "4[n,kWtzN-QBL)e",
                stored: "ff8b2ae7cb45a97b78860186d8ae5565c0ee3b521ca60964f5842ebdeacd8373:9v3o5eVM4Ubjx0SheImhX0IBtyW7vbh7:1",
                side: &[],
                from: "php-cli 8.2.36 (Debian) + libsodium 1.0.18; Magento 2.4 Encryptor transcribed",
            },
            Sample {
                password: "J%T3;U]qDK*A/<km][W!!<x1fpZYtHGHPJus>8oEff##C@wKLa;Au+e;f/Ehkv>4YpFr4b<l",
                stored: "e028421047960172e65fc42613d1255e0c9d83cdd14c313b8f8d4698ae50cf91:v7LqlkWGKoleu2OtEPviNoWx7DNGLw6z:0:1",
                side: &[],
                from: "php-cli 8.2.36 (Debian) + libsodium 1.0.18; Magento 2.4 Encryptor transcribed",
            },
            Sample {
                password: "correct horse",
                stored: "6f2b24e81c538f48e65b4a078adbe5347fec1e410d3b76cedd8b97654397497c:JNA8E2uAXUGm1IERN78hX0Nnj9kKqlHH:1:3_32_1_16384",
                side: &[],
                from: "php-cli 8.2.36 (Debian) sodium_crypto_pwhash() over hash(\"sha256\")",
            },
        ],
    },
    Format {
        slug: "magento2-keyed",
        summary: "Magento 2's oldest rows: HMAC-SHA-256 under the site's key",
        strength: Strength::Broken,
        needs: &["site_salt"],
        rarity: 6,
        claim: |text| if is_hex(text, 64) { Claim::Shaped } else { Claim::No },
        parse: |raw| {
            Side::need(raw.side.site_salt.as_ref(), "site_salt")?;
            let text = Field::whole(raw.text);
            let key = Some(raw.side.key_id(Side::SITE_SALT)?);
            let digest = text.hex()?;
            Stretched::new(FastHash::Sha256, Feed::KeySaltPass, 1, Salt::default(), key)
                .and_then(|setting| Stored::new(setting, digest))
                .map(PasswordHash::Stretched)
                .ok_or(text.fault("SHA-256 has 64 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Stretched(stored) = hash else { return None };
            let Stretched { function, feed, salt, .. } = stored.setting();
            let ours = (*function, *feed) == (FastHash::Sha256, Feed::KeySaltPass)
                && salt.as_bytes().is_empty();
            ours.then(|| hex(stored.digest().expose()))
        })),
        samples: &[Sample {
            password: "p);lr]hC",
            stored: "a04b01156e3325a4033f1bfa578640230501a5a3586fa6f108ea441fd3000450",
            side: &[("site_salt", "0c9a8b7d6e5f4a3b2c1d0e9f8a7b6c5d")],
            from: "php-cli 8.2.36 (Debian) hash_hmac(\"sha256\", $pass, $key)",
        }],
    },
    Format {
        slug: "prestashop",
        summary: "PrestaShop before 1.7: MD5 of the site's key and the password",
        strength: Strength::Broken,
        needs: &["site_salt"],
        rarity: 4,
        claim: |text| if is_hex(text, 32) { Claim::Shaped } else { Claim::No },
        parse: |raw| {
            Side::need(raw.side.site_salt.as_ref(), "site_salt")?;
            let text = Field::whole(raw.text);
            let key = Layer::KeyBefore(raw.side.key_id(Side::SITE_SALT)?);
            let digest = braces::md5(Md5Layout::Bare, Salt::default(), text.hex()?)
                .ok_or(text.fault("MD5 has 32 hexadecimal digits"))?;
            layered::over(vec![key], digest).map_err(|rule| text.fault(rule))
        },
        write: Some(Write::Vendor(|hash| {
            let (layers, last) = layered::split(hash)?;
            let [Layer::KeyBefore(_)] = layers else { return None };
            braces::hex_md5(&last, Md5Layout::Bare)
        })),
        samples: &[Sample {
            password: "hashcat",
            stored: "f22cade043e7214200206dbffca49fd9",
            side: &[("site_salt", "27167508161455764247627144160038845437138252877014827848")],
            from: "hashcat's example hash of mode 11000",
        }],
    },
];

fn first(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let (digest, salt) = match raw.text.contains(':') {
        true => (cursor.until(':', "expected `:`")?, Some(cursor.last())),
        false => (cursor.last(), None),
    };
    if let Some(salt) = salt.filter(|salt| salt.text.is_empty() || salt.text.contains(':')) {
        return Err(salt.fault("expected one salt after the digest"));
    }
    let (bytes, salt) = (digest.hex()?, salt.map(|salt| Salt::from(salt.text)));
    let hash = match (bytes.len(), salt) {
        (16, None) => braces::md5(Md5Layout::Bare, Salt::default(), bytes),
        (16, Some(salt)) => braces::md5(Md5Layout::SaltPass, salt, bytes),
        (len, salt) => {
            let version = if len == 32 { ShaVersion::Sha256 } else { ShaVersion::Sha512 };
            let layout = salt.as_ref().map_or(ShaLayout::Bare, |_| ShaLayout::SaltPass);
            braces::sha(version, layout, salt.unwrap_or_default(), bytes)
        }
    };
    hash.ok_or(digest.fault("the digest is none of MD5, SHA-256 and SHA-512"))
}

/// The salt of an MD5, SHA-256 or SHA-512 over salt and password, and the digest.
fn plain(hash: &PasswordHash) -> Option<(&[u8], &[u8])> {
    match hash {
        PasswordHash::Md5(stored) if stored.setting().layout == Md5Layout::SaltPass => {
            Some((stored.setting().salt.as_bytes(), stored.digest().expose()))
        }
        PasswordHash::Sha(stored) if stored.setting().layout == ShaLayout::SaltPass => {
            Some((stored.setting().salt.as_bytes(), stored.digest().expose()))
        }
        _ => None,
    }
}

fn write_first(hash: &PasswordHash) -> Option<String> {
    let bare = braces::hex_md5(hash, Md5Layout::Bare)
        .or_else(|| braces::hex_sha(hash, ShaVersion::Sha256, ShaLayout::Bare))
        .or_else(|| braces::hex_sha(hash, ShaVersion::Sha512, ShaLayout::Bare));
    if bare.is_some() {
        return bare;
    }
    let (salt, digest) = plain(hash)?;
    let salt = str::from_utf8(salt).ok().filter(|s| !s.is_empty() && !s.contains(':'))?;
    matches!(digest.len(), 16 | 32 | 64).then(|| format!("{}:{salt}", hex(digest)))
}

/// Version 2: libsodium's INTERACTIVE limits.
const INTERACTIVE: (u32, u32, usize) = (65_536, 2, 32);

/// The salt, cut or repeated to the 16 bytes that libsodium takes.
fn sixteen(salt: &[u8]) -> Vec<u8> {
    salt.iter().copied().cycle().take(16).collect()
}

/// One version of the chain, with a digest of `len` bytes (zeros, unless it is the last).
fn version(
    field: Field<'_>,
    salt: &str,
    digest: Option<Vec<u8>>,
) -> Result<PasswordHash, ParseError> {
    let answer = |len| digest.unwrap_or_else(|| vec![0; len]);
    let hash = match field.text {
        "0" => braces::md5(Md5Layout::SaltPass, Salt::from(salt), answer(16)),
        "1" => braces::sha(ShaVersion::Sha256, ShaLayout::SaltPass, Salt::from(salt), answer(32)),
        _ => {
            let (memory, passes, len) = costs(field)?;
            let (variant, salt) = (Argon2Variant::Id, sixteen(salt.as_bytes()));
            let setting = Argon2::new(variant, (memory, passes, 1), salt, len)
                .map_err(|rule| field.fault(rule))?;
            // So many zeros are asked for by the text: only within what a digest may have.
            if len > 1024 {
                return Err(field.fault("a digest of over 1024 bytes"));
            }
            Stored::new(setting, answer(len)).map(PasswordHash::Argon2)
        }
    };
    hash.ok_or(field.fault("the digest has not the length of this version"))
}

/// Memory in KiB, passes and bytes of the digest.
fn costs(field: Field<'_>) -> Result<(u32, u32, usize), ParseError> {
    if field.text == "2" {
        return Ok(INTERACTIVE);
    }
    let mut cursor = Cursor::within(field);
    cursor.tag("3_", "a version is one of 0, 1, 2 and 3_<bytes>_<passes>_<memory>")?;
    let len = cursor.until('_', "expected `_` after the length")?.number_u32()?;
    let passes = cursor.until('_', "expected `_` after the passes")?.number_u32()?;
    let bytes = cursor.last();
    let memory = u32::try_from(bytes.number()? / 1024).ok();
    let memory = memory.filter(|kib| u64::from(*kib).checked_mul(1024) == bytes.number().ok());
    let memory = memory.ok_or(bytes.fault("the memory is in bytes, a multiple of 1024"))?;
    Ok((memory, passes, usize::try_from(len).unwrap_or(usize::MAX)))
}

fn second(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let digest = cursor.until(':', "expected `:` and the salt after the digest")?;
    let salt = cursor.until(':', "expected `:` and a version after the salt")?;
    let mut layers = Vec::new();
    while cursor.rest().contains(':') {
        let field = cursor.until(':', "expected `:`")?;
        if layers.len() >= crate::hash::Layered::LAYERS_MAX {
            return Err(field.fault("too many versions"));
        }
        layers.push(layered::hashed(version(field, salt.text, None)?, Letters::Hex));
    }
    let last = cursor.last();
    let hash = version(last, salt.text, Some(digest.hex()?))?;
    if layers.is_empty() {
        return Ok(hash);
    }
    layered::over(layers, hash).map_err(|rule| last.fault(rule))
}

/// The version that writes `hash`, its salt and its digest.
fn version_of(hash: &PasswordHash) -> Option<(String, &[u8], &[u8])> {
    if let Some((salt, digest)) = plain(hash) {
        let name = match digest.len() {
            16 => "0",
            32 => "1",
            _ => return None,
        };
        return Some((name.to_owned(), salt, digest));
    }
    let PasswordHash::Argon2(stored) = hash else { return None };
    let (setting, digest) = (stored.setting(), stored.digest().expose());
    let ours = Argon2::new(
        Argon2Variant::Id,
        (setting.memory_kib, setting.passes, 1),
        setting.salt.clone(),
        digest.len(),
    );
    let ours = ours.ok().filter(|ours| {
        (ours.variant, ours.version, ours.lanes, &ours.key_id)
            == (setting.variant, setting.version, setting.lanes, &setting.key_id)
    })?;
    if ours.salt.as_bytes().len() != 16 || !setting.data.as_bytes().is_empty() {
        return None;
    }
    let bytes = u64::from(setting.memory_kib).checked_mul(1024)?;
    let name = format!("3_{}_{}_{bytes}", digest.len(), setting.passes);
    Some((name, setting.salt.as_bytes(), digest))
}

fn write_second(hash: &PasswordHash) -> Option<String> {
    let mut chain = Vec::new();
    let split = layered::split(hash);
    let (layers, last) = match &split {
        Some((layers, last)) => (*layers, last),
        None => (&[][..], hash),
    };
    for layer in layers {
        let Layer::Hash(inner, Letters::Hex) = layer else { return None };
        chain.push(version_of(inner)?);
    }
    let last = version_of(last)?;
    let digest = hex(last.2);
    chain.push(last);
    // The whole salt stands in the MD5s and SHA-256s, 16 bytes of it in the others.
    let whole = chain.iter().find(|(name, ..)| !name.starts_with("3_"));
    let (_, salt, _) = whole.or(chain.first())?;
    let same = |(name, own, _): &(String, &[u8], &[u8])| match name.starts_with("3_") {
        true => *own == sixteen(salt),
        false => own == salt,
    };
    let text = str::from_utf8(salt).ok().filter(|salt| !salt.contains(':'))?;
    if !chain.iter().all(same) {
        return None;
    }
    let versions: Vec<&str> = chain.iter().map(|(name, ..)| name.as_str()).collect();
    Some(format!("{digest}:{text}:{}", versions.join(":")))
}
