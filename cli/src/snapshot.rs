//! Audits that are kept: `hashlift audit --save FILE`, read again by `status` and `report`.
use crate::exit::Failure;
use hashlift::Policy;
use hashlift::job::Report;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

/// What the file calls itself; another number, another shape.
const KIND: &str = "audit-1";
/// No audit is longer: 64 costs of each format, and a few hundred places.
const BYTES_MAX: u64 = 16 << 20;

/// An audit with its time, as it is written.
#[derive(Serialize)]
struct Kept<'a> {
    hashlift: &'static str,
    at: Timestamp,
    source: &'a str,
    policy: &'a Policy,
    report: &'a Report,
}

/// An audit with its time, as it is read: what the pictures need of it.
#[derive(Deserialize, Clone, Debug)]
pub(crate) struct Snapshot {
    hashlift: String,
    pub(crate) at: Timestamp,
    pub(crate) source: String,
    pub(crate) policy: Policy,
    pub(crate) report: Counts,
}

#[derive(Deserialize, Clone, Debug)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    pub(crate) null: u64,
    pub(crate) locked: u64,
    pub(crate) strong: u64,
    pub(crate) wrapped: u64,
    pub(crate) to_wrap: u64,
    pub(crate) to_tag: u64,
    pub(crate) invalid: u64,
    pub(crate) formats: Vec<FormatRows>,
    pub(crate) untagged: BTreeMap<String, u64>,
    pub(crate) first_invalid: Vec<Place>,
    pub(crate) shared_unsalted: Shared,
}

#[derive(Deserialize, Clone, Debug)]
pub(crate) struct FormatRows {
    pub(crate) format: String,
    pub(crate) strength: String,
    pub(crate) rows: u64,
    pub(crate) to_wrap: u64,
    pub(crate) costs: Costs,
}

#[derive(Deserialize, Clone, Debug)]
pub(crate) struct Costs {
    pub(crate) rows: Vec<CostRows>,
    pub(crate) others: u64,
}

#[derive(Deserialize, Clone, Debug)]
pub(crate) struct CostRows {
    pub(crate) rounds: u64,
    pub(crate) memory_kib: u64,
    pub(crate) rows: u64,
}

#[derive(Deserialize, Clone, Debug)]
pub(crate) struct Place {
    pub(crate) place: String,
    pub(crate) rule: String,
}

#[derive(Deserialize, Clone, Copy, Debug)]
pub(crate) struct Shared {
    pub(crate) rows: u64,
    pub(crate) exact: bool,
}

impl Counts {
    /// Rows that still hold a weak hash, bare or inside a strong one: what logins have to take out.
    pub(crate) fn left(&self) -> u64 {
        self.to_wrap.saturating_add(self.wrapped)
    }

    /// Rows to wrap whose format is one fast pass.
    pub(crate) fn broken(&self) -> u64 {
        let broken = self.formats.iter().filter(|row| row.strength == "broken");
        broken.fold(0, |sum, row| sum.saturating_add(row.to_wrap))
    }
}

impl Snapshot {
    /// An audit that was made just now.
    pub(crate) fn of(source: &str, policy: &Policy, report: &Report) -> Result<Self, Failure> {
        let kept = Kept { hashlift: KIND, at: now(), source, policy, report };
        let read = serde_json::to_value(&kept).and_then(serde_json::from_value);
        Ok(read.map_err(std::io::Error::from)?)
    }
}

/// Keep an audit in a file that appears when it is complete.
pub(crate) fn save(
    file: &Path,
    source: &str,
    policy: &Policy,
    report: &Report,
) -> Result<(), Failure> {
    let kept = Kept { hashlift: KIND, at: now(), source, policy, report };
    let mut text = serde_json::to_vec_pretty(&kept).map_err(std::io::Error::from)?;
    text.push(b'\n');
    write_whole(file, &text)
}

/// Write a file, or leave the old one.
pub(crate) fn write_whole(file: &Path, text: &[u8]) -> Result<(), Failure> {
    let fault =
        |error: std::io::Error| Failure::environment("io", format!("{}: {error}", file.display()));
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut new =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(fault)?;
    new.write_all(text).map_err(fault)?;
    new.persist(file).map_err(|error| fault(error.error))?;
    Ok(())
}

/// The present, to the second.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// A kept audit.
pub(crate) fn load(file: &Path) -> Result<Snapshot, Failure> {
    let name = file.display();
    let fault = |rule: &str| Failure::data("bad-audit", format!("{name}: {rule}"));
    let io = |error: std::io::Error| Failure::environment("io", format!("{name}: {error}"));
    let mut text = Vec::new();
    std::fs::File::open(file)
        .map_err(io)?
        .take(BYTES_MAX + 1)
        .read_to_end(&mut text)
        .map_err(io)?;
    if text.len() as u64 > BYTES_MAX {
        return Err(fault("over 16 MiB: not what `hashlift audit --save` writes"));
    }
    let snapshot: Snapshot = serde_json::from_slice(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        fault(&format!("line {line}, column {column}: not what `hashlift audit --save` writes"))
    })?;
    match snapshot.hashlift == KIND {
        true => Ok(snapshot),
        false => Err(fault("an audit of another version of hashlift; make a new one")),
    }
}

/// Kept audits of one table, in the order of their times.
pub(crate) fn load_all(files: &[std::path::PathBuf]) -> Result<Vec<Snapshot>, Failure> {
    let mut all = files.iter().map(|file| load(file)).collect::<Result<Vec<_>, _>>()?;
    all.sort_by_key(|snapshot| snapshot.at);
    if let [first, rest @ ..] = all.as_slice()
        && let Some(other) = rest.iter().find(|other| other.source != first.source)
    {
        let rule = format!(
            "these are audits of two tables, {} and {}; give those of one",
            first.source, other.source
        );
        return Err(Failure::usage("two-tables", rule));
    }
    Ok(all)
}
