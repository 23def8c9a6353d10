//! AIX: `{smd5}`, `{ssha1}`, `{ssha256}`, `{ssha512}`.
//!
//! *Format*: `{smd5}<salt>$<22>` is md5crypt without a magic, in its own letters; `{ssha256}<cost>$<salt>
//! $<digest>` is PBKDF2 with 2^cost rounds over the salt as it stands, the cost in two decimal digits. Its
//! letters are those of crypt(3), three bytes in four, the lowest bits first, and fewer for a last group
//! that is not full (see [`AixPbkdf2`]). *Source*: hashcat's modes 6300, 6400, 6500 and 6700.
use crate::algorithm::{AixPbkdf2, Md5CryptMagic, Prf, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{CRYPT, Cursor, Field};

use super::{bcrypt, crypt};

/// A row for a function of PBKDF2.
macro_rules! ssha {
    ($slug:literal, $tag:literal, $prf:expr, $samples:expr) => {
        Format {
            slug: $slug,
            summary: concat!("AIX' ", $tag, ": PBKDF2"),
            strength: Strength::Legacy,
            needs: &[],
            rarity: 6,
            claim: |text| claim(text, $tag),
            parse: |raw| parse(raw, $tag, $prf),
            write: Some(Write::Canonical(|hash| write(hash, $tag, $prf))),
            samples: $samples,
        }
    };
}

#[rustfmt::skip]
pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "aix-smd5",
        summary: "AIX' {smd5}: md5crypt without its magic",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| claim(text, SMD5),
        parse: parse_smd5,
        write: Some(Write::Canonical(|hash| {
            Some(format!("{SMD5}{}", crypt::write_md5(hash, Md5CryptMagic::Aix)?))
        })),
        samples: &[Sample { password: "hashcat", stored: "{smd5}a5/yTL/u$VfvgyHx1xUlXZYBocQpQY0", side: &[], from: "hashcat's example of mode 6300" }],
    },
    ssha!("aix-ssha1", "{ssha1}", Prf::Sha1, &[Sample { password: "hashcat", stored: "{ssha1}06$bJbkFGJAB30L2e23$dCESGOsP7jaIIAJ1QAcmaGeG.kr", side: &[], from: "hashcat's example of mode 6700" }]),
    ssha!("aix-ssha256", "{ssha256}", Prf::Sha256, &[Sample { password: "hashcat", stored: "{ssha256}06$aJckFGJAB30LTe10$ohUsB7LBPlgclE3hJg9x042DLJvQyxVCX.nZZLEz.g2", side: &[], from: "hashcat's example of mode 6400" }]),
    ssha!("aix-ssha512", "{ssha512}", Prf::Sha512, &[Sample { password: "hashcat", stored: "{ssha512}06$bJbkFGJAB30L2e23$bXiXjyH5YGIyoWWmEVwq67nCU5t7GLy9HkCzrodRCQCx3r9VvG98o7O3V0r9cVrX3LPPGuHqT5LLn0oGCuI1..", side: &[], from: "hashcat's example of mode 6500" }]),
];

const SMD5: &str = "{smd5}";

/// What LDAP has under the same names, in capitals or not, and base64 behind it.
pub(super) fn is_ours(text: &str) -> bool {
    let tags = [SMD5, "{ssha1}", "{ssha256}", "{ssha512}"];
    tags.iter().any(|tag| claim(text, tag) == Claim::Tagged)
}

fn claim(text: &str, tag: &str) -> Claim {
    match text.strip_prefix(tag).is_some_and(|rest| rest.contains('$')) {
        true => Claim::Tagged,
        false => Claim::No,
    }
}

fn parse_smd5(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(SMD5, "expected `{smd5}`")?;
    crypt::md5_fields(cursor, Md5CryptMagic::Aix)
}

fn parse(raw: Raw<'_>, tag: &str, prf: Prf) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this format")?;
    let cost = bcrypt::two_digits(cursor.until('$', "expected `$` after the cost")?)?;
    let salt = crypt::salt(&mut cursor)?;
    let digest = cursor.last();
    let setting = AixPbkdf2::new(prf, cost, salt.text);
    let setting = setting.ok_or(salt.fault("the cost before this is at most 31"))?;
    Stored::new(setting, decode(digest, prf.digest_len())?)
        .map(PasswordHash::Aix)
        .ok_or(digest.fault(RULE))
}

const RULE: &str = "the digest has not the letters that AIX gives this function";

fn decode(field: Field<'_>, len: usize) -> Result<Vec<u8>, ParseError> {
    let mut out = Vec::with_capacity(len);
    for letters in field.text.as_bytes().chunks(4) {
        let mut word = 0_u32;
        for (letter, shift) in letters.iter().zip([0, 6, 12, 18]) {
            word |= u32::from(CRYPT.value(*letter).ok_or(field.fault(RULE))?) << shift;
        }
        let [_, bytes @ ..] = word.to_be_bytes();
        let (kept, rest) =
            bytes.split_at_checked(letters.len().saturating_sub(1)).unwrap_or_default();
        if rest.iter().any(|byte| *byte != 0) {
            return Err(field.fault("the spare bits of a last group are not zero"));
        }
        out.extend_from_slice(kept);
    }
    if out.len() == len { Ok(out) } else { Err(field.fault(RULE)) }
}

fn encode(digest: &[u8]) -> String {
    let mut text = String::with_capacity(digest.len().saturating_mul(4).div_ceil(3));
    for bytes in digest.chunks(3) {
        let mut padded = [0; 4];
        padded.iter_mut().skip(1).zip(bytes).for_each(|(to, from)| *to = *from);
        let word = u32::from_be_bytes(padded);
        let letter = |shift: u32| CRYPT.letter(u8::try_from(word >> shift & 0x3f).ok()?);
        let letters = [0, 6, 12, 18].into_iter().take(bytes.len().saturating_add(1));
        text.extend(letters.filter_map(letter));
    }
    text
}

fn write(hash: &PasswordHash, tag: &str, prf: Prf) -> Option<String> {
    let PasswordHash::Aix(stored) = hash else { return None };
    let setting = stored.setting();
    let salt = str::from_utf8(setting.inner.salt.as_bytes()).ok()?;
    let digest = encode(stored.digest().expose());
    (setting.inner.prf == prf).then(|| format!("{tag}{:02}${salt}${digest}", setting.cost_log2))
}
