//! Oracle Database: the verifiers of 10g, of XML DB and of 12c, and the whole of SPARE4.
//!
//! *Format*: 16 hexadecimal digits, with the user's name beside them, up to 10g; `H:` and 32 digits are
//! the MD5 of `<USER>:XDB:<password>`; `T:` and 160 digits are 64 bytes of digest and 16 of salt: SHA-512
//! over PBKDF2 (4096 rounds, its salt followed by `AUTH_PBKDF2_SPEEDY_KEY`) and the salt. SPARE4 is all
//! that a user has, with `;` between; its `T:` is taken, the strongest. The canonical text of the first
//! is `{ORACLE10}` and base64 of digest and name. *Deviations*: SPARE4 without a `T:` is not read as a
//! whole; its `S:` is (see `database`). *Source*: passlib, hashcat's mode 12300.
use crate::algorithm::{
    Letters, Md5Layout, Oracle10, Pbkdf2, Prf, Salt, ShaLayout, ShaVersion, Stored,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{Layer, PasswordHash};
use crate::side::Side;
use crate::text::{Cursor, Field, PADDED, hex, is_hex};

use super::{braces, layered};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "oracle10",
        summary: "Oracle Database up to 10g: DES over user name and password",
        strength: Strength::Broken,
        needs: &["username"],
        rarity: 6,
        claim: |text| match tagged(text, TAG10) {
            Claim::No if is_hex(text, 16) => Claim::Shaped,
            claim => claim,
        },
        parse: parse_10,
        write: Some(Write::Both {
            canonical: |hash| {
                let PasswordHash::Oracle10(stored) = hash else { return None };
                Some(braces::braces(TAG10, stored.digest().expose(), &stored.setting().user))
            },
            vendor: |hash| {
                let PasswordHash::Oracle10(stored) = hash else { return None };
                Some(hex(stored.digest().expose()).to_ascii_uppercase())
            },
        }),
        samples: &[Sample {
            password: "C;pKuIwEeA=",
            stored: "A2B4BB45686EBAC3",
            side: &[("username", "alice")],
            from: "passlib 1.7.4 oracle10",
        }],
    },
    Format {
        slug: "oracle-xdb",
        summary: "Oracle Database: the H: part of SPARE4, for XML DB",
        strength: Strength::Broken,
        needs: &["username"],
        rarity: 7,
        claim: |text| claim(text, "H:", 32),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("H:", "expected `H:`")?;
            let digest = cursor.last();
            let bytes = digest.hex()?;
            let user = Side::need(raw.side.username.as_deref(), "username")?.to_uppercase();
            let salt = Salt::from(format!("{user}{XDB}").as_str());
            braces::md5(Md5Layout::SaltPass, salt, bytes)
                .ok_or(digest.fault("the digest has 32 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Md5(stored) = hash else { return None };
            let digest = braces::hex_md5(hash, Md5Layout::SaltPass)?.to_ascii_uppercase();
            let ours = stored.setting().salt.as_bytes().ends_with(XDB.as_bytes());
            ours.then(|| format!("H:{digest}"))
        })),
        samples: &[Sample {
            password: "=94ypEgkM3t",
            stored: "H:45C2B549C326133D566CF4E9FF7E623D",
            side: &[("username", "alice")],
            from: "Python's hashlib, after Oracle's digest authentication of XML DB",
        }],
    },
    Format {
        slug: "oracle12",
        summary: "Oracle Database from 12c: the T: part of SPARE4",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| claim(text, "T:", DIGITS12),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("T:", "expected `T:`")?;
            parse_12(cursor.last())
        },
        write: Some(Write::Vendor(write_12)),
        samples: &[Sample {
            password: "hashcat",
            stored: "T:78281A9C0CF626BD05EFC4F41B515B61D6C4D95A250CD4A605CA0EF97168D670EBCB5673B6F5A2FB9CC4E0C0101E659C0C4E3B9B3BEDA846CD15508E88685A2334141655046766111066420254008225",
            side: &[],
            from: "hashcat's example of mode 12300",
        }],
    },
    Format {
        slug: "oracle-spare4",
        summary: "Oracle Database from 12c: SPARE4 as a whole, of which T: is taken",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| match text.contains(';') && text.split(';').all(is_part) {
            true => Claim::Tagged,
            false => Claim::No,
        },
        parse: |raw| {
            let cursor = Cursor::new(raw.text);
            let sound = raw.text.contains(';') && raw.text.split(';').all(is_part);
            let at = raw.text.find("T:").filter(|_| sound);
            let at =
                at.ok_or(cursor.fault("expected parts with `;` between, and `T:` among them"))?;
            let mut cursor = cursor;
            cursor.take(at.saturating_add(2), "expected `T:`")?;
            parse_12(cursor.take(DIGITS12, "expected 160 digits")?)
        },
        write: None,
        samples: &[Sample {
            password: "hashcat",
            stored: "S:63EC5F6113843F5D229E2D49C068D983A9670D0257677783202322766743;T:78281A9C0CF626BD05EFC4F41B515B61D6C4D95A250CD4A605CA0EF97168D670EBCB5673B6F5A2FB9CC4E0C0101E659C0C4E3B9B3BEDA846CD15508E88685A2334141655046766111066420254008225",
            side: &[],
            from: "hashcat's examples of modes 112 and 12300",
        }],
    },
];

