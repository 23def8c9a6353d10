//! What a text could be: candidates, ranked, each with its evidence.
use crate::algorithm::Cost;
use crate::error::ParseErrorKind;
use crate::format::{Claim, Format, Raw, Strength};
use crate::side::Side;
use core::fmt;

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

    /// Lower is likelier.
    fn rank(&self) -> (bool, bool, bool, bool, u8, &'static str) {
        let broken = self.evidence.iter().any(|e| matches!(e, Evidence::Breaks { .. }));
        let unfed = self.missing.contains(&"salt")
            || self.evidence.contains(&Evidence::Salt { used: false });
        let untagged = self.claim != Claim::Tagged;
        let unlike = !self.evidence.contains(&Evidence::Capitals);
        (untagged, broken, unfed, unlike, self.format.rarity, self.format.slug())
    }
}

/// A piece of evidence for or against a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The text carries the format's tag.
    Tag,
    /// The text has the length and the alphabet of the format, which others share.
    Shape {
        /// Length of the text, in bytes.
        bytes: usize,
        /// The alphabet.
        alphabet: &'static str,
    },
    /// The hexadecimal is in capitals, as systems of this format write it.
    Capitals,
    /// Every field is well-formed.
    Reads,
    /// A salt was given beside the text, and the format uses one (or not).
    Salt {
        /// Whether the format uses it.
        used: bool,
    },
    /// A rule of the format that the text breaks, and where.
    Breaks {
        /// Byte offset.
        at: usize,
        /// The rule.
        rule: &'static str,
    },
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag => f.write_str("carries the tag"),
            Self::Shape { bytes, alphabet } => write!(f, "{bytes} characters, {alphabet}"),
            Self::Capitals => f.write_str("in capitals, as this format is written"),
            Self::Reads => f.write_str("every field is well-formed"),
            Self::Salt { used: true } => f.write_str("a salt is given, and used"),
            Self::Salt { used: false } => f.write_str("a salt is given, but not used"),
            Self::Breaks { at, rule } => write!(f, "but at byte {at}: {rule}"),
        }
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
    // Beyond every limit there is nothing to say, and nothing that may cost time.
    if text.len() > crate::limits::Limits::OFFLINE.text_bytes_max {
        return Vec::new();
    }
    let mut candidates: Vec<_> = Format::all()
        .filter_map(|format| match format.claim(text) {
            Claim::No => None,
            claim => Some(candidate(format, claim, text, side)),
        })
        .collect();
    candidates.sort_by_key(Candidate::rank);
    candidates
}

fn candidate(format: &'static Format, claim: Claim, text: &str, side: &Side) -> Candidate {
    let mut evidence = vec![match claim {
        Claim::Tagged => Evidence::Tag,
        _ => Evidence::Shape { bytes: text.len(), alphabet: alphabet(text) },
    }];
    if claim == Claim::Shaped && in_capitals(text) && capitals(format) {
        evidence.push(Evidence::Capitals);
    }
    if side.salt.is_some() {
        evidence.push(Evidence::Salt { used: format.needs.contains(&"salt") });
    }
    let (mut missing, mut cost) = (Vec::new(), None);
    match (format.parse)(Raw { text, side }) {
        Ok(hash) => {
            evidence.push(Evidence::Reads);
            cost = Some(hash.cost());
        }
        Err(error) => match *error.kind() {
            ParseErrorKind::MissingSide { .. } => missing = unmet(format, side),
            ParseErrorKind::Malformed { at, rule } => evidence.push(Evidence::Breaks { at, rule }),
            _ => {}
        },
    }
    Candidate { format, claim, evidence, missing, cost }
}

/// Hexadecimal whose letters are all in capitals, and there are some.
fn in_capitals(text: &str) -> bool {
    let letters = text.bytes().any(|b| b.is_ascii_uppercase());
    letters && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
}

/// Whether the format's own system writes capitals, as its samples show.
fn capitals(format: &Format) -> bool {
    format.samples.iter().any(|sample| in_capitals(sample.stored))
}

fn unmet(format: &Format, side: &Side) -> Vec<&'static str> {
    let needs = format.needs.iter().copied();
    needs.filter(|key| side.given().all(|given| given != *key)).collect()
}

fn alphabet(text: &str) -> &'static str {
    let all = |test: fn(&u8) -> bool| text.as_bytes().iter().all(test);
    if all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        "lower-case hexadecimal"
    } else if all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')) {
        "upper-case hexadecimal"
    } else if all(u8::is_ascii_hexdigit) {
        "hexadecimal of mixed case"
    } else if all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')) {
        "base64"
    } else if all(u8::is_ascii_graphic) {
        "printable ASCII"
    } else {
        "other characters"
    }
}
