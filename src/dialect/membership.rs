//! ASP.NET's SqlMembershipProvider (Episerver, Sitecore, Kentico, DNN) and old Umbraco.
//!
//! *Format*: base64 of the digest, base64 of 16 random bytes in a column of their own; passwords are
//! UTF-16, lowest byte first. SHA-1 or SHA-256 of salt and password; from .NET 4 an HMAC-SHA-256 whose
//! key is the salt, repeated to 64 bytes. Umbraco before 8 keeps an HMAC-SHA-1 of the password under
//! itself. John and hashcat write `$episerver$*<0 or 1>*<base64>*<base64>`. The canonical text is a tag
//! in braces and base64 of digest and salt, as for bare digests. *Deviations*: bytes that are not UTF-8
//! match nothing. *Source*: `SqlMembershipProvider.EncodePassword`, hashcat's modes 141, 1441, 24800.
use crate::algorithm::{FastHash, HmacLayout, Salt, SaltHmac, ShaLayout, ShaVersion, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{Cursor, Field, LDAP, PADDED};

use super::braces;

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "aspnet-membership-sha1",
        summary: "ASP.NET's SqlMembershipProvider: SHA-1 of salt and UTF-16",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 3,
        claim: |text| claim(text, SHA1_TAG, 28),
        parse: |raw| parse(raw, SHA1_TAG, 20, |salt, digest| sha(ShaVersion::Sha1, salt, digest)),
        write: Some(Write::Both {
            canonical: |hash| braces::write_sha(hash, SHA1_TAG, ShaVersion::Sha1, UTF16),
            vendor: |hash| digest_text(hash, ShaVersion::Sha1),
        }),
        samples: &[Sample {
            password: "hashcat",
            stored: "ZUgAmuaYTqAvisD0A427FA3oaWU=",
            side: &[("salt", "MjEwNA==")],
            from: "hashcat's self-test of mode 141",
        }],
    },
    Format {
        slug: "aspnet-membership-sha256",
        summary: "ASP.NET's SqlMembershipProvider: SHA-256 of salt and UTF-16",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 4,
        claim: |text| claim(text, SHA256_TAG, 44),
        parse: |raw| {
            parse(raw, SHA256_TAG, 32, |salt, digest| sha(ShaVersion::Sha256, salt, digest))
        },
        write: Some(Write::Both {
            canonical: |hash| braces::write_sha(hash, SHA256_TAG, ShaVersion::Sha256, UTF16),
            vendor: |hash| digest_text(hash, ShaVersion::Sha256),
        }),
        samples: &[Sample {
            password: "Pässwörd 🦀",
            stored: "9uo+aJxGzU9Rd4jO2JQItvGzshmfUH2NE+wgq6JcTxA=",
            side: &[("salt", "EBESExQVFhcYGRobHB0eHw==")],
            from: "Python's hashlib, after SqlMembershipProvider.EncodePassword",
        }],
    },
    Format {
        slug: "aspnet-membership-hmac-sha256",
        summary: "ASP.NET's SqlMembershipProvider, .NET 4: HMAC-SHA-256 under the salt",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 3,
        claim: |text| claim(text, HMAC_TAG, 44),
        parse: |raw| {
            parse(raw, HMAC_TAG, 32, |salt, digest| {
                hmac(FastHash::Sha256, HmacLayout::SaltOverAndOver, salt, digest)
            })
        },
        write: Some(Write::Both {
            canonical: |hash| {
                let stored = hmac_of(hash, FastHash::Sha256, HmacLayout::SaltOverAndOver)?;
                let salt = stored.setting().salt.as_bytes();
                let bytes = [stored.digest().expose(), salt].concat();
                Some(format!("{HMAC_TAG}{}", PADDED.encode(&bytes)))
            },
            vendor: |hash| {
                let stored = hmac_of(hash, FastHash::Sha256, HmacLayout::SaltOverAndOver)?;
                Some(PADDED.encode(stored.digest().expose()))
            },
        }),
        samples: &[Sample {
            password: "Pässwörd 🦀",
            stored: "lKelfl7l8mPAixKEDsKwOJA4USFuqEZsWYX5C+ZUU8w=",
            side: &[("salt", "EBESExQVFhcYGRobHB0eHw==")],
            from: "Python's hmac, after SqlMembershipProvider.EncodePassword",
        }],
    },
    Format {
        slug: "umbraco-hmac-sha1",
        summary: "Umbraco before 8: HMAC-SHA-1 of the password under itself",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| claim(text, UMBRACO_TAG, 28),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.skip(UMBRACO_TAG);
            let digest = cursor.last();
            hmac(FastHash::Sha1, HmacLayout::Password, Salt::default(), digest.base64(&PADDED)?)
                .ok_or(digest.fault("the digest has 20 bytes"))
        },
        write: Some(Write::Both {
            canonical: |hash| {
                let stored = hmac_of(hash, FastHash::Sha1, HmacLayout::Password)?;
                Some(format!("{UMBRACO_TAG}{}", PADDED.encode(stored.digest().expose())))
            },
            vendor: |hash| {
                let stored = hmac_of(hash, FastHash::Sha1, HmacLayout::Password)?;
                Some(PADDED.encode(stored.digest().expose()))
            },
        }),
        samples: &[Sample {
            password: "hashcat",
            stored: "8uigXlGMNI7BzwLCJlDbcKR2FP4=",
            side: &[],
            from: "hashcat's self-test of mode 24800",
        }],
    },
    Format {
        slug: "episerver",
        summary: "ASP.NET's membership as John and hashcat write it: $episerver$*0*, *1*",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, "$episerver$*"),
        parse: episerver,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Sha(stored) = hash else { return None };
            let kind = match stored.setting().version {
                ShaVersion::Sha1 => 0,
                ShaVersion::Sha256 => 1,
                _ => return None,
            };
            let digest = PADDED.encode(stored.digest().expose());
            let digest = digest.trim_end_matches('=');
            let salt = PADDED.encode(stored.setting().salt.as_bytes());
            (stored.setting().layout == UTF16)
                .then(|| format!("$episerver$*{kind}*{salt}*{digest}"))
        })),
        samples: &[Sample {
            password: "hashcat",
            stored: "$episerver$*0*MjEwNA==*ZUgAmuaYTqAvisD0A427FA3oaWU",
            side: &[],
            from: "hashcat's self-test of mode 141",
        }],
    },
];

