//! Digests stretched by the plugins of Rails before bcrypt, and our notation for all such.
//!
//! *Format*: hexadecimal, the salt in a column of its own; the function follows from the length. How
//! often it runs stands in the site's settings: by default 20 times for authlogic's SHA-2, once for
//! its MD5, 10 times for its SHA-1, for restful-authentication and for devise-encryptable. The canonical
//! text is `$stretched$f=<feed>,h=<function>,i=<rounds>[,keyid=<B64>]$<B64 salt>$<B64 digest>`, where
//! keys (a pepper, the key of the site) are named and not held. *Deviations*: join tokens other than
//! authlogic's defaults, and SHA-1 of its version 2, are not read.
use crate::algorithm::{FastHash, Feed, Stored, Stretched};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::secret::KeyId;
use crate::side::Side;
use crate::text::{Cursor, Field, PHC, hex, is_hex};

const SALT: &str = "7e3041ebc2fc05a40c60028e2c4901a81035d3cd";

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "stretched",
        summary: "a fast digest fed to itself, salt and costs in the text: our own notation",
        strength: Strength::Broken,
        needs: &[],
        rarity: 8,
        claim: |text| tagged(text, TAG),
        parse,
        write: Some(Write::Canonical(write)),
        samples: &[Sample {
            password: "correct horse",
            stored: "$stretched$f=pass-salt,h=sha256,i=7$TmFDbE5hQ2w$NWKrRUk8hAcJwsHHDKPHBJelZg2zGZRabKBubZPJrdU",
            side: &[],
            from: "Python's hashlib",
        }],
    },
    Format {
        slug: "authlogic",
        summary: "authlogic (Rails) before 6: SHA-512, SHA-256, SHA-1, MD5",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 6,
        claim: |text| claim(text, &[128, 64, 40, 32]),
        parse: |raw| {
            let (function, feed, rounds) = match raw.text.len() {
                128 => (FastHash::Sha512, Feed::PassSaltHex, 20),
                64 => (FastHash::Sha256, Feed::PassSaltHex, 20),
                40 => (FastHash::Sha1, Feed::HexDashedSalt, 10),
                _ => (FastHash::Md5, Feed::PassSaltHex, 1),
            };
            beside(raw, function, feed, rounds, None)
        },
        write: Some(Write::Vendor(|hash| {
            digest_text(hash, |feed| matches!(feed, Feed::PassSaltHex | Feed::HexDashedSalt))
        })),
        samples: &[
            Sample {
                password: "test",
                stored: "3d16884295a68fec30a2ae7ff0634b1e",
                side: &[("salt", SALT)],
                from: "authlogic's own crypto_provider_test",
            },
            Sample {
                password: "test",
                stored: "5723d69f7ca1f8d63122c9cef4cf3c10d0482d3e",
                side: &[("salt", SALT)],
                from: "authlogic's own crypto_provider_test",
            },
        ],
    },
    Format {
        slug: "authlogic-v2",
        summary: "authlogic (Rails) from 6: SHA-512, SHA-256, MD5",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 7,
        claim: |text| claim(text, &[128, 64, 32]),
        parse: |raw| {
            let (function, rounds) = match raw.text.len() {
                128 => (FastHash::Sha512, 20),
                64 => (FastHash::Sha256, 20),
                _ => (FastHash::Md5, 1),
            };
            beside(raw, function, Feed::PassSaltDigest, rounds, None)
        },
        write: Some(Write::Vendor(|hash| {
            digest_text(hash, |feed| matches!(feed, Feed::PassSaltDigest))
        })),
        samples: &[Sample {
            password: "test",
            stored: "60e86eec0e7f858cc5cc6b42b31a847819b65e06317709ce2779245d0776f18094dff9afbc66ae1e509f2b5e49f4d2ff3f632c8ee7c4683749f5fd028de5b085",
            side: &[("salt", SALT)],
            from: "Python's hashlib, after authlogic's crypto_providers/sha512/v2.rb",
        }],
    },
    Format {
        slug: "devise-encryptable",
        summary: "devise-encryptable (Rails): SHA-1 and SHA-512, with a pepper when one is given",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 6,
        claim: |text| claim(text, &[40, 128]),
        parse: |raw| {
            let function = if raw.text.len() == 128 { FastHash::Sha512 } else { FastHash::Sha1 };
            let key = match raw.side.pepper.as_deref().is_none_or(String::is_empty) {
                true => None,
                false => Some(raw.side.key_id(Side::PEPPER)?),
            };
            beside(raw, function, Feed::Devise, 10, key)
        },
        write: Some(Write::Vendor(|hash| digest_text(hash, |feed| matches!(feed, Feed::Devise)))),
        samples: &[Sample {
            password: "correct horse",
            stored: "e9875eda63356ced672315266ab72f6114c1542f",
            side: &[("salt", "usZK_z_EAaF61Gwkw-ed")],
            from: "Python's hashlib, after devise-encryptable's encryptors/sha1.rb",
        }],
    },
    Format {
        slug: "restful-authentication",
        summary: "restful-authentication (Rails): SHA-1 with the key of the site",
        strength: Strength::Broken,
        needs: &["salt", "site_salt"],
        rarity: 6,
        claim: |text| claim(text, &[40]),
        parse: |raw| {
            Side::need(raw.side.site_salt.as_ref(), "site_salt")?;
            let key = raw.side.key_id(Side::SITE_SALT)?;
            beside(raw, FastHash::Sha1, Feed::Restful, 10, Some(key))
        },
        write: Some(Write::Vendor(|hash| digest_text(hash, |feed| matches!(feed, Feed::Restful)))),
        samples: &[Sample {
            password: "hashcat",
            stored: "d7d5ea3e09391da412b653ae6c8d7431ec273ea2",
            side: &[("salt", "238769868762"), ("site_salt", "8962783556527653675")],
            from: "hashcat's self-test of mode 19500",
        }],
    },
    Format {
        slug: "clearance-sha1",
        summary: "Clearance and acts_as_authenticated (Rails): SHA-1 between dashes",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 7,
        claim: |text| claim(text, &[40]),
        parse: |raw| beside(raw, FastHash::Sha1, Feed::Restful, 1, None),
        write: Some(Write::Vendor(|hash| digest_text(hash, |feed| matches!(feed, Feed::Restful)))),
        samples: &[Sample {
            password: "correct horse",
            stored: "58ef429c57b1c73d26e40b85c861ed851b37d64e",
            side: &[("salt", "8d1e4a9f")],
            from: "Python's hashlib, after Clearance's password_strategies/sha1.rb",
        }],
    },
];

