//! Forums: SMF, vBulletin 5 and the `$PHPS$` of its forerunners, what phpBB was converted from.
//!
//! *Format*: SMF puts the user's name in lower case before the password: SHA-1 of both up to 2.0,
//! bcrypt of both from 2.1. vBulletin 5 has bcrypt over the hexadecimal MD5. *Deviations*: SMF lowers
//! the name by the tables of its PHP; here ASCII letters alone up to 2.0, as PHP 8 does, and letter
//! by letter by Unicode from 2.1. *Security*: bcrypt under another meaning looks like any bcrypt, so
//! only a caller can name it.
use crate::algorithm::{BcryptPrehash, Md5Layout, Salt, ShaLayout, ShaVersion};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{Layer, PasswordHash};
use crate::side::Side;
use crate::text::{Cursor, Field, hex, is_hex};

use super::{bcrypt, braces, layered, site};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "smf1",
        summary: "Simple Machines Forum 1.1 and 2.0: SHA-1 of user name and password",
        strength: Strength::Broken,
        needs: &["username"],
        rarity: 4,
        claim: |text| match tagged(text, SMF) {
            Claim::No if is_hex(text, 40) => Claim::Shaped,
            claim => claim,
        },
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            // As phpBB has it that was converted from SMF.
            cursor.skip(SMF);
            let text = cursor.last();
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
        slug: "phpbb-converted",
        summary: "phpBB 3 with the hashes of vBulletin, MyBB, WoltLab or XenForo it was converted from",
        strength: Strength::Broken,
        needs: &["salt"],
        rarity: 6,
        claim: |text| match CONVERTED.iter().any(|(tag, _)| text.starts_with(tag)) {
            true => Claim::Tagged,
            false => Claim::No,
        },
        parse: parse_converted,
        write: Some(Write::Vendor(|hash| {
            CONVERTED.iter().find_map(|(tag, of)| {
                let digest = match of {
                    Converted::Md5(layout) => braces::hex_md5(hash, *layout),
                    Converted::Wcf1 => {
                        braces::hex_sha(hash, ShaVersion::Sha1, ShaLayout::SaltHexSaltHexPass)
                    }
                    Converted::XenForo => {
                        let layout = ShaLayout::HexPassSalt;
                        braces::hex_sha(hash, ShaVersion::Sha1, layout)
                            .or_else(|| braces::hex_sha(hash, ShaVersion::Sha256, layout))
                    }
                };
                Some(format!("{tag}{}", digest?))
            })
        })),
        samples: &[Sample {
            password: "_%5>o2SjRo@vE%)",
            stored: "$md5_vb$bcca50be56eac6fe633611d95754cec7",
            side: &[("salt", "84qsa6kn")],
            from: "php-cli 8.2.36 (Debian), as phpBB's driver md5_vb",
        }],
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

const PHPS: &str = "$PHPS$";
const SMF: &str = "$smf$";

/// What the drivers of phpBB's conversions compute, over the salt in `user_passwd_salt`.
enum Converted {
    Md5(Md5Layout),
    Wcf1,
    XenForo,
}

const CONVERTED: &[(&str, Converted)] = &[
    ("$md5_vb$", Converted::Md5(Md5Layout::HexPassSalt)),
    ("$md5_mybb$", Converted::Md5(Md5Layout::HexSaltHexPass)),
    ("$wcf1$", Converted::Wcf1),
    ("$xf1$", Converted::XenForo),
];

fn parse_converted(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let of = CONVERTED.iter().find(|(tag, _)| cursor.skip(tag)).map(|(_, of)| of);
    let of = of.ok_or_else(|| cursor.fault("expected the tag of one of phpBB's conversions"))?;
    let digest = cursor.last();
    let bytes = digest.hex()?;
    let salt = Salt::from(Side::need(raw.side.salt.as_deref(), "salt")?);
    let hash = match of {
        Converted::Md5(layout) => braces::md5(*layout, salt, bytes),
        Converted::Wcf1 => {
            braces::sha(ShaVersion::Sha1, ShaLayout::SaltHexSaltHexPass, salt, bytes)
        }
        Converted::XenForo => {
            let version = if bytes.len() == 20 { ShaVersion::Sha1 } else { ShaVersion::Sha256 };
            braces::sha(version, ShaLayout::HexPassSalt, salt, bytes)
        }
    };
    hash.ok_or(digest.fault("the digest has not the length of this function"))
}

/// A format whose texts are those of bcrypt, of another meaning.
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
pub(super) fn bcrypt_under(
    hash: &PasswordHash,
    like: impl FnOnce(&[Layer], &PasswordHash) -> bool,
) -> Option<String> {
    let (layers, last) = layered::split(hash)?;
    like(layers, &last).then(|| plain_bcrypt(&last))?
}

/// The crypt(3) text of bcrypt without anything before it.
pub(super) fn plain_bcrypt(hash: &PasswordHash) -> Option<String> {
    bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::None)).map(bcrypt::text)
}
