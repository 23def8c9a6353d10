//! PBKDF2 in the notations of single products: Atlassian, GRUB, ASP.NET Identity, and the two
//! `$p5k2$`.
//!
//! *Format*: `{PKCS5S2}` and base64 of 16 bytes of salt and 32 of digest (10,000 rounds of SHA-1);
//! `grub.pbkdf2.sha512.<rounds>.<HEX>.<HEX>`; base64 of `00 ‖ salt ‖ digest` (Identity 2: 1000 rounds
//! of SHA-1) or of `01 ‖ prf ‖ rounds ‖ salt length ‖ salt ‖ digest` with 32-bit big-endian numbers
//! (Identity 3); `$p5k2$<hex rounds>$…`, where
//! Cta's salts are URL-safe base64 and Dlitz' salt is the whole text before the digest.
//! *Deviations*: Identity's digest has exactly 32 bytes, as the framework writes it.
use crate::algorithm::{Pbkdf2, Prf, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{AB64, Cursor, Field, PADDED, URL, hex};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "atlassian-pkcs5s2",
        summary: "Atlassian: Jira, Confluence, Crowd, Bitbucket",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 2,
        claim: |text| tagged(text, "{PKCS5S2}"),
        parse: atlassian,
        write: Some(Write::Vendor(write_atlassian)),
        samples: &[Sample {
            password: "h=WvP {KHao",
            stored: "{PKCS5S2}NwWOdI05EYOPoVIm65rwzNuRFt93+p5KgZ9r2lehAQ4UfD802r4bvQZkzQT6wvXM",
            side: &[],
            from: "passlib 1.7.4 atlassian_pbkdf2_sha1",
        }],
    },
    Format {
        slug: "grub-pbkdf2-sha512",
        summary: "GRUB 2",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, "grub.pbkdf2.sha512."),
        parse: grub,
        write: Some(Write::Vendor(write_grub)),
        samples: &[Sample {
            password: "JV;1+/Nf~Cw",
            stored: "grub.pbkdf2.sha512.100.7625DCF9E69FF20BD90EF4EBD6E74453.92632ABE11432B5696858ECF3E25456EED35EEC534A60E8935B9DF694EAAFF1ED93770B1F7D20D5A076FE38595BAD556FC7F7E45578193EC8C4FFE926C798549",
            side: &[],
            from: "passlib 1.7.4 grub_pbkdf2_sha512",
        }],
    },
    Format {
        slug: "aspnet-identity-v2",
        summary: "ASP.NET Identity 2",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 2,
        claim: |text| match Field::whole(text).base64(&PADDED) {
            Ok(bytes) if text.len() == 68 && bytes.len() == 49 && bytes.first() == Some(&0) => {
                Claim::Shaped
            }
            _ => Claim::No,
        },
        parse: identity_v2,
        write: Some(Write::Vendor(write_identity_v2)),
        samples: &[
            Sample {
                password: ". SJ86)i} ?d",
                stored: "AHWT/TeFCt+GBG4LmOvXC1yV3b2Inf2zy9d2l/jDX1nLMJj9MLYt1//cg6zL9k7LEg==",
                side: &[],
                from: "npm asp-identity-pw 1.1.2",
            },
            Sample {
                password: "uS#4roP7UZNmTQPUa",
                stored: "AMXtBRC6oXKEeExkXYXUmarswDE+xJK5avQ5FaKmdwdgNESzqAT56G8yeJIMld7XpQ==",
                side: &[],
                from: "npm aspnet-identity-pw 1.0.2",
            },
        ],
    },
    Format {
        slug: "aspnet-identity-v3",
        summary: "ASP.NET Core Identity",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| tagged(text, "AQAAAA"),
        parse: identity_v3,
        write: Some(Write::Vendor(write_identity_v3)),
        samples: &[Sample {
            password: "il%k{0sn;S",
            stored: "AQAAAAEAACcQAAAAEHH4CJJ32tv1P02n5I+y4xFqggnU0nJTWioa7W3FTytI7ScaOTlnTKPBhveQyAti6g==",
            side: &[],
            from: "npm asp-identity-pw 1.1.2",
        }],
    },
    Format {
        slug: "cta-pbkdf2-sha1",
        summary: "Cryptacular's $p5k2$, padded base64",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 7,
        claim: |text| if text.ends_with('=') { tagged(text, P5K2) } else { Claim::No },
        parse: cta,
        write: Some(Write::Vendor(write_cta)),
        samples: &[Sample {
            password: "X1KTsw94E1",
            stored: "$p5k2$a$5Ja89jsN7gf4GcQn960M3Q==$dXW2rqu8XS-omzNrlq-9fVU2jqA=",
            side: &[],
            from: "passlib 1.7.4 cta_pbkdf2_sha1",
        }],
    },
    Format {
        slug: "dlitz-pbkdf2-sha1",
        summary: "Dwayne Litzenberger's $p5k2$, salted with its own text",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 7,
        claim: |text| if text.ends_with('=') { Claim::No } else { tagged(text, P5K2) },
        parse: dlitz,
        write: Some(Write::Vendor(write_dlitz)),
        samples: &[Sample {
            password: "AfOWA]n+lwtIWr!DA7r",
            stored: "$p5k2$64$KmRwC0WjeV9A$hBKhfooOu3FbZsev.nWrqABJXFKvJePh",
            side: &[],
            from: "passlib 1.7.4 dlitz_pbkdf2_sha1",
        }],
    },
];