const UTF16: ShaLayout = ShaLayout::SaltUtf16Pass;
const SHA1_TAG: &str = "{SHA1-SALT-UTF16PASS}";
const SHA256_TAG: &str = "{SHA256-SALT-UTF16PASS}";
const HMAC_TAG: &str = "{ASPNET-MEMBERSHIP-HMAC-SHA256}";
const UMBRACO_TAG: &str = "{UMBRACO-HMAC-SHA1}";

fn claim(text: &str, tag: &str, letters: usize) -> Claim {
    match tagged(text, tag) {
        Claim::No if text.len() == letters && Field::whole(text).base64(&PADDED).is_ok() => {
            Claim::Shaped
        }
        claim => claim,
    }
}

/// The canonical text, or a digest whose salt stands beside it.
fn parse(
    raw: Raw<'_>,
    tag: &str,
    len: usize,
    make: impl FnOnce(Salt, Vec<u8>) -> Option<PasswordHash>,
) -> Result<PasswordHash, ParseError> {
    if let Some(body) = raw.text.strip_prefix(tag) {
        return braces::split(raw.text, body, len, true, make);
    }
    let text = Field::whole(raw.text);
    let digest = text.base64(&PADDED)?;
    let salt = Field::whole(Side::need(raw.side.salt.as_deref(), "salt")?).base64(&LDAP)?;
    make(salt.into(), digest).ok_or(text.fault("the digest has not the length of this function"))
}

fn sha(version: ShaVersion, salt: Salt, digest: Vec<u8>) -> Option<PasswordHash> {
    braces::sha(version, UTF16, salt, digest)
}

fn hmac(
    function: FastHash,
    layout: HmacLayout,
    salt: Salt,
    digest: Vec<u8>,
) -> Option<PasswordHash> {
    Stored::new(SaltHmac::new(function, layout, 1, salt)?, digest).map(PasswordHash::SaltHmac)
}

fn hmac_of(
    hash: &PasswordHash,
    function: FastHash,
    layout: HmacLayout,
) -> Option<&Stored<SaltHmac>> {
    let PasswordHash::SaltHmac(stored) = hash else { return None };
    let setting = stored.setting();
    ((setting.function, setting.layout) == (function, layout)).then_some(stored)
}

fn digest_text(hash: &PasswordHash, version: ShaVersion) -> Option<String> {
    let PasswordHash::Sha(stored) = hash else { return None };
    let setting = stored.setting();
    ((setting.version, setting.layout) == (version, UTF16))
        .then(|| PADDED.encode(stored.digest().expose()))
}

fn episerver(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$episerver$*", "expected `$episerver$*`")?;
    let kind = cursor.until('*', "expected `*` after the kind")?;
    let version = match kind.text {
        "0" => ShaVersion::Sha1,
        "1" => ShaVersion::Sha256,
        _ => return Err(kind.fault("the kind is 0 or 1")),
    };
    let salt = cursor.until('*', "expected `*` after the salt")?.base64(&LDAP)?;
    let digest = cursor.last();
    sha(version, salt.into(), digest.base64(&LDAP)?)
        .ok_or(digest.fault("the digest has not the length of this function"))
}
