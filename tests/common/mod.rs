//! What the test files share: the known answers, and how to read one.
#![allow(dead_code, reason = "each test file uses its own part")]
use hashlift::{Format, Limits, ParseError, PasswordHash, Side};
use serde::Deserialize;

pub(crate) mod edges;

/// A record of `tests/vectors/*.jsonl`: an answer of an implementation that is not ours.
#[derive(Deserialize)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) scheme: String,
    pub(crate) hash: String,
    password: Option<String>,
    password_b64: Option<String>,
    #[serde(default)]
    pub(crate) side: Option<Side>,
    pub(crate) valid: bool,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

impl Record {
    pub(crate) fn format(&self) -> &'static Format {
        Format::named(&self.scheme).unwrap_or_else(|| panic!("no format {}", self.scheme))
    }

    pub(crate) fn password(&self) -> Vec<u8> {
        match (&self.password, &self.password_b64) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(b64)) => decode_base64(b64),
            (None, None) => panic!("{} has no password", self.id),
        }
    }

    pub(crate) fn side(&self) -> &Side {
        self.side.as_ref().unwrap_or(&Side::NONE)
    }

    pub(crate) fn parse(&self) -> Result<PasswordHash, ParseError> {
        PasswordHash::parse_beside(self.format(), &self.hash, self.side(), &Limits::DEFAULT)
    }
}

pub(crate) fn records(file: &str) -> Vec<Record> {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// A decoder of the tests' own, so that a fault in ours cannot hide behind itself.
pub(crate) fn decode_base64(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let values: Vec<usize> =
        text.trim_end_matches('=').chars().map(|c| letters.find(c).unwrap()).collect();
    let bits: Vec<usize> =
        values.iter().flat_map(|v| (0..6).rev().map(move |i| v >> i & 1)).collect();
    bits.chunks_exact(8).map(|b| b.iter().fold(0, |n, bit| n << 1 | *bit) as u8).collect()
}

/// A sample's side data.
pub(crate) fn side(sample: &hashlift::Sample) -> Side {
    Side::from_pairs(sample.side.iter().copied()).unwrap()
}

/// Every format with each of its samples.
pub(crate) fn samples() -> impl Iterator<Item = (&'static Format, &'static hashlift::Sample)> {
    Format::all().flat_map(|format| format.samples().iter().map(move |sample| (format, sample)))
}

/// A sample, read.
pub(crate) fn read(format: &'static Format, sample: &hashlift::Sample) -> PasswordHash {
    PasswordHash::parse_beside(format, sample.stored, &side(sample), &Limits::DEFAULT)
        .unwrap_or_else(|e| panic!("{format:?}: {e}: {}", sample.stored))
}
