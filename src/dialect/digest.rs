//! Bare digests in hexadecimal or base64, with or without a salt in another column.
//!
//! They carry no tag, so only a caller can say what they are. *Format*: hexadecimal in either case, also
//! behind `0x`, or base64 of either alphabet with or without padding, where that is no hexadecimal;
//! the salt is text, used as it stands. Where LDAP has no tag for a layout, the canonical text is the
//! slug in capitals and braces, then base64 of digest and salt: `{MD5-SALT-PASS}…`. *Deviations*: the
//! password is taken as it is; Invision Power Board hashes it with `& " ' < > $ ! \\` written as
//! HTML entities, and phpBB 2 with `& " < >`, so that a caller has to do the same.
use crate::algorithm::{Md5Layout, Salt, ShaLayout, ShaVersion};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{Cursor, Field, is_hex};

use super::braces;

/// A row for a layout of MD5. `tag` is set where the canonical text is this row's own.
macro_rules! md5 {
    ($slug:literal, $tag:expr, $rarity:literal, $layout:ident, $needs:expr, $summary:literal,
     $samples:expr) => {
        Format {
            slug: $slug,
            summary: $summary,
            strength: Strength::Broken,
            needs: $needs,
            rarity: $rarity,
            claim: |text| claim(text, $tag, 16),
            parse: |raw| {
                parse(raw, $tag, 16, $needs, |salt, d| braces::md5(Md5Layout::$layout, salt, d))
            },
            write: Some(Write::Both {
                canonical: |hash| braces::write_md5(hash, $tag?, Md5Layout::$layout),
                vendor: |hash| braces::hex_md5(hash, Md5Layout::$layout),
            }),
            samples: $samples,
        }
    };
}

/// The same for a version and layout of SHA.
macro_rules! sha {
    ($slug:literal, $tag:expr, $rarity:literal, $version:ident $layout:ident, $needs:expr,
     $summary:literal, $samples:expr) => {
        Format {
            slug: $slug,
            summary: $summary,
            strength: Strength::Broken,
            needs: $needs,
            rarity: $rarity,
            claim: |text| claim(text, $tag, ShaVersion::$version.digest_len()),
            parse: |raw| {
                parse(raw, $tag, ShaVersion::$version.digest_len(), $needs, |salt, digest| {
                    braces::sha(ShaVersion::$version, ShaLayout::$layout, salt, digest)
                })
            },
            write: Some(Write::Both {
                canonical: |hash| {
                    braces::write_sha(hash, $tag?, ShaVersion::$version, ShaLayout::$layout)
                },
                vendor: |hash| braces::hex_sha(hash, ShaVersion::$version, ShaLayout::$layout),
            }),
            samples: $samples,
        }
    };
}

type Tag = Option<&'static str>;
const LDAPS: Tag = None;
const BARE: &[&str] = &[];
const SALTED: &[&str] = &["salt"];

