//! What a text could be: candidates, ranked, each with its evidence.
use crate::algorithm::Cost;
use crate::error::ParseErrorKind;
use crate::format::{Claim, Format, Raw, Strength};
use crate::side::Side;

mod column;
mod constant;
mod evidence;

pub use column::Neighbours;
pub use evidence::Evidence;

/// A possible reading of a text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Candidate {
    /// The format.
    pub format: &'static Format,
    /// Whether the text carries the format's tag or has its shape alone.
    pub claim: Claim,
    /// What speaks for this reading, and against it.
    pub evidence: Vec<Evidence>,
    /// The side data that a verification would still need, by the keys of [`Side`].
    pub missing: Vec<&'static str>,
    /// What a verification would cost, where the text tells.
    pub cost: Option<Cost>,
}

impl Candidate {
    /// How the format stands today.
    #[must_use]
    pub fn strength(&self) -> Strength {
        self.format.strength()
    }

    fn has(&self, test: impl Fn(&Evidence) -> bool) -> bool {
        self.evidence.iter().any(test)
    }

    fn breaks(&self) -> bool {
        self.has(|e| matches!(e, Evidence::Breaks { .. }))
    }

    /// Lower is likelier. Evidence counts in this order; how common the format is comes after it.
    fn rank(&self) -> ([bool; 9], u8, &'static str) {
        let untagged = self.claim != Claim::Tagged;
        let no_constant = !self.has(|e| matches!(e, Evidence::Constant { .. }));
        let not_fed = !self.has(|e| *e == Evidence::Beside);
        let no_neighbour = !self.has(|e| matches!(e, Evidence::Neighbours { .. }));
        let repeats = self.has(|e| *e == Evidence::Repeats { fits: false });
        let unfed = !self.missing.is_empty() || self.has(|e| *e == Evidence::Salt { used: false });
        let no_salt_length = !self.has(|e| matches!(e, Evidence::SaltLength { .. }));
        let other_case = self.has(|e| *e == Evidence::Case { fits: false });
        let flags = [
            untagged,
            self.breaks(),
            not_fed,
            no_constant,
            no_neighbour,
            repeats,
            unfed,
            other_case,
            no_salt_length,
        ];
        (flags, self.format.rarity, self.format.slug())
    }
}

/// What `text` could be, likeliest first.
///
/// A tagged text has its format first. A bare one has every format of its shape, the commonest
/// first; which of them it is, only the system it came from can say.
#[must_use]
pub fn identify(text: &str) -> Vec<Candidate> {
    identify_beside(text, &Side::NONE)
}

/// As [`identify`], with what stands beside the text: a salt makes salted readings likelier.
#[must_use]
pub fn identify_beside(text: &str, side: &Side) -> Vec<Candidate> {
    identify_among(text, side, &Neighbours::new())
}

/// As [`identify_beside`], with what the other texts of its column say.
#[must_use]
pub fn identify_among(text: &str, side: &Side, neighbours: &Neighbours) -> Vec<Candidate> {
    // Beyond every limit there is nothing to say, and nothing that may cost time.
    if text.len() > crate::limits::Limits::OFFLINE.text_bytes_max {
        return Vec::new();
    }
    let mut candidates = of_whole(text, side, neighbours);
    if candidates.iter().all(|it| it.claim != Claim::Tagged) && side.salt.is_none() {
        candidates.extend(of_joined(text, side, neighbours));
    }
    candidates.sort_by_key(Candidate::rank);
    tell_look_alikes(&mut candidates);
    candidates
}

fn of_whole(text: &str, side: &Side, neighbours: &Neighbours) -> Vec<Candidate> {
    Format::all()
        .filter_map(|format| match format.claim(text) {
            Claim::No if fed(format, side) => {
                let candidate = candidate(format, Claim::Shaped, text, side, neighbours);
                candidate.has(|e| *e == Evidence::Reads).then_some(candidate)
            }
            Claim::No => None,
            claim => Some(candidate(format, claim, text, side, neighbours)),
        })
        .collect()
}

/// Salted digests in hexadecimal, the salt joined on with a colon.
fn of_joined(text: &str, side: &Side, neighbours: &Neighbours) -> Vec<Candidate> {
    let Some((digest, salt)) = text.split_once(':') else { return Vec::new() };
    if salt.is_empty() || !digest.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Vec::new();
    }
    let side = Side { salt: Some(salt.to_owned()), ..side.clone() };
    let mut candidates = of_whole(digest, &side, neighbours);
    candidates.retain(|it| it.has(|e| *e == Evidence::Salt { used: true }));
    for candidate in &mut candidates {
        candidate.evidence.insert(0, Evidence::JoinedSalt { colon: digest.len() });
    }
    candidates
}

