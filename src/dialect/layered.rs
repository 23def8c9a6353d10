//! Our notation for a layered hash, `$layered$v=1|<layer>|…|<last>`, and what its dialects share.
//!
//! *Format*: the layers in the order in which the password passes them, each behind its name:
//! `hex:`, `b64:`, `bytes:` and `crypt:` make it the digest of the hash that follows, in hexadecimal,
//! padded base64, as it is or as a crypt(3) text; `nfkc:` puts it in NFKC; `before:` puts a text before it (base64 without padding);
//! `key-before:` and `key-after:` put the key of that id there (base64 too; the key itself stands
//! in the keyring). The last layer has no name: it is the canonical text of the hash whose digest
//! is stored. The digests of the layers before it are all zero.
//!
//! Meteor's Argon2 hashes, over the hexadecimal SHA-256, are given so:
//! `$layered$v=1|hex:{SHA256}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|$argon2id$…`. They have no
//! format of their own: a column that says which rows are Meteor's would say so of upgraded ones
//! too, whose text looks the same, and lock their users out. *Security*: secrets of a site are
//! named, never written.
use crate::algorithm::{Letters, Salt, Stored};
use crate::error::ParseError;
use crate::format::{Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{Layer, Layered, PasswordHash};
use crate::secret::KeyId;
use crate::text::{Cursor, Field, PHC};

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "layered",
    summary: "a hash over another's digest: what hashlift prints for Magento, WoltLab, MediaWiki, …",
    strength: Strength::Legacy,
    needs: &[],
    rarity: 5,
    claim: |text| tagged(text, TAG),
    parse,
    write: Some(Write::Canonical(write)),
    samples: &[
        Sample {
            password: "correct horse",
            stored: "$layered$v=1|hex:{MD5-SALT-PASS}AAAAAAAAAAAAAAAAAAAAAE5hQ2w=|{SHA256-SALT-PASS}2+J6nsW/RUCccRby1HG9b4X4hgVQ8RQc10cDiaiQRxhOYUNs",
            side: &[],
            from: "Python's hashlib",
        },
        Sample {
            password: "correct horse",
            stored: "$layered$v=1|before:YWxpY2U|b64:{SHA512}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==|{SHA}4fsgI5HWwr6Kgi1eMNgNzwLKcKk=",
            side: &[],
            from: "Python's hashlib",
        },
    ],
}];

const TAG: &str = "$layered$v=1|";

/// `last` over `layers`, with the digest that `last` holds.
pub(super) fn over(layers: Vec<Layer>, last: PasswordHash) -> Result<PasswordHash, &'static str> {
    let digest = match last.parts() {
        Some((_, digest)) => digest.expose().to_vec(),
        None => return Err("a locked account has no layers"),
    };
    Stored::new(Layered::new(layers, last)?, digest)
        .map(PasswordHash::Layered)
        .ok_or("the digest has not the length that the last layer yields")
}

/// The layers of a layered hash, and its last one with the digest.
pub(super) fn split(hash: &PasswordHash) -> Option<(&[Layer], PasswordHash)> {
    let PasswordHash::Layered(stored) = hash else { return None };
    Some((stored.setting().layers(), stored.setting().last_with(stored.digest())))
}

/// A layer that makes the password the digest of `hash` in these letters.
pub(super) fn hashed(hash: PasswordHash, letters: Letters) -> Layer {
    Layer::Hash(Box::new(hash), letters)
}

/// The layer of a setting whose digest is gone: `make` gets as many zeros as it asks for.
pub(super) fn blank(
    letters: Letters,
    len: usize,
    make: impl FnOnce(Vec<u8>) -> Option<PasswordHash>,
) -> Option<Layer> {
    make(vec![0; len]).map(|hash| hashed(hash, letters))
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(TAG, "expected `$layered$v=1|`")?;
    let mut layers = Vec::new();
    while let Some(layer) = layer(&mut cursor)? {
        layers.push(layer);
        if layers.len() > Layered::LAYERS_MAX {
            return Err(cursor.fault("a layered hash has at most 8 layers before the last"));
        }
    }
    let last = cursor.last();
    over(layers, inner(last)?).map_err(|rule| last.fault(rule))
}

/// The next layer that has a name.
fn layer(cursor: &mut Cursor<'_>) -> Result<Option<Layer>, ParseError> {
    const NAMES: [&str; 8] =
        ["hex:", "b64:", "bytes:", "crypt:", "before:", "key-before:", "key-after:", "nfkc:"];
    let Some(name) = NAMES.into_iter().find(|name| cursor.skip(name)) else { return Ok(None) };
    let field = cursor.until('|', "expected `|` after the layer")?;
    let letters = match name {
        "before:" => return Ok(Some(Layer::Before(Salt::from(field.base64(&PHC)?)))),
        "key-before:" => return Ok(Some(Layer::KeyBefore(key_id(field)?))),
        "key-after:" => return Ok(Some(Layer::KeyAfter(key_id(field)?))),
        "nfkc:" if field.text.is_empty() => return Ok(Some(Layer::Nfkc)),
        "nfkc:" => return Err(field.fault("`nfkc:` has nothing behind it")),
        "hex:" => Letters::Hex,
        "bytes:" => Letters::Bytes,
        "b64:" => Letters::Base64,
        _ => Letters::Crypt,
    };
    let hash = inner(field)?;
    match hash.parts() {
        Some((_, digest)) if digest.expose().iter().all(|byte| *byte == 0) => {
            Ok(Some(hashed(hash, letters)))
        }
        _ => Err(field.fault("the digest of a layer before the last is not all zero")),
    }
}

/// A hash inside the text. Neither layered nor wrapped, so nothing nests.
fn inner(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    if ["$layered$", "$wrap$"].iter().any(|tag| field.text.starts_with(tag)) {
        return Err(field.fault("a layer is itself layered or wrapped"));
    }
    let read = super::read_tagged(field.text);
    read.map(|(hash, _)| hash)
        .map_err(|_| field.fault("a layer is not a tagged text of a known format"))
}

fn key_id(field: Field<'_>) -> Result<KeyId, ParseError> {
    KeyId::new(&field.base64(&PHC)?).ok_or_else(|| field.fault("a key id has 1 to 8 bytes"))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let (layers, last) = split(hash)?;
    let mut text = TAG.to_owned();
    for layer in layers {
        let (name, value) = match layer {
            Layer::Hash(hash, Letters::Hex) => ("hex", hash.to_string()),
            Layer::Hash(hash, Letters::Base64) => ("b64", hash.to_string()),
            Layer::Hash(hash, Letters::Bytes) => ("bytes", hash.to_string()),
            Layer::Nfkc => ("nfkc", String::new()),
            Layer::Hash(hash, Letters::Crypt) => ("crypt", hash.to_string()),
            Layer::Before(text) => ("before", PHC.encode(text.as_bytes())),
            Layer::KeyBefore(id) => ("key-before", PHC.encode(id.as_bytes())),
            Layer::KeyAfter(id) => ("key-after", PHC.encode(id.as_bytes())),
        };
        text = format!("{text}{name}:{value}|");
    }
    Some(format!("{text}{last}"))
}