#[rustfmt::skip]
pub(super) static FORMATS: &[Format] = &[
    md5!("md5", LDAPS, 0, Bare, BARE, "bare MD5: home-made PHP, phpBB 2", &[Sample { password: "Zb@wh[slB<f!sw", stored: "35664378d8079db552fcc80d3342852a", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"md5\")" }]),
    md5!("md5-pass-salt", LDAPS, 3, PassSalt, SALTED, "MD5 of password and salt", &[Sample { password: "VQ{eqX=<.%)3V[", stored: "164d3f0220c1b608b9a09c4f8cf9c489", side: &[("salt", "8bfecb87")], from: "php-cli 8.2.36 (Debian) md5($pass.$salt)" }]),
    md5!("md5-salt-pass", Some("{MD5-SALT-PASS}"), 2, SaltPass, SALTED, "MD5 of salt and password: osCommerce, PrestaShop", &[Sample { password: "#4qsl1Yx.t", stored: "b934d63d2796ccf7d8e1bd812dc06984", side: &[("salt", "de191ef4")], from: "php-cli 8.2.36 (Debian) md5($salt.$pass)" }]),
    md5!("md5-salt-md5pass", Some("{MD5-SALT-MD5PASS}"), 4, SaltHexPass, SALTED, "MD5 of salt and hex MD5 of the password", &[Sample { password: "i_KVbpn[jAYrJ1TWU", stored: "65b077c9cbba88b5fa594798370b0138", side: &[("salt", "202db5a7")], from: "php-cli 8.2.36 (Debian) md5($salt.md5($pass))" }]),
    md5!("vbulletin", Some("{VBULLETIN}"), 2, HexPassSalt, SALTED, "vBulletin 3 and 4: MD5 of hex MD5 and salt", &[Sample { password: "C2~l{uaxP<B@1", stored: "65161de205f8ffe025894a1a9cc71e43", side: &[("salt", "O,h")], from: "php-cli 8.2.36 (Debian) md5(md5($pass).$salt)" }]),
    md5!("mybb-ipb", Some("{MYBB-IPB}"), 2, HexSaltHexPass, SALTED, "MyBB, Invision Power Board 2 and 3", &[Sample { password: "28JNFHPgtRAZVEFC I", stored: "b61ec17e64445db0909cbd8aca0b9003", side: &[("salt", "SpQD9I6t")], from: "php-cli 8.2.36 (Debian) md5(md5($salt).md5($pass))" }]),
    Format {
        slug: "joomla-md5",
        summary: "Joomla before 2.5.18: `md5:salt`",
        strength: Strength::Broken,
        needs: BARE,
        rarity: 2,
        claim: |text| match text.split_once(':') {
            Some((digest, salt)) if is_hex(digest, 32) && !salt.is_empty() => Claim::Shaped,
            _ => Claim::No,
        },
        parse: joomla,
        write: Some(Write::Vendor(write_joomla)),
        samples: &[Sample { password: "67ycF~.{ZWtm?", stored: "6213fd1e2d1ee80fdfed8857b6fe5833:UMxq8iE9gVyxrIfIUIO7yoy22RZSMp9S", side: &[], from: "php-cli 8.2.36 (Debian) md5($pass.$salt).\":\".$salt" }],
    },
    sha!("sha1", LDAPS, 0, Sha1 Bare, BARE, "bare SHA-1", &[Sample { password: "H{/]({EEU3", stored: "ed992692318331d806aa29564dd20a4287367813", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha1\")" }]),
    sha!("sha224", Some("{SHA224}"), 5, Sha224 Bare, BARE, "bare SHA-224", &[Sample { password: "*BXFW}^~jbIy", stored: "85ad33c869fd21a08b7199fb82d92eea03acaa5ae72b14835cd4e84b", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha224\")" }]),
    sha!("sha256", LDAPS, 0, Sha256 Bare, BARE, "bare SHA-256: home-made Java and Node", &[Sample { password: "[>L(a<2wm]g^HA09", stored: "79581a8f6678ecb2b565354fb1912d886812e99a30f4bc9994fc111d4835d347", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha256\")" }]),
    sha!("sha384", LDAPS, 4, Sha384 Bare, BARE, "bare SHA-384", &[Sample { password: "D H2%!a2Omj", stored: "3d9aabb8746458943f4a048401bd2ad619f82ba620e3de831f937a5f30c88ee1e404ea998e4d77ed8ca07149b9f6a158", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha384\")" }]),
    sha!("sha512-224", Some("{SHA512-224}"), 7, Sha512_224 Bare, BARE, "bare SHA-512/224", &[Sample { password: "kg5cMVDs~PQ0zO", stored: "5b7927d7c5a2a38ae1d918a869d291738f5da694d56d77a1779c1832", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha512/224\")" }]),
    sha!("sha512-256", Some("{SHA512-256}"), 6, Sha512_256 Bare, BARE, "bare SHA-512/256", &[Sample { password: "txuoGWtH{YIt[bARumt", stored: "bfa552e788d272e5c173c5b1a2116f3063ce228b0594dc82790e0ad6ee39af71", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha512/256\")" }]),
    sha!("sha512", LDAPS, 1, Sha512 Bare, BARE, "bare SHA-512", &[Sample { password: "^)KA}@e!sLGeJHw;>}%}", stored: "4b986b92f04ae4ac1a407012556694a25ea4958280f116d5cf42a5648ffe1c9f48fcd1d2f3272d92542f65c20f21d88f425ed3479412143dd832ae740bce90c9", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha512\")" }]),
    sha!("sha3-224", Some("{SHA3-224}"), 7, Sha3_224 Bare, BARE, "bare SHA3-224", &[Sample { password: "vWwh9e5a9jQe7I", stored: "f53f383ff8126f67bf5409a899ae883b80f5e4b9d1146969a35c2fcf", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha3-224\")" }]),
    sha!("sha3-256", Some("{SHA3-256}"), 5, Sha3_256 Bare, BARE, "bare SHA3-256", &[Sample { password: "gttv>=nUQfqRLAsas", stored: "5113d5d69dee9e5e371c74c8886dfb1d6198e0698a351d4ebad7fc9fa60aa864", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha3-256\")" }]),
    sha!("sha3-384", Some("{SHA3-384}"), 6, Sha3_384 Bare, BARE, "bare SHA3-384", &[Sample { password: "XnQ<FJBi LZ%uU", stored: "d70d1536814af2009fa035fb99bbf31ab5cf4de1a879c89cf3a1ed64e31e1c6a9ef6acb2cc844ba682d56f9c684830d7", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha3-384\")" }]),
    sha!("sha3-512", Some("{SHA3-512}"), 5, Sha3_512 Bare, BARE, "bare SHA3-512", &[Sample { password: "ij+fesFY", stored: "20ff954cc0af2c4a55670e7d871245e13278cac86cea76438338fe52e47ac1334567f6bf8ecac767b0689497506bc381551f079fd7dccfad339274b224e6b129", side: &[], from: "php-cli 8.2.36 (Debian) hash(\"sha3-512\")" }]),
    sha!("keccak-224", Some("{KECCAK-224}"), 8, Keccak224 Bare, BARE, "bare Keccak-224: what CryptoJS and Ethereum call SHA-3", &[Sample { password: "tUtNTO#u{", stored: "e2d9a2a2630cc27d14092a7e6bb54ef8e7e5353cb5e8f2017223ba4a", side: &[], from: "npm js-sha3 0.13.0" }]),
    sha!("keccak-256", Some("{KECCAK-256}"), 6, Keccak256 Bare, BARE, "bare Keccak-256: what CryptoJS and Ethereum call SHA-3", &[Sample { password: "M}}IC8M!%vQ", stored: "f8cbf9c5db9f24549a316458abfcdf7f454e37602e93813db69a75497a60b670", side: &[], from: "npm js-sha3 0.13.0" }]),
    sha!("keccak-384", Some("{KECCAK-384}"), 8, Keccak384 Bare, BARE, "bare Keccak-384: what CryptoJS and Ethereum call SHA-3", &[Sample { password: "=KVFr1Hp?-ZZy<MZ", stored: "3769f91e7f86781bcc47ef6805941836ce319cfb86a8681797446f89fcaf9d54c4d8307ff3b13832fe95ac0f9b1aca63", side: &[], from: "npm js-sha3 0.13.0" }]),
    sha!("keccak-512", Some("{KECCAK-512}"), 7, Keccak512 Bare, BARE, "bare Keccak-512: what CryptoJS and Ethereum call SHA-3", &[Sample { password: "4(b7~pM/q7&8XZ59^", stored: "ceaa2dfc8e0339e844efb9929514f316f02ef29e3eed17bb7f5266c13c58056e0c71e5857a18e8b062fad89b8d724db7cc183ab89db775349d7b332613ae0166", side: &[], from: "npm js-sha3 0.13.0" }]),
    sha!("sha1-pass-salt", LDAPS, 3, Sha1 PassSalt, SALTED, "SHA-1 of password and salt", &[Sample { password: "LMA9EEMG", stored: "3a8a1a3b28cd01fa11905289ddf2113927322630", side: &[("salt", "7cabaa38")], from: "php-cli 8.2.36 (Debian) sha1($pass.$salt)" }]),
    sha!("sha1-salt-pass", Some("{SHA1-SALT-PASS}"), 2, Sha1 SaltPass, SALTED, "SHA-1 of salt and password", &[Sample { password: "}yu#LE-(XV_IKC0=+!", stored: "f3f401c0f6c8692e6fa9184a95ae2d092446f26e", side: &[("salt", "82eaa60f")], from: "php-cli 8.2.36 (Debian) sha1($salt.$pass)" }]),
    sha!("sha1-salt-sha1pass", Some("{SHA1-SALT-SHA1PASS}"), 3, Sha1 SaltHexPass, SALTED, "SHA-1 of salt and hex SHA-1: PunBB, Redmine", &[Sample { password: "6f_SvU<ririT2DVN[", stored: "bac0456a12d339fb2c5c134d2ae541641e6b7eec", side: &[("salt", "52332cef")], from: "php-cli 8.2.36 (Debian) sha1($salt.sha1($pass)) (PunBB/Redmine/OpenCart-old)" }]),
    sha!("wcf1", Some("{WCF1}"), 3, Sha1 SaltHexSaltHexPass, SALTED, "WoltLab Burning Board 3, WCF 1, OpenCart before 3", &[Sample { password: "d[<QdQYOK", stored: "fd764b01a5c3ae3d5b17d738bbd5ac4c0c078fc6", side: &[("salt", "66a750667e1c6fdc74dbae4ec096bac4ade57100")], from: "php-cli 8.2.36 (Debian) sha1($salt.sha1($salt.sha1($pass))) (WBB3/WCF1, OpenCart)" }]),
    sha!("xenforo1-sha1", Some("{XENFORO1-SHA1}"), 5, Sha1 HexPassSalt, SALTED, "XenForo 1.0 and 1.1 on a PHP without the hash extension", &[Sample { password: "=/QPQcn.", stored: "d56a3e9b8e420f20c62f74f702eafb719564cc09", side: &[("salt", "c85c8074e5b4a98c1cd205bf476404d29f494a1ad882056c81cb4eba7112127d")], from: "php-cli 8.2.36 (Debian) sha1(sha1($pass).$salt) (XenForo 1 core, separate salt)" }]),
    sha!("xenforo1-sha256", Some("{XENFORO1-SHA256}"), 4, Sha256 HexPassSalt, SALTED, "XenForo 1.0 and 1.1", &[Sample { password: "%SXk9=!v", stored: "1c0d5d91f02282b9a5f37bbd6e245821c8ffc89d90296af6eae5c129b8811dd3", side: &[("salt", "d88243ce9d5a2775931df95117a74d95e470a0461bab383dbeb79f8cb0585c0a")], from: "php-cli 8.2.36 (Debian) sha256(sha256($pass).$salt) (XenForo 1 core, separate salt)" }]),
    sha!("sha256-pass-salt", LDAPS, 2, Sha256 PassSalt, SALTED, "SHA-256 of password and salt", &[Sample { password: "<RCnJ)*s>A%x9Lag,", stored: "acbb5a6a3442a23df27c5c574ee1e630b1ddb663d2e90119a6fbda73138261fa", side: &[("salt", "94d9f7b0")], from: "php-cli 8.2.36 (Debian) sha256($pass.$salt)" }]),
    sha!("sha256-salt-pass", Some("{SHA256-SALT-PASS}"), 1, Sha256 SaltPass, SALTED, "SHA-256 of salt and password", &[Sample { password: "a#oZ,k}nAdWx(3JPB_[c", stored: "2b4ddf2cf6324c07768e1e9c92b975543730faf4ea4263810e80718bf90b90f6", side: &[("salt", "3fdbe0f7")], from: "php-cli 8.2.36 (Debian) sha256($salt.$pass)" }]),
    sha!("sha512-pass-salt", LDAPS, 3, Sha512 PassSalt, SALTED, "SHA-512 of password and salt", &[Sample { password: "+=H39m37 %]", stored: "249d50da1278fdecae9081ac17a544b62250ae933260d4c934237252682d7bc54d3ef736aaf3972f8e715faf6186f5953989a72a49e31de75b8df8a1e0fef592", side: &[("salt", "d2bcb280")], from: "php-cli 8.2.36 (Debian) sha512($pass.$salt)" }]),
    sha!("sha512-salt-pass", Some("{SHA512-SALT-PASS}"), 2, Sha512 SaltPass, SALTED, "SHA-512 of salt and password", &[Sample { password: "1a7Ra11Wz!8_s", stored: "d3bdb3d9b789e64b32bc55f428328a8ed5a756851ddf2c304fc450730e4c8523bf5947c43bbd60cd420ed34964a7b85408904490358cdabfc5ca532c1faa3629", side: &[("salt", "b4b600e0")], from: "php-cli 8.2.36 (Debian) sha512($salt.$pass)" }]),
];