fn candidate(
    format: &'static Format,
    claim: Claim,
    text: &str,
    side: &Side,
    neighbours: &Neighbours,
) -> Candidate {
    let (mut evidence, mut missing, mut cost) = (Vec::new(), Vec::new(), None);
    match claim {
        Claim::Tagged => evidence.push(Evidence::Tag),
        _ => of_shape(format, text, &mut evidence),
    }
    let salted = format.needs.contains(&"salt");
    if let Some(salt) = &side.salt {
        evidence.push(Evidence::Salt { used: salted });
        if SALT_LENGTHS.iter().any(|(of, len)| *of == format.slug() && *len == salt.len()) {
            evidence.push(Evidence::SaltLength { bytes: salt.len() });
        }
    }
    if claim != Claim::Tagged {
        if let Some((format, percent)) = neighbours.successor_of(format) {
            evidence.push(Evidence::Neighbours { format, percent });
        } else if format.slug() == "lmhash" && neighbours.is_lm() {
            evidence.push(Evidence::Neighbours { format: "lmhash", percent: 100 });
        }
        if neighbours.repeats() {
            evidence.push(Evidence::Repeats { fits: !salted });
        }
    }
    if fed(format, side) {
        evidence.push(Evidence::Beside);
    }
    match (format.parse)(Raw { text, side }) {
        Ok(hash) => {
            evidence.push(Evidence::Reads);
            cost = Some(hash.cost());
        }
        Err(error) => match *error.kind() {
            ParseErrorKind::MissingSide { .. } => missing = unmet(format, side),
            ParseErrorKind::Malformed { at, rule } => {
                evidence.push(Evidence::Breaks { at, rule });
                evidence.extend(cut(format, text));
            }
            _ => {}
        },
    }
    Candidate { format, claim, evidence, missing, cost }
}

/// Whether all that a format needs is given, and it is more than a salt, which many need.
fn fed(format: &Format, side: &Side) -> bool {
    format.needs.len() > 1 && unmet(format, side).is_empty()
}

/// What the letters of a text without a tag say.
fn of_shape(format: &Format, text: &str, evidence: &mut Vec<Evidence>) {
    let alphabet = alphabet(text);
    evidence.push(Evidence::Shape { bytes: text.len(), alphabet });
    if let Some(upper) = case(text) {
        let usual = format.samples().iter().filter_map(|sample| case(sample.stored));
        let (mut any, mut fits) = (false, UPPER_TOO.contains(&format.slug()));
        for usual in usual {
            any = true;
            fits |= usual == upper;
        }
        if any {
            evidence.push(Evidence::Case { fits });
        }
    } else if alphabet == BASE64 {
        let letters = text.trim_end_matches('=');
        let padding = text.len().saturating_sub(letters.len());
        let bytes = letters.len().saturating_mul(3).wrapping_shr(2);
        evidence.push(Evidence::Base64 { bytes, padding });
    }
    evidence.extend(constant::password(format.slug(), text).map(|of| Evidence::Constant { of }));
}

/// Whether hexadecimal is in upper case; `None` where it is mixed, has no letters, or is none.
fn case(text: &str) -> Option<bool> {
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit());
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    let (upper, lower) = (has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase));
    (hex && upper != lower).then_some(upper)
}

/// Formats that tools write in either case.
static UPPER_TOO: &[&str] = &["lmhash", "nthash", "msdcc", "msdcc2"];

/// Lengths that systems give their salts.
static SALT_LENGTHS: &[(&str, usize)] = &[
    ("md5-salt-pass", 2),
    ("md5-pass-salt", 2),
    ("vbulletin", 3),
    ("vbulletin", 30),
    ("mybb-ipb", 5),
    ("mybb-ipb", 8),
    ("wcf1", 40),
    ("xenforo1-sha1", 40),
    ("xenforo1-sha256", 64),
    ("sha1-salt-sha1pass", 12),
    ("sha1-salt-sha1pass", 32),
];

/// Widths that people give columns of hashes.
const WIDTHS: [usize; 8] = [32, 40, 50, 60, 64, 100, 128, 255];

/// A text that breaks a rule, is as long as a column is wide, and shorter than any known of its kind.
fn cut(format: &Format, text: &str) -> Option<Evidence> {
    let shortest = format.samples().iter().map(|sample| sample.stored.len()).min()?;
    let width = WIDTHS.into_iter().find(|width| *width == text.len())?;
    (width < shortest).then_some(Evidence::Cut { width })
}

/// Readings that are all well-formed, and between which nothing outside the text decides either.
fn tell_look_alikes(candidates: &mut [Candidate]) {
    let possible: Vec<_> = candidates.iter().map(|it| (!it.breaks(), it.format.slug())).collect();
    for candidate in candidates {
        let slug = candidate.format.slug();
        if candidate.breaks() || candidate.has(|e| matches!(e, Evidence::Constant { .. })) {
            continue;
        }
        let others = possible.iter().filter(|(reads, other)| *reads && *other != slug);
        let others: Vec<_> = others.map(|(_, other)| *other).collect();
        if !others.is_empty() {
            candidate.evidence.push(Evidence::Alike { others });
        }
    }
}

fn unmet(format: &Format, side: &Side) -> Vec<&'static str> {
    let needs = format.needs.iter().copied();
    needs.filter(|key| side.given().all(|given| given != *key)).collect()
}

const BASE64: &str = "base64";

fn alphabet(text: &str) -> &'static str {
    let all = |test: fn(&u8) -> bool| text.as_bytes().iter().all(test);
    if all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        "lower-case hexadecimal"
    } else if all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')) {
        "upper-case hexadecimal"
    } else if all(u8::is_ascii_hexdigit) {
        "hexadecimal of mixed case"
    } else if all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')) {
        BASE64
    } else if all(u8::is_ascii_graphic) {
        "printable ASCII"
    } else {
        "other characters"
    }
}