const P5K2: &str = "$p5k2$";

fn finish(
    (prf, rounds): (Prf, u32),
    salt: Vec<u8>,
    digest: Vec<u8>,
    digest_len: usize,
    field: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    Pbkdf2::new(prf, rounds, salt, digest_len)
        .and_then(|setting| Stored::new(setting, digest))
        .map(PasswordHash::Pbkdf2)
        .ok_or(field.fault("no rounds, or a digest that has not the length it must have"))
}

fn atlassian(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("{PKCS5S2}", "expected `{PKCS5S2}`")?;
    let field = cursor.last();
    let mut salt = field.base64(&PADDED)?;
    if salt.len() != 48 {
        return Err(field.fault("expected 16 bytes of salt and 32 of digest"));
    }
    let digest = salt.split_off(16);
    finish((Prf::Sha1, 10_000), salt, digest, 32, field)
}

fn grub(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("grub.pbkdf2.sha512.", "expected `grub.pbkdf2.sha512.`")?;
    let rounds = cursor.until('.', "expected `.` after the rounds")?.number_u32()?;
    let salt = cursor.until('.', "expected `.` after the salt")?.hex()?;
    let digest = cursor.last();
    finish((Prf::Sha512, rounds), salt, digest.hex()?, 64, digest)
}

fn identity_v2(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let field = Field::whole(raw.text);
    let bytes = field.base64(&PADDED)?;
    match bytes.split_at_checked(17) {
        Some(([0, salt @ ..], digest)) => {
            finish((Prf::Sha1, 1000), salt.to_vec(), digest.to_vec(), 32, field)
        }
        _ => Err(field.fault("expected a zero byte, 16 bytes of salt and 32 of digest")),
    }
}

fn identity_v3(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let field = Field::whole(raw.text);
    let bytes = field.base64(&PADDED)?;
    let Some(([1, head @ ..], rest)) = bytes.split_first_chunk::<13>() else {
        return Err(field.fault("expected a byte of one and three numbers"));
    };
    let (numbers, _) = head.as_chunks::<4>();
    let [prf, rounds, salt_len] = *numbers else {
        return Err(field.fault("expected three numbers"));
    };
    let number = usize::try_from(u32::from_be_bytes(prf)).unwrap_or(usize::MAX);
    let prf = Prf::COMMON.get(number).copied();
    let prf = prf.ok_or(field.fault("the function is none of 0, 1, 2"))?;
    let salt_len = usize::try_from(u32::from_be_bytes(salt_len)).unwrap_or(usize::MAX);
    match rest.split_at_checked(salt_len) {
        Some((salt, digest)) if salt_len >= 16 => {
            let rounds = u32::from_be_bytes(rounds);
            finish((prf, rounds), salt.to_vec(), digest.to_vec(), 32, field)
        }
        _ => Err(field.fault("expected at least 16 bytes of salt, and all that are announced")),
    }
}

