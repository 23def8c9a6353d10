//! FSHP: `{FSHP<variant>|<bytes of salt>|<rounds>}` and base64 of salt and digest.
//!
//! *Format*: variants 0 to 3 are SHA-1, SHA-256, SHA-384, SHA-512; the tag in capitals. *Deviations*: none known.
use crate::algorithm::{Fshp, Salt, ShaVersion, Stored};
use crate::error::ParseError;
use crate::format::{Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{Cursor, PADDED};

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "fshp",
    summary: "FSHP: PBKDF1 with password and salt swapped",
    strength: Strength::Legacy,
    needs: &[],
    rarity: 7,
    claim: |text| tagged(text, "{FSHP"),
    parse,
    write: Some(Write::Canonical(write)),
    samples: &[
        Sample {
            password: "ZaD-%ASje*LL%s9",
            stored: "{FSHP0|16|1}IqIyypPbD2eXoqk9u1ldY3g//PxRln6OCYKII/ReEpG8Ya/m",
            side: &[],
            from: "passlib 1.7.4 fshp",
        },
        Sample {
            password: "qP+ma%Lj{wC%AG!~ktvKFe.TA7r-v=(#<+I1AR[gN._T#F6r8q6XCCgmd^H4 ad5pJF_p~mS",
            stored: "{FSHP1|16|480}lgTPLpawRfBfQhfBSrOtj+ofr8in5bFmgVZn/Rq/6sSQZU7g0j/KPTh+bPDsfV6c",
            side: &[],
            from: "passlib 1.7.4 fshp",
        },
    ],
}];

const VARIANTS: [(&str, ShaVersion); 4] = [
    ("0", ShaVersion::Sha1),
    ("1", ShaVersion::Sha256),
    ("2", ShaVersion::Sha384),
    ("3", ShaVersion::Sha512),
];

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("{FSHP", "expected `{FSHP`")?;
    let variant = cursor.until('|', "expected `|` after the variant")?;
    let length = cursor.until('|', "expected `|` after the length of the salt")?;
    let rounds = cursor.until('}', "expected `}` after the rounds")?;
    let field = cursor.last();
    let version = VARIANTS.iter().find(|(name, _)| *name == variant.text).map(|(_, of)| *of);
    let version = version.ok_or(variant.fault("the variant is none of 0, 1, 2, 3"))?;
    let mut salt = field.base64(&PADDED)?;
    let salt_len = usize::try_from(length.number()?).map_err(|_| length.fault("too long"))?;
    let fault = field.fault("expected as much salt as announced, and a digest of full length");
    if salt.len() < salt_len {
        return Err(fault);
    }
    let digest = salt.split_off(salt_len);
    Fshp::new(version, rounds.number_u32()?, Salt::from(salt))
        .and_then(|setting| Stored::new(setting, digest))
        .map(PasswordHash::Fshp)
        .ok_or(fault)
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Fshp(stored) = hash else { return None };
    let Fshp { version, rounds, salt } = stored.setting();
    let (variant, _) = VARIANTS.iter().find(|(_, of)| of == version)?;
    let (salt, digest) = (salt.as_bytes(), stored.digest().expose());
    let text = PADDED.encode(&[salt, digest].concat());
    Some(format!("{{FSHP{variant}|{}|{rounds}}}{text}", salt.len()))
}
