//! MySQL before 4.1: 16 hexadecimal digits. The canonical text is `{MYSQL323}` and the digits.
use crate::algorithm::{Mysql323, Stored};
use crate::format::{Claim, Format, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{Cursor, hex, is_hex};

const TAG: &str = "{MYSQL323}";

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "mysql323",
    summary: "MySQL before 4.1, OLD_PASSWORD()",
    strength: Strength::Broken,
    needs: &[],
    rarity: 4,
    claim: |text| match is_hex(text, 16) {
        true => Claim::Shaped,
        false => tagged(text, TAG),
    },
    parse: |raw| {
        let mut cursor = Cursor::new(raw.text);
        cursor.skip(TAG);
        let field = cursor.last();
        Stored::new(Mysql323, field.hex()?)
            .map(PasswordHash::Mysql323)
            .ok_or(field.fault("the hash has 16 hexadecimal digits"))
    },
    write: Some(Write::Both {
        canonical: |hash| Some(format!("{TAG}{}", digits(hash)?)),
        vendor: digits,
    }),
    samples: &[Sample {
        password: "m]E#U1kQd!>l#J578#Tg",
        stored: "5e0c98b42dd4148f",
        side: &[],
        from: "MariaDB 10.11.19 server OLD_PASSWORD()",
    }],
}];

fn digits(hash: &PasswordHash) -> Option<String> {
    match hash {
        PasswordHash::Mysql323(stored) => Some(hex(stored.digest().expose())),
        _ => None,
    }
}
