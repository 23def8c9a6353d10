//! What was measured: for who watches, for the README, for machines.
use crate::rows::{Measured, SCRYPT_MODIFIED};
use std::fmt::Write as _;
use std::fs;

/// The processor and the compiler.
pub(crate) fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let model = model.unwrap_or("a processor that does not tell its name");
    format!("{model} with {}; {}", vectors(), env!("RUSTC_VERSION"))
}

/// The peers, with their versions.
pub(crate) fn libraries() -> String {
    format!(
        "libxcrypt {}, OpenSSL {}, libsodium {}, libargon2 {}, aws-lc-sys {}",
        env!("LIBXCRYPT_VERSION"),
        env!("LIBCRYPTO_VERSION"),
        env!("LIBSODIUM_VERSION"),
        env!("LIBARGON2_VERSION"),
        locked("aws-lc-sys"),
    )
}

/// The widest vectors that hashlift finds here.
fn vectors() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            return "AVX-512";
        }
        if is_x86_feature_detected!("avx2") {
            return "AVX2";
        }
    }
    "the vectors that every one of its kind has"
}

/// The version of a crate that this bench is built with.
fn locked(name: &str) -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let entry = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).map(|(_, rest)| rest);
    entry.and_then(|rest| rest.split('"').next()).expect("what is linked is locked")
}

/// A line of the table for who watches; without figures, its head.
pub(crate) fn line(row: Option<&Measured>) -> String {
    let Some(row) = row else {
        return format!(
            "{:50} {:>10} {:>10}   {:12} {:>10} {:>10} {:>7} {:>8} {:>6}",
            "milliseconds for one verification",
            "median",
            "minimum",
            "peer",
            "median",
            "minimum",
            "times",
            "minima",
            "goal"
        );
    };
    let ms = |seconds: f64| format!("{:.*}", if seconds < 1e-3 { 4 } else { 2 }, seconds * 1e3);
    format!(
        "{:50} {:>10} {:>10}   {:12} {:>10} {:>10} {:>7.2} {:>8.2} {:>6.1}",
        row.label,
        ms(row.ours.median),
        ms(row.ours.least),
        row.peer_name,
        ms(row.peer.median),
        ms(row.peer.least),
        row.ratio(),
        row.peer.least / row.ours.least,
        row.goal
    )
}

/// A line for machines: verifications a second, ours and the peer's, and how many times that is.
pub(crate) fn ratio(row: &Measured) -> Option<String> {
    let (ours, peer) = (row.ours.rate(), row.peer.rate());
    (row.work != SCRYPT_MODIFIED)
        .then(|| format!("ratio\t{}\t{ours:.1}\t{peer:.1}\t{:.2}", row.work, row.ratio()))
}

/// The table as the README has it, and notes below it.
pub(crate) fn markdown(rows: &[Measured], notes: &[String]) -> String {
    let mut table = String::from(
        "| work | hashlift, a second | peer, a second | times the peer's speed |\n|---|--:|--:|--:|\n",
    );
    for row in rows {
        let (ours, peer) = (thousands(row.ours.rate()), thousands(row.peer.rate()));
        let (label, name, ratio) = (row.label, row.peer_name, row.ratio());
        let _ = writeln!(table, "| {label} | {ours} | {name}: {peer} | {ratio:.1} |");
    }
    let (machine, libraries) = (machine(), libraries());
    for note in notes {
        let _ = write!(table, "\n{note}.\n");
    }
    format!("{table}\nOne core, unless two are named. {machine}; {libraries}.\n")
}

/// Three digits that count, in groups of three.
fn thousands(rate: f64) -> String {
    if rate < 100.0 {
        return format!("{rate:.*}", usize::from(rate < 10.0) + 1);
    }
    let digits = format!("{rate:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const MARK: &str = "<!-- speed: made by `benches/peers/run --readme` -->\n";
const END: &str = "<!-- /speed -->\n";
const BEFORE: &str = "## Formats\n";
const SECTION: &str = "\
## Speed

A derivation is a chain of steps that leaves most of a core idle. `PasswordHash::verify_many` fills it
with the chains of other users, side by side in the vectors of the processor; a single `verify` keeps
its memory for the next. Against the best library in C for each, in turns in one process:

```sh
benches/peers/run                      # this table on your machine; --help says the rest
```

";
const PICTURE: &str = "
![Password checks a second on one core, against cost](docs/speed.svg)

";

/// Put the table into the README, in a section of its own if it has none yet.
pub(crate) fn into_readme(table: &str) -> Result<(), String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    fs::write(path, with_table(&readme, table)?).map_err(|error| format!("{path}: {error}"))
}

fn with_table(readme: &str, table: &str) -> Result<String, String> {
    if let Some((before, rest)) = readme.split_once(MARK) {
        let (_, after) = rest.split_once(END).ok_or(format!("no {END} in the README"))?;
        return Ok([before, MARK, table, END, after].concat());
    }
    let (before, after) =
        readme.split_once(BEFORE).ok_or(format!("no {BEFORE} in the README to stand before"))?;
    Ok([before, SECTION, MARK, table, END, PICTURE, BEFORE, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first run makes the section, later ones fill it; nothing else of the file changes.
    #[test]
    fn the_readme_has_one_table() {
        let bare = "# hashlift\n\n## Formats\n\nrows\n";
        let first = with_table(bare, "| old |\n").unwrap();
        assert!(
            first.starts_with("# hashlift\n\n## Speed\n")
                && first.ends_with("## Formats\n\nrows\n")
        );
        let second = with_table(&first, "| new |\n").unwrap();
        assert_eq!(second, first.replace("| old |", "| new |"));
        assert_eq!(
            with_table("# hashlift\n", ""),
            Err(format!("no {BEFORE} in the README to stand before"))
        );
    }

    #[test]
    fn figures_are_grouped() {
        let figures = [3.456, 45.67, 456.7, 28_000.4, 1_234_567.0];
        assert_eq!(figures.map(thousands), ["3.46", "45.7", "457", "28,000", "1,234,567"]);
    }
}