const TAG: &str = "$stretched$f=";

/// The feeds by the names they have in the text.
const FEEDS: [(&str, Feed); 8] = [
    ("salt-pass", Feed::SaltPassDigest),
    ("pass-salt", Feed::PassSaltDigest),
    ("pass-salt-hex", Feed::PassSaltHex),
    ("pass-dash-salt-hex", Feed::HexDashedSalt),
    ("devise", Feed::Devise),
    ("restful", Feed::Restful),
    ("key-salt-pass", Feed::KeySaltPass),
    ("key-pass-salt", Feed::KeyPassSalt),
];

fn claim(text: &str, lengths: &[usize]) -> Claim {
    match lengths.contains(&text.len()) && is_hex(text, text.len()) {
        true => Claim::Shaped,
        false => Claim::No,
    }
}

/// Hexadecimal, with the salt and perhaps the rounds beside it.
fn beside(
    raw: Raw<'_>,
    function: FastHash,
    feed: Feed,
    rounds: u32,
    key: Option<KeyId>,
) -> Result<PasswordHash, ParseError> {
    let text = Field::whole(raw.text);
    let salt = Side::need(raw.side.salt.as_deref(), "salt")?;
    let rounds = match raw.side.iterations {
        None => rounds,
        Some(given) => u32::try_from(given).map_err(|_| text.fault("`iterations` is too high"))?,
    };
    finish(text, (function, feed, rounds, key), salt.into(), text.hex()?)
}

fn finish(
    field: Field<'_>,
    (function, feed, rounds, key): (FastHash, Feed, u32, Option<KeyId>),
    salt: Vec<u8>,
    digest: Vec<u8>,
) -> Result<PasswordHash, ParseError> {
    let setting = Stretched::new(function, feed, rounds, salt, key)
        .ok_or(field.fault("there is at least one round, and a key only where one is used"))?;
    Stored::new(setting, digest)
        .map(PasswordHash::Stretched)
        .ok_or(field.fault("the digest has not the length of this function"))
}

fn digest_text(hash: &PasswordHash, like: impl FnOnce(Feed) -> bool) -> Option<String> {
    let PasswordHash::Stretched(stored) = hash else { return None };
    like(stored.setting().feed).then(|| hex(stored.digest().expose()))
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(TAG, "expected `$stretched$f=`")?;
    let name = cursor.until(',', "expected `,h=` after the feed")?;
    let feed = FEEDS.into_iter().find(|(known, _)| *known == name.text).map(|(_, feed)| feed);
    let feed = feed.ok_or(name.fault("not a feed that is known"))?;
    cursor.tag("h=", "expected `h=` and the function")?;
    let name = cursor.until(',', "expected `,i=` after the function")?;
    let function = FastHash::named(name.text).ok_or(name.fault("not a function that is known"))?;
    cursor.tag("i=", "expected `i=` and the rounds")?;
    let params = cursor.until('$', "expected `$` after the rounds")?;
    let mut params = Cursor::within(params);
    let (rounds, key) = match params.rest().contains(',') {
        false => (params.last(), None),
        true => {
            let rounds = params.until(',', "expected `,keyid=`")?;
            params.tag("keyid=", "expected `keyid=`")?;
            let id = params.last();
            let key = KeyId::new(&id.base64(&PHC)?);
            (rounds, Some(key.ok_or(id.fault("a keyid has 1 to 8 bytes"))?))
        }
    };
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
    let digest = cursor.last();
    let setting = (function, feed, rounds.number_u32()?, key);
    finish(digest, setting, salt, digest.base64(&PHC)?)
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Stretched(stored) = hash else { return None };
    let Stretched { function, feed, rounds, salt, key_id } = stored.setting();
    let (name, _) = FEEDS.into_iter().find(|(_, known)| known == feed)?;
    let key = key_id.as_ref().map(|id| format!(",keyid={}", PHC.encode(id.as_bytes())));
    let (salt, digest) = (PHC.encode(salt.as_bytes()), PHC.encode(stored.digest().expose()));
    Some(format!("{TAG}{name},h={function},i={rounds}{}${salt}${digest}", key.unwrap_or_default()))
}
