//! Accounts of database servers: MySQL, PostgreSQL before SCRAM, SQL Server, Oracle 11.
//!
//! *Format*: `*` and the hexadecimal of SHA-1 over SHA-1; `md5` and the hexadecimal of MD5 over
//! password and user; `0x0100` (`0x0200` from 2012), four bytes of salt and the digests; `S:`, SHA-1
//! over password and salt, then ten bytes of salt. MySQL 8 keeps `$A$<thousands of rounds, three digits
//! of hexadecimal>$`, 20 bytes of salt and sha256crypt's 43 letters, all of which a dump may hold as `0x…`;
//! since the salt need not be text, it is printed as hashcat takes it, `$mysql$A$005*<salt>*<letters>`, both
//! in hexadecimal. Hexadecimal is read in either case and written as
//! the server does. *Deviations*: see [`Mssql`] for the two digests of SQL Server 2000.
use crate::algorithm::{
    Md5Layout, Mssql, MssqlVersion, Salt, Sha2Crypt, ShaLayout, ShaVersion, Stored,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{Cursor, Field, hex, is_hex};

use super::{braces, crypt};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "mysql41",
        summary: "MySQL from 4.1, MariaDB: mysql_native_password",
        strength: Strength::Broken,
        needs: &[],
        rarity: 2,
        claim: |text| sure(text.strip_prefix('*').is_some_and(|digest| is_hex(digest, 40))),
        parse: parse_mysql,
        write: Some(Write::Canonical(|hash| {
            let digest = braces::hex_sha(hash, ShaVersion::Sha1, ShaLayout::Twice)?;
            Some(format!("*{}", digest.to_ascii_uppercase()))
        })),
        samples: &[Sample {
            password: "Wy;dp A/h/x?fa-lM![",
            stored: "*B5F3D9B2A6CFE173CBF4DCC5A2DC8E000E7D24FF",
            side: &[],
            from: "MariaDB 10.11.19 server PASSWORD()",
        }],
    },
    Format {
        slug: "mysql-caching-sha2",
        summary: "MySQL from 8.0: caching_sha2_password",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 2,
        claim: |text| {
            let dumped = text.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("0x2441"));
            sure(dumped || [A, HASHCAT_A].iter().any(|tag| text.starts_with(tag)))
        },
        parse: parse_caching,
        write: Some(Write::Both { canonical: write_hashcat, vendor: write_caching }),
        samples: &[Sample {
            password: "hashcat",
            stored: "$mysql$A$005*F9CC98CE08892924F50A213B6BC571A2C11778C5*625479393559393965414D45316477456B484F41316E64484742577A2E3162785353526B7554584647562F",
            side: &[],
            from: "hashcat's example of mode 7401",
        }],
    },
    Format {
        slug: "postgres-md5",
        summary: "PostgreSQL before SCRAM: MD5 of password and user",
        strength: Strength::Broken,
        needs: &["username"],
        rarity: 2,
        claim: |text| sure(text.strip_prefix("md5").is_some_and(|digest| is_hex(digest, 32))),
        parse: parse_postgres,
        write: Some(Write::Vendor(|hash| {
            braces::hex_md5(hash, Md5Layout::PassSalt).map(|digest| format!("md5{digest}"))
        })),
        samples: &[Sample {
            password: "cn[2vjd;;yqd9!AnXj",
            stored: "md59442f68d05ccf2072cf03dfcbd795af2",
            side: &[("username", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabzn")],
            from: "PostgreSQL 15.18 server (CREATE ROLE, password_encryption=md5)",
        }],
    },
    Format {
        slug: "mssql2000",
        summary: "Microsoft SQL Server 7.0 and 2000",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| claim_mssql(text, V2000),
        parse: |raw| parse_mssql(raw, V2000),
        write: Some(Write::Canonical(|hash| write_mssql(hash, V2000))),
        samples: &[Sample {
            password: "[^xY.,?>ISy.Z",
            stored: "0x0100378690722B188E9EF773E976235D3AFCF593FBEFE51D4B89A4FCA034A7F6794E7E67FF55DF0309A72186775D",
            side: &[],
            from: "passlib 1.7.4 mssql2000",
        }],
    },
    Format {
        slug: "mssql2005",
        summary: "Microsoft SQL Server 2005 to 2008",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| claim_mssql(text, V2005),
        parse: |raw| parse_mssql(raw, V2005),
        write: Some(Write::Canonical(|hash| write_mssql(hash, V2005))),
        samples: &[Sample {
            password: "5@[*,!cpRG6ka3v82ATi",
            stored: "0x0100DB1BA3740B585A1F0B01B612DF874797C28CB7B27A4B73B7",
            side: &[],
            from: "passlib 1.7.4 mssql2005",
        }],
    },
    Format {
        slug: "mssql2012",
        summary: "Microsoft SQL Server from 2012",
        strength: Strength::Broken,
        needs: &[],
        rarity: 4,
        claim: |text| claim_mssql(text, V2012),
        parse: |raw| parse_mssql(raw, V2012),
        write: Some(Write::Canonical(|hash| write_mssql(hash, V2012))),
        samples: &[Sample {
            password: "correct horse",
            stored: "0x02003788006FF633B7FEFB12A99BB103A37CCEB280C381C6C735570F53B812F01EF18DC0B79B327C96630E6769347624510C9FF8F028F0C910700176F56625D4F170CCE3E82A",
            side: &[],
            from: "Python's hashlib",
        }],
    },
    Format {
        slug: "oracle11",
        summary: "Oracle Database 11g: the S: part of SPARE4",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| sure(text.strip_prefix("S:").is_some_and(|digest| is_hex(digest, 60))),
        parse: parse_oracle,
        write: Some(Write::Vendor(|hash| {
            let digest = braces::hex_sha(hash, ShaVersion::Sha1, ShaLayout::PassSalt)?;
            let PasswordHash::Sha(stored) = hash else { return None };
            let salt = stored.setting().salt.as_bytes();
            let text = format!("S:{digest}{}", hex(salt)).to_ascii_uppercase();
            (salt.len() == ORACLE_SALT_BYTES).then_some(text)
        })),
        samples: &[Sample {
            password: "n]6yf pN@(V*dd/J",
            stored: "S:605B3539A667E171B4BACA4C1CB2F5016F1A51E9CCF5151F2FA67651BCA1",
            side: &[],
            from: "passlib 1.7.4 oracle11",
        }],
    },
];

const V2000: MssqlVersion = MssqlVersion::V2000;
const V2005: MssqlVersion = MssqlVersion::V2005;
const V2012: MssqlVersion = MssqlVersion::V2012;
const ORACLE_SALT_BYTES: usize = 10;

/// What MySQL writes before the rounds, and hashcat.
const A: &str = "$A$";
const HASHCAT_A: &str = "$mysql$A$";

fn sure(claimed: bool) -> Claim {
    if claimed { Claim::Tagged } else { Claim::No }
}

fn parse_mysql(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("*", "expected `*`")?;
    let digest = cursor.last();
    braces::sha(ShaVersion::Sha1, ShaLayout::Twice, Salt::default(), digest.hex()?)
        .ok_or(digest.fault("the digest has 40 hexadecimal digits"))
}

fn parse_caching(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let whole = Field::whole(raw.text);
    if cursor.skip(HASHCAT_A) {
        let rounds = cursor.until('*', "expected `*` after the rounds")?;
        let salt = cursor.until('*', "expected `*` after the salt")?.hex()?;
        let letters = String::from_utf8(cursor.last().hex()?);
        let letters = letters.map_err(|_| whole.fault("the digest is no text"))?;
        return finish_caching(whole, rounds.text, &salt, &letters);
    }
    // A dump in hexadecimal, or the bytes as they stand.
    let bytes = match cursor.skip("0x") || cursor.skip("0X") {
        true => cursor.last().hex()?,
        false => raw.text.as_bytes().to_vec(),
    };
    let rule = "expected `$A$`, three digits of rounds, `$`, 20 bytes of salt and 43 letters";
    let fields = bytes.strip_prefix(A.as_bytes()).and_then(|rest| rest.split_at_checked(3));
    let (rounds, rest) = fields.ok_or(whole.fault(rule))?;
    let (salt, letters) = rest
        .strip_prefix(b"$")
        .and_then(|rest| rest.split_at_checked(20))
        .ok_or(whole.fault(rule))?;
    let texts = str::from_utf8(rounds).ok().zip(str::from_utf8(letters).ok());
    let (rounds, letters) = texts.ok_or(whole.fault(rule))?;
    finish_caching(whole, rounds, salt, letters)
}

/// The fields, wherever in the text they stood: the fault is the whole's.
fn finish_caching(
    whole: Field<'_>,
    rounds: &str,
    salt: &[u8],
    letters: &str,
) -> Result<PasswordHash, ParseError> {
    let thousands = u16::from_str_radix(rounds, 16).ok().filter(|_| is_hex(rounds, 3));
    let setting = thousands.zip(salt.try_into().ok());
    let setting = setting.and_then(|(thousands, salt)| Sha2Crypt::mysql(thousands, salt));
    let setting = setting.ok_or(whole.fault("no rounds, or not 20 bytes of salt"))?;
    let digest = crypt::digest(Field::whole(letters), crypt::SHA256_ORDER);
    let digest = digest.map_err(|_| whole.fault("the digest has 43 letters of crypt(3)"))?;
    Stored::new(setting, digest)
        .map(PasswordHash::Sha2Crypt)
        .ok_or(whole.fault("the digest has 43 letters of crypt(3)"))
}

fn write_hashcat(hash: &PasswordHash) -> Option<String> {
    let (stored, letters) = caching(hash)?;
    let Sha2Crypt { rounds, salt, .. } = stored.setting();
    let [salt, letters] = [salt.as_bytes(), letters.as_bytes()].map(hex);
    let fields = format!("{:03x}*{salt}*{letters}", rounds / 1000).to_ascii_uppercase();
    Some(format!("{HASHCAT_A}{fields}"))
}

/// As the server keeps it, if the salt is text.
fn write_caching(hash: &PasswordHash) -> Option<String> {
    let (stored, letters) = caching(hash)?;
    let Sha2Crypt { rounds, salt, .. } = stored.setting();
    let Ok(salt) = str::from_utf8(salt.as_bytes()) else { return write_hashcat(hash) };
    let thousands = format!("{:03x}", rounds / 1000).to_ascii_uppercase();
    Some(format!("{A}{thousands}${salt}{letters}"))
}

/// A hash of MySQL 8, and its letters.
fn caching(hash: &PasswordHash) -> Option<(&Stored<Sha2Crypt>, String)> {
    let PasswordHash::Sha2Crypt(stored) = hash else { return None };
    let letters = crypt::encode(stored.digest().expose(), crypt::SHA256_ORDER);
    stored.setting().is_of_mysql().then_some((stored, letters))
}

fn parse_postgres(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("md5", "expected `md5`")?;
    let digest = cursor.last();
    let bytes = digest.hex()?;
    let user = Side::need(raw.side.username.as_deref(), "username")?;
    braces::md5(Md5Layout::PassSalt, Salt::from(user), bytes)
        .ok_or(digest.fault("the digest has 32 hexadecimal digits"))
}

fn mssql_tag(version: MssqlVersion) -> &'static str {
    if version == V2012 { "0x0200" } else { "0x0100" }
}