/// Rounds in lower-case hexadecimal without leading zeros.
fn hex_rounds(field: Field<'_>) -> Result<u32, ParseError> {
    let fault = || field.fault("expected the rounds in lower-case hexadecimal");
    let digits = field.text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !digits || field.text.starts_with('0') {
        return Err(fault());
    }
    u32::from_str_radix(field.text, 16).map_err(|_| fault())
}

fn cta(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(P5K2, "expected `$p5k2$`")?;
    let rounds = hex_rounds(cursor.until('$', "expected `$` after the rounds")?)?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&URL)?;
    let digest = cursor.last();
    finish((Prf::Sha1, rounds), salt, digest.base64(&URL)?, 20, digest)
}

fn dlitz(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(P5K2, "expected `$p5k2$`")?;
    let rounds = hex_rounds(cursor.until('$', "expected `$` after the rounds")?)?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let end = raw.text.len().saturating_sub(cursor.rest().len()).saturating_sub(1);
    let head = raw.text.get(..end).ok_or(salt.fault("expected the salt"))?;
    let digest = cursor.last();
    finish((Prf::Sha1, rounds), head.as_bytes().to_vec(), digest.base64(&AB64)?, 24, digest)
}

/// Setting and digest of a PBKDF2 hash.
fn parts(hash: &PasswordHash) -> Option<(&Pbkdf2, &[u8])> {
    let PasswordHash::Pbkdf2(stored) = hash else { return None };
    Some((stored.setting(), stored.digest().expose()))
}

fn write_atlassian(hash: &PasswordHash) -> Option<String> {
    let (Pbkdf2 { prf: Prf::Sha1, rounds: 10_000, salt, digest_len: 32 }, digest) = parts(hash)?
    else {
        return None;
    };
    let salt = salt.as_bytes();
    (salt.len() == 16).then(|| format!("{{PKCS5S2}}{}", PADDED.encode(&[salt, digest].concat())))
}

fn write_grub(hash: &PasswordHash) -> Option<String> {
    let (Pbkdf2 { prf: Prf::Sha512, rounds, salt, digest_len: 64 }, digest) = parts(hash)? else {
        return None;
    };
    let (salt, digest) = (hex(salt.as_bytes()), hex(digest));
    let fields = format!("{rounds}.{salt}.{digest}").to_ascii_uppercase();
    Some(format!("grub.pbkdf2.sha512.{fields}"))
}

fn write_identity_v2(hash: &PasswordHash) -> Option<String> {
    let (Pbkdf2 { prf: Prf::Sha1, rounds: 1000, salt, digest_len: 32 }, digest) = parts(hash)?
    else {
        return None;
    };
    let salt = salt.as_bytes();
    (salt.len() == 16).then(|| PADDED.encode(&[&[0], salt, digest].concat()))
}

fn write_identity_v3(hash: &PasswordHash) -> Option<String> {
    let (Pbkdf2 { prf, rounds, salt, digest_len: 32 }, digest) = parts(hash)? else { return None };
    let number = Prf::COMMON.iter().position(|known| known == prf)?;
    let salt = salt.as_bytes();
    let numbers = [u32::try_from(number).ok()?, *rounds, u32::try_from(salt.len()).ok()?];
    let numbers = numbers.map(u32::to_be_bytes);
    let text = PADDED.encode(&[&[1], numbers.as_flattened(), salt, digest].concat());
    (salt.len() >= 16).then_some(text)
}

fn write_cta(hash: &PasswordHash) -> Option<String> {
    let (Pbkdf2 { prf: Prf::Sha1, rounds, salt, digest_len: 20 }, digest) = parts(hash)? else {
        return None;
    };
    let url = |bytes| PADDED.encode(bytes).replace('+', "-").replace('/', "_");
    Some(format!("{P5K2}{rounds:x}${}${}", url(salt.as_bytes()), url(digest)))
}

/// The salt is the text before the digest: it must be one that this format writes.
fn write_dlitz(hash: &PasswordHash) -> Option<String> {
    let (Pbkdf2 { prf: Prf::Sha1, rounds, salt, digest_len: 24 }, digest) = parts(hash)? else {
        return None;
    };
    let head = str::from_utf8(salt.as_bytes()).ok()?;
    let salt = head.strip_prefix(&format!("{P5K2}{rounds:x}$"))?;
    (!salt.contains('$')).then(|| format!("{head}${}", AB64.encode(digest)))
}
