//! scrypt: as a PHC string, as crypt(3)'s `$7$`, and as hex with its costs in other columns.
//!
//! *Deviations*: `ln` is the logarithm (Kratos writes N there: another format); scrypt's output can be
//! cut without changing, so a PHC digest has 32 or 64 bytes, or says with `,l=<bytes>` behind `p` how
//! many it has (our addition, for hashes that come from elsewhere); `$7$` salts are text.
use crate::algorithm::{Scrypt, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{CRYPT, Cursor, Field, PADDED, PHC, hex, is_hex};

use super::ory::padded;

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "scrypt-phc",
        summary: "scrypt as a PHC string: passlib, RustCrypto, Go",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| if padded(text) { Claim::No } else { tagged(text, "$scrypt$ln=") },
        parse: parse_phc,
        write: Some(Write::Canonical(write_phc)),
        samples: &[Sample {
            password: "g_omv/BAW3#]g%",
            stored: "$scrypt$ln=9,r=4,p=3$V+sNY8OBrImz0ezybpPvFoX9SC5mcgWgyLGH8NJC66Q$09LHFRwomNzaetCW3CSgR0WUyKk5AtfW/dXCkzB1w88",
            side: &[],
            from: "passlib 1.7.4 scrypt ($scrypt$ln=log2N)",
        }],
    },
    Format {
        slug: "scrypt-7",
        summary: "scrypt in crypt(3) ($7$): libxcrypt, libsodium",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| tagged(text, "$7$"),
        parse: parse_7,
        write: Some(Write::Vendor(write_7)),
        samples: &[Sample {
            password: "![bg6c*NkZ",
            stored: "$7$8U..../....IDdd9LzRIocXkz$LkrrULtaHZhTvJ0VIy6tivSD0ipYfhKl.06fY9HfsG0",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra() $7$",
        }],
    },
    Format {
        slug: "scrypt-params",
        summary: "scrypt as hex, its costs beside it: Appwrite's import",
        strength: Strength::Legacy,
        needs: &["salt", "cost_cpu", "cost_memory", "cost_parallel", "length"],
        rarity: 6,
        claim: |text| if is_hex(text, 128) { Claim::Shaped } else { Claim::No },
        parse: parse_params,
        write: Some(Write::Vendor(write_params)),
        samples: &[Sample {
            password: "eEj]r4/o#w~W;",
            stored: "f7cdbb85672b72472323b392d6174a130fa9c3de762b5d556d5c65b32891f74960b8d62bc8a6973a4087b705fe9e59aad47d826f371fe1160471f614aa0c966a",
            side: &[
                ("salt", "68b5ffbde7acd5d82cc363c14917969d"),
                ("cost_cpu", "8"),
                ("cost_memory", "14"),
                ("cost_parallel", "1"),
                ("length", "64"),
            ],
            from: "utopia-php/auth 0f1a342b Scrypt (scrypt() = OpenSSL 3.0 EVP_PBE_scrypt)",
        }],
    },
];

/// Bytes of a digest that need no `l=`: what passlib, RustCrypto and Go write, and what Node does.
pub(super) const LENGTHS: [usize; 2] = [32, 64];

fn parse_phc(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$scrypt$ln=", "expected `$scrypt$ln=`")?;
    let log2 = cursor.until(',', "expected `,r=`")?;
    cursor.tag("r=", "expected `r=`")?;
    let block_r = cursor.until(',', "expected `,p=`")?.number_u32()?;
    cursor.tag("p=", "expected `p=`")?;
    let params = cursor.until('$', "expected `$` after p")?;
    let mut params = Cursor::within(params);
    let (parallel_p, len) = match params.rest().contains(',') {
        false => (params.last().number_u32()?, None),
        true => {
            let parallel_p = params.until(',', "expected `,l=`")?.number_u32()?;
            params.tag("l=", "expected `l=`")?;
            (parallel_p, Some(params.last().number()?))
        }
    };
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
    let digest = cursor.last();
    let bytes = digest.base64(&PHC)?;
    let fits = match len {
        Some(len) => !LENGTHS.contains(&bytes.len()) && u64::try_from(bytes.len()) == Ok(len),
        None => LENGTHS.contains(&bytes.len()),
    };
    if !fits {
        return Err(
            digest.fault("the digest has neither 32 nor 64 bytes, nor those that `l` gives")
        );
    }
    let n_log2 = u8::try_from(log2.number()?).map_err(|_| log2.fault("ln is at most 63"))?;
    finish((n_log2, block_r, parallel_p), salt, digest, bytes)
}

fn write_phc(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Scrypt(stored) = hash else { return None };
    let Scrypt { n_log2, block_r, parallel_p, salt, .. } = stored.setting();
    let (salt, digest) = (PHC.encode(salt.as_bytes()), PHC.encode(stored.digest().expose()));
    let len = match stored.digest().expose().len() {
        len if LENGTHS.contains(&len) => String::new(),
        len => format!(",l={len}"),
    };
    Some(format!("$scrypt$ln={n_log2},r={block_r},p={parallel_p}{len}${salt}${digest}"))
}