fn claim_mssql(text: &str, version: MssqlVersion) -> Claim {
    let digits = match version {
        MssqlVersion::V2000 => 88,
        MssqlVersion::V2005 => 48,
        MssqlVersion::V2012 => 136,
    };
    sure(text.strip_prefix(mssql_tag(version)).is_some_and(|rest| is_hex(rest, digits)))
}

fn parse_mssql(raw: Raw<'_>, version: MssqlVersion) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(mssql_tag(version), "expected `0x` and the number of the algorithm")?;
    let field = cursor.last();
    let bytes = field.hex()?;
    let (salt, digest) = bytes
        .split_first_chunk::<4>()
        .ok_or(field.fault("expected four bytes of salt and the digest"))?;
    Stored::new(Mssql::new(version, *salt), digest.to_vec())
        .map(PasswordHash::Mssql)
        .ok_or(field.fault("the digest has not the length that this server writes"))
}

fn write_mssql(hash: &PasswordHash, version: MssqlVersion) -> Option<String> {
    let PasswordHash::Mssql(stored) = hash else { return None };
    let Mssql { version: of, salt } = stored.setting();
    let digits = hex(&[salt.as_bytes(), stored.digest().expose()].concat()).to_ascii_uppercase();
    (*of == version).then(|| format!("{}{digits}", mssql_tag(version)))
}

fn parse_oracle(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("S:", "expected `S:`")?;
    let field: Field<'_> = cursor.last();
    let mut digest = field.hex()?;
    if digest.len() != ShaVersion::Sha1.digest_len().saturating_add(ORACLE_SALT_BYTES) {
        return Err(field.fault("expected 20 bytes of digest and 10 of salt"));
    }
    let salt = Salt::from(digest.split_off(ShaVersion::Sha1.digest_len()));
    braces::sha(ShaVersion::Sha1, ShaLayout::PassSalt, salt, digest)
        .ok_or(field.fault("expected 20 bytes of digest and 10 of salt"))
}