fn claim(text: &str, tag: Tag, len: usize) -> Claim {
    match tag.map_or(Claim::No, |tag| tagged(text, tag)) {
        Claim::No if is(text, len) => Claim::Shaped,
        claim => claim,
    }
}

/// The digits behind `0x`, as databases show what is no text to them.
fn behind_0x(text: &str) -> Option<&str> {
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))
}

/// Whether the text is as long as a digest of `len` bytes in base64. Hexadecimal is never base64.
fn is_base64(text: &str, len: usize) -> bool {
    let letters = text.trim_end_matches('=').len();
    let padded = len.div_ceil(3).saturating_mul(4);
    letters == len.saturating_mul(4).div_ceil(3)
        && [letters, padded].contains(&text.len())
        && !is_hex(text, text.len())
}

/// Whether the text looks like a digest of `len` bytes: in hexadecimal, behind `0x`, in base64.
pub(super) fn is(text: &str, len: usize) -> bool {
    is_hex(behind_0x(text).unwrap_or(text), len.saturating_mul(2))
        || (is_base64(text, len) && Field::whole(text).base64_either().is_ok())
}

/// A digest of `len` bytes in any of these.
pub(super) fn bytes(text: &str, len: usize) -> Result<Vec<u8>, ParseError> {
    let mut cursor = Cursor::new(text);
    if behind_0x(text).is_some() {
        cursor.take(2, "expected `0x`")?;
    }
    let field = cursor.last();
    if is_base64(text, len) { field.base64_either() } else { field.hex() }
}

