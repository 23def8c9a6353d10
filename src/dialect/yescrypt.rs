//! yescrypt (`$y$`) and gost-yescrypt (`$gy$`) in crypt(3).
//!
//! *Format*: `$y$<params>$<salt>$<43>`. The parameters are numbers of one letter or more: flavour, the
//! logarithm of N, r, then, if need be, one that says which of p, t, g and the size of a ROM follow.
//!
//! *Deviations*: a hash that was upgraded (g) or that needs a ROM is refused, as libxcrypt does; so are
//! parameters unknown to yescrypt 1.1, which libxcrypt skips.
use crate::algorithm::{STEPS, Stored, Yescrypt, YescryptFlavour, numbers_of_step};
use crate::error::ParseError;
use crate::format::{Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{CRYPT, Cursor};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "yescrypt",
        summary: "yescrypt ($y$): Debian, Ubuntu, Fedora and Arch today",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| tagged(text, "$y$"),
        parse: |raw| parse(raw, false),
        write: Some(Write::Canonical(|hash| write(hash, false))),
        samples: &[Sample {
            password: "ZkAY(m][!(j#?r/u",
            stored: "$y$j15$766C.D5A9A012A04$9I6EJfDm.KBqbtR/qNfhwjGSUP70TP.eTclq3yDx0GA",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra() $y$",
        }],
    },
    Format {
        slug: "gost-yescrypt",
        summary: "yescrypt under Streebog ($gy$): ALT Linux",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 7,
        claim: |text| tagged(text, "$gy$"),
        parse: |raw| parse(raw, true),
        write: Some(Write::Canonical(|hash| write(hash, true))),
        samples: &[Sample {
            password: "xFR[J,Fl3;(",
            stored: "$gy$j05$./46/4D9$s2jN4QL8DIuamP4XUgnGsnu6jw1y5UdH2yAiAzOi2Y4",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra() $gy$",
        }],
    },
];

/// The letters of a number: the first tells the step, and so how many follow.
fn number(cursor: &mut Cursor<'_>, least: u32) -> Result<u32, ParseError> {
    let rule = "expected a number in letters of crypt(3)";
    let field = cursor.take(1, rule)?;
    let first = u32::from(CRYPT.digit(field.text).ok_or(field.fault(rule))?);
    let mut number = least;
    for (step, (start, letters)) in STEPS.into_iter().enumerate() {
        let count = numbers_of_step(step);
        let next = STEPS.get(step.saturating_add(1)).map_or(64, |(start, _)| *start);
        if first >= next {
            number = number.saturating_add(count);
            continue;
        }
        let mut value = first.saturating_sub(start);
        for _ in 0..letters {
            let field = cursor.take(1, rule)?;
            let letter = u32::from(CRYPT.digit(field.text).ok_or(field.fault(rule))?);
            value = value << 6 | letter;
        }
        return Ok(number.saturating_add(value));
    }
    Err(field.fault(rule))
}

fn parse(raw: Raw<'_>, gost: bool) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(if gost { "$gy$" } else { "$y$" }, "expected the tag of yescrypt")?;
    let params = cursor.until('$', "expected `$` after the parameters")?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&CRYPT)?;
    let digest = cursor.last();

    let mut cursor = Cursor::within(params);
    let flavour = match number(&mut cursor, 0)? {
        0 => YescryptFlavour::Classic,
        1 => YescryptFlavour::Worm,
        0x2f => YescryptFlavour::ReadWrite,
        _ => return Err(params.fault("a flavour of yescrypt that no published code computes")),
    };
    let n_log2 = u8::try_from(number(&mut cursor, 1)?)
        .map_err(|_| params.fault("the logarithm of yescrypt's N is at most 63"))?;
    let block_r = number(&mut cursor, 1)?;
    let have = if cursor.rest().is_empty() { 0 } else { number(&mut cursor, 1)? };
    if have > 3 {
        return Err(params.fault("upgraded hashes (g) and hashes with a ROM are not taken"));
    }
    let parallel_p = if have & 1 == 0 { 1 } else { number(&mut cursor, 2)? };
    let time_t = if have & 2 == 0 { 0 } else { number(&mut cursor, 1)? };
    if !cursor.rest().is_empty() {
        return Err(cursor.fault("something follows the last parameter"));
    }
    let setting = Yescrypt::new(flavour, (n_log2, block_r, parallel_p, time_t), salt)
        .map_err(|rule| params.fault(rule))?;
    let setting = if gost { setting.with_gost() } else { setting };
    Stored::new(setting, digest.base64(&CRYPT)?)
        .map(PasswordHash::Yescrypt)
        .ok_or(digest.fault("the digest has 43 letters"))
}

fn write(hash: &PasswordHash, gost: bool) -> Option<String> {
    let PasswordHash::Yescrypt(stored) = hash else { return None };
    let (setting, digest) = (stored.setting(), CRYPT.encode(stored.digest().expose()));
    (setting.is_gost() == gost).then(|| format!("{}${digest}", setting.text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `yescrypt` crate has its own writer, after the published code.
    #[test]
    fn parameters_are_spelt_as_published() {
        let starts = STEPS.iter().enumerate().scan(0_u32, |sum, (step, _)| {
            *sum += numbers_of_step(step);
            Some(*sum)
        });
        let edges = starts.flat_map(|at| [at - 1, at, at + 1, at + 2, at + 3]).chain(1..200);
        for r in edges.filter(|r| (1..1 << 27).contains(r)) {
            for (p, t) in [(1, 0), (2, 0), (1, 1), (5, 3)] {
                let crates =
                    yescrypt::Params::new_with_all_params(yescrypt::Mode::Rw, 1 << 11, r, p, t, 0);
                let ours = Yescrypt::new(YescryptFlavour::ReadWrite, (11, r, p, t), vec![0; 3]);
                let text = ours.unwrap().text();
                assert_eq!(text, format!("$y${}$....", crates.unwrap()));
                let mut cursor = Cursor::new(&text);
                cursor.tag("$y$j8", "flavour and N").unwrap();
                assert_eq!(number(&mut cursor, 1).unwrap(), r);
            }
        }
        let texts = (0..64).map(|first| format!("{}zzzzz", CRYPT.letter(first).unwrap()));
        let mut numbers: Vec<u32> =
            texts.map(|text| number(&mut Cursor::new(&text), 0).unwrap()).collect();
        assert_eq!(numbers.pop(), Some(17_318_448 + (1 << 30) - 1), "the largest of all");
        assert!(numbers.is_sorted());
    }

    #[test]
    fn what_yescrypt_1_1_does_not_know_is_refused() {
        let digest = "9I6EJfDm.KBqbtR/qNfhwjGSUP70TP.eTclq3yDx0GA";
        let fault = |params: &str| {
            let text = format!("$y${params}$766C.D5A9A012A04${digest}");
            PasswordHash::parse(&text).err().map(|error| error.to_string())
        };
        assert_eq!(fault("j15"), None);
        for (params, rule) in [
            ("j953/2", "upgraded hashes (g)"),
            ("jC559", "with a ROM"),
            ("j15D", "upgraded hashes (g)"),
            ("j15.", "expected a number"),
            ("j15..0", "something follows"),
            ("015", "flavour"),
            (".15/.", "plain scrypt has no t"),
            ("j", "expected a number"),
            ("", "expected a number"),
            ("j1w", "expected a number"),
            ("js..5", "at most 63"),
            ("jz.....5", "at most 63"),
            ("jkD5", "from 2 to 2^63"),
        ] {
            let fault = fault(params).unwrap_or_default();
            assert!(fault.contains(rule), "{params}: {fault}");
        }
    }
}