fn parse_7(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$7$", "expected `$7$`")?;
    let log2 = cursor.take(1, "expected the letter of N")?;
    let n_log2 = CRYPT.digit(log2.text).ok_or(log2.fault("N is not a crypt(3) letter"))?;
    let block_r = thirty_bits(cursor.take(5, "r has 5 letters")?)?;
    let parallel_p = thirty_bits(cursor.take(5, "p has 5 letters")?)?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.last();
    let bytes = digest.base64(&CRYPT)?;
    if bytes.len() != 32 {
        return Err(digest.fault("the digest has 43 letters"));
    }
    finish((n_log2, block_r, parallel_p), salt.bytes(), digest, bytes)
}

/// Five letters, lowest first.
fn thirty_bits(field: Field<'_>) -> Result<u32, ParseError> {
    let fault = || field.fault("not crypt(3) letters");
    field.text.char_indices().try_fold(0_u32, |number, (i, letter)| {
        let digit = CRYPT.digit(letter.encode_utf8(&mut [0; 4])).ok_or_else(fault)?;
        let shift = u32::try_from(i).map_err(|_| fault())?.saturating_mul(6);
        Ok(number | u32::from(digit).checked_shl(shift).ok_or_else(fault)?)
    })
}

fn parse_params(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let side = raw.side;
    let salt = Side::need(side.salt.as_deref(), "salt")?;
    let n = Side::need(side.cost_cpu, "cost_cpu")?;
    let narrow =
        |number: u64, rule| u32::try_from(number).map_err(|_| Field::whole(raw.text).fault(rule));
    let block_r =
        narrow(Side::need(side.cost_memory, "cost_memory")?, "cost_memory (r) is under 2^32")?;
    let parallel_p = narrow(
        Side::need(side.cost_parallel, "cost_parallel")?,
        "cost_parallel (p) is under 2^32",
    )?;
    let length = Side::need(side.length, "length")?;
    let text = Field::whole(raw.text);
    let digest = text.hex()?;
    if u64::try_from(digest.len()) != Ok(length) {
        return Err(text.fault("the digest has not the `length` given beside it"));
    }
    let n_log2 = power_of_two(n).ok_or(text.fault("cost_cpu (N) is a power of two from 2"))?;
    finish((n_log2, block_r, parallel_p), salt.as_bytes().to_vec(), text, digest)
}

/// The base-2 logarithm of a power of two.
pub(super) fn power_of_two(n: u64) -> Option<u8> {
    n.is_power_of_two().then(|| n.ilog2()).and_then(|log2| u8::try_from(log2).ok())
}

/// The checks of notations with padded base64, N itself and no field for the digest's length.
pub(super) fn finish_full(
    (n, block_r, parallel_p): (Field<'_>, u32, u32),
    salt: Vec<u8>,
    field: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    // The padding tells a whole digest from a cut one.
    let digest = field.base64(&PADDED)?;
    if !LENGTHS.contains(&digest.len()) {
        return Err(field.fault("the digest has neither 32 nor 64 bytes"));
    }
    let n_log2 = power_of_two(n.number()?).ok_or(n.fault("N is a power of two from 2"))?;
    finish((n_log2, block_r, parallel_p), salt, field, digest)
}

/// The checks that all notations share.
pub(super) fn finish(
    cost: (u8, u32, u32),
    salt: Vec<u8>,
    field: Field<'_>,
    digest: Vec<u8>,
) -> Result<PasswordHash, ParseError> {
    let setting = Scrypt::new(cost, salt, digest.len()).map_err(|rule| field.fault(rule))?;
    Stored::new(setting, digest)
        .map(PasswordHash::Scrypt)
        .ok_or(field.fault("the digest is missing"))
}

/// Setting and digest, if `hash` is scrypt with a digest of so many bytes.
pub(super) fn parts(hash: &PasswordHash, bytes: usize) -> Option<(&Scrypt, &[u8])> {
    let PasswordHash::Scrypt(stored) = hash else { return None };
    let digest = stored.digest().expose();
    (digest.len() == bytes).then(|| (stored.setting(), digest))
}

fn write_7(hash: &PasswordHash) -> Option<String> {
    let (Scrypt { n_log2, block_r, parallel_p, salt, .. }, digest) = parts(hash, 32)?;
    let salt = str::from_utf8(salt.as_bytes()).ok().filter(|salt| !salt.contains('$'))?;
    let (r, p) = (thirty_bits_text(*block_r)?, thirty_bits_text(*parallel_p)?);
    Some(format!("$7${}{r}{p}{salt}${}", CRYPT.letter(*n_log2)?, CRYPT.encode(digest)))
}

fn thirty_bits_text(number: u32) -> Option<String> {
    let letter = |shift: u32| CRYPT.letter(u8::try_from(number >> shift & 0x3f).ok()?);
    if number >> 30 == 0 { [0, 6, 12, 18, 24].into_iter().map(letter).collect() } else { None }
}

fn write_params(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Scrypt(stored) = hash else { return None };
    Some(hex(stored.digest().expose()))
}