fn parse(
    raw: Raw<'_>,
    tag: Tag,
    len: usize,
    needs: &[&str],
    make: impl FnOnce(Salt, Vec<u8>) -> Option<PasswordHash>,
) -> Result<PasswordHash, ParseError> {
    if let Some(body) = tag.and_then(|tag| raw.text.strip_prefix(tag)) {
        return braces::split(raw.text, body, len, !needs.is_empty(), make);
    }
    let text = Field::whole(raw.text);
    let digest = bytes(raw.text, len)?;
    let salt = match needs.is_empty() {
        true => Salt::default(),
        false => Salt::from(Side::need(raw.side.salt.as_deref(), "salt")?),
    };
    make(salt, digest).ok_or(text.fault("the digest has not the length of this function"))
}

fn joomla(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let digest = cursor.until(':', "expected `:` and the salt after the digest")?;
    let salt = cursor.last();
    if salt.text.is_empty() {
        return Err(salt.fault("the salt is missing"));
    }
    braces::md5(Md5Layout::PassSalt, Salt::from(salt.text), digest.hex()?)
        .ok_or(digest.fault("the digest has 32 hexadecimal digits"))
}

fn write_joomla(hash: &PasswordHash) -> Option<String> {
    let digest = braces::hex_md5(hash, Md5Layout::PassSalt)?;
    let PasswordHash::Md5(stored) = hash else { return None };
    let salt = str::from_utf8(stored.setting().salt.as_bytes()).ok()?;
    (!salt.is_empty()).then(|| format!("{digest}:{salt}"))
}
