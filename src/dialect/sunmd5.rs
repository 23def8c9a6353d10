//! SunMD5 (`$md5$`) in crypt(3) of Solaris and libxcrypt.
//!
//! *Format*: `$md5[,rounds=<n>]$<salt>$[$]<22>`. With `$$` before the digest the salt that is hashed ends
//! in `$`; with one `$` ("bare") it does not, and the digest is another.
//!
//! *Deviations*: as libxcrypt and passlib, `rounds=0` is refused; that is spelt by leaving it out.
use super::crypt::{self, MD5_ORDER};
use crate::algorithm::{Stored, SunMd5};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{CRYPT, Cursor};

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "sunmd5",
    summary: "SunMD5 ($md5$): Solaris 9 and 10",
    strength: Strength::Legacy,
    needs: &[],
    rarity: 6,
    claim,
    parse,
    write: Some(Write::Canonical(write)),
    samples: &[
        Sample {
            password: "%bV1=-(+cO?2^PmsDWA",
            stored: "$md5$ZDniviT7$YfLB26j1TxPeeiASomrX11",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra() $md5",
        },
        Sample {
            password: "$:|{}%\\\"'`&<>,;=1w@*0",
            stored: "$md5$9bR/0ZrM$$cUZFpcoa33q8RE4nBKLzl.",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra() $md5",
        },
        Sample {
            password: "  R*LMlkh4 ",
            stored: "$md5,rounds=10$shn4/iUS$nWUzqqr56pEoGhnFOILbv/",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra() $md5",
        },
    ],
}];

/// Ory Kratos has a `$md5$` too: base64 with padding, or `pf=` and a salt of its own.
fn claim(text: &str) -> Claim {
    let Some(rest) = text.strip_prefix("$md5") else { return Claim::No };
    if rest.starts_with(",rounds=") {
        return Claim::Tagged;
    }
    match rest.strip_prefix('$').and_then(|rest| rest.split_once('$')) {
        Some((salt, _)) if salt.bytes().all(|b| CRYPT.value(b).is_some()) => Claim::Tagged,
        _ => Claim::No,
    }
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$md5", "expected `$md5`")?;
    let rounds = match cursor.skip(",rounds=") {
        false => 0,
        true => {
            let rounds = cursor.until('$', "expected `$` after the rounds")?;
            match rounds.number_u32()? {
                0 => return Err(rounds.fault("no rounds are spelt by leaving them out")),
                number => number,
            }
        }
    };
    if !raw.text.starts_with("$md5,") {
        cursor.tag("$", "expected `$` before the salt")?;
    }
    let salt = cursor.until('$', "expected `$` after the salt")?;
    if !salt.text.bytes().all(|b| CRYPT.value(b).is_some()) {
        return Err(salt.fault("a salt of SunMD5 has letters of crypt(3) alone"));
    }
    let bare = !cursor.skip("$");
    let setting = SunMd5::new(rounds, salt.text, bare)
        .ok_or(salt.fault("the rounds are under 2^32 - 4096"))?;
    let digest = cursor.last();
    Stored::new(setting, crypt::digest(digest, MD5_ORDER)?)
        .map(PasswordHash::SunMd5)
        .ok_or(digest.fault("the digest has 22 letters"))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::SunMd5(stored) = hash else { return None };
    let setting = String::from_utf8(stored.setting().text()).ok()?;
    let digest = crypt::encode(stored.digest().expose(), MD5_ORDER);
    Some(format!("{setting}${digest}"))
}