const TAG10: &str = "{ORACLE10}";
const XDB: &str = ":XDB:";
const SPEEDY: &[u8] = b"AUTH_PBKDF2_SPEEDY_KEY";
const ROUNDS12: u32 = 4096;
const DIGITS12: usize = 160;

fn claim(text: &str, tag: &str, digits: usize) -> Claim {
    match text.strip_prefix(tag).is_some_and(|rest| is_hex(rest, digits)) {
        true => Claim::Tagged,
        false => Claim::No,
    }
}

/// A part of SPARE4, whole.
fn is_part(part: &str) -> bool {
    [("S:", 60), ("H:", 32), ("T:", DIGITS12)]
        .into_iter()
        .any(|(tag, digits)| claim(part, tag, digits) == Claim::Tagged)
}

fn parse_10(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let tagged = cursor.skip(TAG10);
    let field = cursor.last();
    let rule = field.fault("expected 8 bytes of digest, and the name behind them in UTF-8");
    let (user, digest) = if tagged {
        let mut digest = field.base64(&PADDED)?;
        let user = digest.split_off(digest.len().min(8));
        (String::from_utf8(user).map_err(|_| rule.clone())?, digest)
    } else {
        let digest = field.hex()?;
        (Side::need(raw.side.username.clone(), "username")?, digest)
    };
    Stored::new(Oracle10::new(&user), digest).map(PasswordHash::Oracle10).ok_or(rule)
}

fn parse_12(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    let fault = field.fault("expected 64 bytes of digest and 16 of salt");
    let mut digest = field.hex()?;
    let salt = digest.split_off(digest.len().min(64));
    if salt.len() != 16 {
        return Err(fault);
    }
    let first = layered::blank(Letters::Bytes, 64, |zeros| {
        let setting = Pbkdf2::new(Prf::Sha512, ROUNDS12, [&salt, SPEEDY].concat(), 64)?;
        Stored::new(setting, zeros).map(PasswordHash::Pbkdf2)
    });
    let (version, layout) = (ShaVersion::Sha512, ShaLayout::PassSalt);
    let last = braces::sha(version, layout, Salt::from(salt.clone()), digest);
    let (Some(first), Some(last)) = (first, last) else { return Err(fault) };
    layered::over(vec![first], last).map_err(|rule| field.fault(rule))
}

fn write_12(hash: &PasswordHash) -> Option<String> {
    let (layers, last) = layered::split(hash)?;
    let [Layer::Hash(first, Letters::Bytes)] = layers else { return None };
    let (PasswordHash::Pbkdf2(first), PasswordHash::Sha(last_hash)) = (first.as_ref(), &last)
    else {
        return None;
    };
    let salt = last_hash.setting().salt.as_bytes();
    let Pbkdf2 { prf: Prf::Sha512, rounds: ROUNDS12, salt: inner, digest_len: 64 } =
        first.setting()
    else {
        return None;
    };
    let ours = salt.len() == 16 && inner.as_bytes() == [salt, SPEEDY].concat();
    let digest = braces::hex_sha(&last, ShaVersion::Sha512, ShaLayout::PassSalt)?;
    let digits = format!("{digest}{}", hex(salt)).to_ascii_uppercase();
    ours.then(|| format!("T:{digits}"))
}
