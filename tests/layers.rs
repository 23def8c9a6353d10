//! The house has floors: a module may use the floors below its own, never one above nor a
//! neighbour. And what stands in one place must not turn up in another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test stops where it fails"
)]
use std::{fs, path::Path};

const FLOORS: &[&[&str]] = &[
    &["ct", "secret", "limits", "error"],
    &["text", "lanes"],
    &["algorithm"],
    &["hash"],
    &["side"],
    &["format"],
    &["dialect"],
    &["policy"],
    &["import", "diagnose", "pool"],
    &["registry", "job"],
];

/// Uses that the plan of the house allows although they stay on one floor: an error says which key
/// or limit it is about, and limits are enforced by an error.
const ALLOWED: &[(&str, &str)] = &[("error", "secret"), ("limits", "error")];

/// Every source file of the library: its module's name, its path and its text.
fn sources() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path(), &mut found);
    assert!(found.len() > 30);
    found
}

fn walk(dir: &Path, found: &mut Vec<(String, String, String)>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let relative = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let module = relative.split('/').nth(1).unwrap().trim_end_matches(".rs").to_owned();
            found.push((module, relative, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn floor(module: &str) -> usize {
    FLOORS
        .iter()
        .position(|floor| floor.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` has no floor: give it one in tests/layers.rs"))
}

/// The modules that `line` names behind `crate::`, in a `use` or in a path.
fn used(line: &str) -> Vec<&str> {
    let name =
        |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    line.match_indices("crate::")
        .filter(|(at, _)| !line[..*at].ends_with("$"))
        .flat_map(|(at, tag)| {
            let rest = &line[at + tag.len()..];
            match rest.strip_prefix('{') {
                Some(list) => list.split([',', '}']).map(str::trim).collect(),
                None => vec![rest],
            }
        })
        .map(|text| &text[..name(text)])
        .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        .collect()
}

/// A line without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

#[test]
fn no_module_reaches_upward_or_sideways() {
    let (mut climbs, mut steps) = (Vec::new(), 0);
    for (module, path, text) in sources().iter().filter(|(module, ..)| module != "lib") {
        // A multi-line `use crate::{` is joined into one line.
        let joined = text.replace("crate::{\n", "crate::{").replace(",\n    ", ", ");
        for name in joined.lines().flat_map(|line| used(code(line))) {
            steps += 1;
            let allowed = ALLOWED.contains(&(module, name));
            if name != module && !allowed && floor(name) >= floor(module) {
                climbs.push(format!("{path} uses {name}"));
            }
        }
    }
    assert!(climbs.is_empty(), "{climbs:#?}");
    assert!(steps > 100, "only {steps} uses were seen: the reader of this test is broken");
}

#[test]
fn the_reader_of_uses_sees_them_all() {
    assert_eq!(used("use crate::hash::PasswordHash;"), ["hash"]);
    assert_eq!(used("use crate::{error, limits::Limits};"), ["error", "limits"]);
    assert_eq!(
        used("    let x = crate::text::PADDED.encode(crate::ct::equal(a, b));"),
        ["text", "ct"]
    );
    assert_eq!(used("/// [`Limits`](crate::Limits)"), [""; 0]);
    assert_eq!(code("let a = 1; // crate::job"), "let a = 1; ");
}

#[test]
fn every_module_of_the_library_has_a_floor() {
    for (module, ..) in sources().iter().filter(|(module, ..)| module != "lib") {
        floor(module);
    }
}

#[test]
fn no_file_is_over_500_lines() {
    for (_, path, text) in sources() {
        assert!(text.lines().count() <= 500, "{path} has {} lines", text.lines().count());
    }
}

#[test]
fn secrets_are_compared_in_one_place() {
    for (_, path, text) in sources() {
        let lines = text.lines().map(code).enumerate();
        for (number, line) in lines {
            let place = format!("{path}:{}", number + 1);
            if path != "src/ct.rs" {
                assert!(!line.contains("ct_eq") && !line.contains("ConstantTimeEq"), "{place}");
                assert!(!line.contains("subtle::"), "{place}");
            }
            let tests_only = line.contains("assert");
            for compare in ["expose() ==", "expose() !=", "== digest", "digest() ==", ".digest =="]
            {
                assert!(tests_only || !line.contains(compare), "{place} compares by itself");
            }
        }
    }
    let (_, _, text) = sources().into_iter().find(|(_, path, _)| path == "src/ct.rs").unwrap();
    assert!(text.contains("ct_eq"), "the search finds what is there");
}

#[test]
fn digests_and_hashes_cannot_be_compared_by_operator() {
    for (_, path, text) in sources() {
        for (of, head) in [
            ("pub struct Digest", "src/algorithm/mod.rs"),
            ("pub struct Stored", "src/algorithm/mod.rs"),
            ("pub enum PasswordHash", "src/hash/mod.rs"),
            ("pub struct SecretBytes", "src/secret.rs"),
        ] {
            let Some(at) = text.find(of).filter(|_| path == head) else { continue };
            let derive = text[..at].rfind("#[derive").map_or("", |from| &text[from..at]);
            assert!(!derive.contains("PartialEq"), "{of} in {path}");
        }
        for name in ["Digest", "PasswordHash", "SecretBytes"] {
            assert!(!text.contains(&format!("PartialEq for {name}")), "{name} in {path}");
        }
    }
}

#[test]
fn the_library_needs_no_runtime_no_sql_and_no_command_line() {
    let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let names: Vec<&str> = section
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
        .collect();
    assert!(names.contains(&"sha2"), "the reader of this test is broken");
    for heavy in ["tokio", "clap", "sqlx", "axum", "hyper", "rayon", "indicatif", "openssl"] {
        assert!(!names.contains(&heavy), "{heavy}");
    }
}

#[test]
fn there_is_no_unsafe_code() {
    for (_, path, text) in sources() {
        let lines = text.lines().map(code);
        assert!(lines.into_iter().all(|line| !line.contains("unsafe ")), "{path}");
    }
    let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}
