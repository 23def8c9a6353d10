//! `audit --save`, `status` and `report`, as processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
mod common;
#[path = "common/table.rs"]
mod table;
use common::hashlift;
use std::path::{Path, PathBuf};

const MD5: &str = "144fa7eaa4904e8ee120651997f70dcc";
const BCRYPT: &str = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
const STRONG: &str = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1AKZHHCFFyWxSgoBS/BqgU8IddXDC9KWfdVNvVVbWH0";

/// A file of so many rows of each.
fn users(folder: &Path, md5: usize, strong: usize) -> PathBuf {
    let file = folder.join("users.csv");
    let mut text = String::from("hash\n");
    let rows = [(MD5, md5), (BCRYPT, 2), (STRONG, strong), ("*", 1), ("$2b$05$cut", 1), ("", 1)];
    for (hash, count) in rows {
        (0..count).for_each(|_| text.push_str(&format!("\"{hash}\"\n")));
    }
    std::fs::write(&file, text).unwrap();
    file
}

/// The count of a file, kept under a date.
fn keep(folder: &Path, date: &str, md5: usize, strong: usize) -> String {
    let file = users(folder, md5, strong);
    let kept = folder.join(format!("{date}.json"));
    let (file, kept) = (file.to_str().unwrap(), kept.to_str().unwrap().to_owned());
    let ran = hashlift(&["audit", file, "--hash", "hash", "--format", "md5", "--save", &kept], "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut value: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&kept).unwrap()).unwrap();
    value["at"] = format!("{date}T00:00:00Z").into();
    std::fs::write(&kept, value.to_string()).unwrap();
    kept
}

#[test]
fn kept_audits_become_one_page_that_needs_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let first = keep(folder.path(), "2026-01-01", 30, 10);
    let second = keep(folder.path(), "2026-01-11", 20, 20);
    let page = folder.path().join("page.html");
    // The order on the command line does not matter.
    let ran = hashlift(&["report", &second, &first, "-o", page.to_str().unwrap(), "--json"], "");
    assert_eq!((ran.code, &ran.json()[0]["audits"]), (0, &2.into()), "{}", ran.err);
    let page = std::fs::read_to_string(page).unwrap();
    for part in [
        "<h2>What to do next</h2>",
        "20 rows hold fast hashes",
        "1 rows cannot be read",
        "<td>md5</td><td>broken</td><td class=\"number\">20</td>",
        "22 rows still hold a weak hash; 1.0 a day lose theirs",
        "the last goes about 2026-02-02",
        "<polygon class=\"broken\"",
        "<td>line 45</td><td>bcrypt: at byte 7",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    for outside in ["<script", "http:", "https:", "url(", "@import", "src="] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(!page.contains(MD5) && !page.contains("CCCCCCCCCCCCCCCCCCCCC"));
}

#[test]
fn a_changed_audit_cannot_put_markup_into_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let kept = keep(folder.path(), "2026-01-01", 3, 1);
    let mut value: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&kept).unwrap()).unwrap();
    let evil = "<script>alert(1)</script>\"'";
    value["source"] = evil.into();
    value["report"]["formats"][0]["format"] = evil.into();
    value["report"]["formats"][0]["strength"] = evil.into();
    value["report"]["formats"][0]["costs"]["rows"] = serde_json::json!([{"rounds":1,"memory_kib":0,"rows":u64::MAX},{"rounds":2,"memory_kib":9,"rows":u64::MAX}]);
    value["report"]["first_invalid"][0]["place"] = evil.into();
    value["report"]["first_invalid"][0]["rule"] = evil.into();
    value["report"]["untagged"] = serde_json::json!({ evil: 18_446_744_073_709_551_615_u64 });
    value["report"]["wrapped"] = u64::MAX.into();
    value["report"]["to_wrap"] = u64::MAX.into();
    std::fs::write(&kept, value.to_string()).unwrap();
    let page = folder.path().join("page.html");
    let ran = hashlift(&["report", &kept, "-o", page.to_str().unwrap()], "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;"));
}

#[test]
fn what_is_no_kept_audit_is_refused_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let kept = keep(folder.path(), "2026-01-01", 3, 1);
    let text = std::fs::read_to_string(&kept).unwrap();
    let other = folder.path().join("other.json").to_str().unwrap().to_owned();
    let report = |changed: &str| {
        std::fs::write(&other, changed).unwrap();
        let page = folder.path().join("page.html");
        let ran = hashlift(&["report", &kept, &other, "-o", page.to_str().unwrap(), "--json"], "");
        assert!(!page.exists());
        (ran.code, ran.json()[0]["error"].clone())
    };
    let (code, error) = report("{}");
    assert_eq!((code, error["kind"].as_str()), (3, Some("bad-audit")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("other.json: line 1, column 2"), "{error}");
    let (code, error) = report(&text.replace("audit-1", "audit-9"));
    assert_eq!((code, error["kind"].as_str()), (3, Some("bad-audit")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("another version"), "{error}");
    let (code, error) = report(&text.replace("users.csv", "people.csv"));
    assert_eq!((code, error["kind"].as_str()), (2, Some("two-tables")), "{error}");
    let (code, error) = report(&" ".repeat((16 << 20) + 1));
    assert_eq!((code, error["kind"].as_str()), (3, Some("bad-audit")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("over 16 MiB"), "{error}");
}

#[test]
fn status_says_how_far_it_is_and_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let first = keep(folder.path(), "2026-01-01", 30, 10);
    let file = users(folder.path(), 20, 20);
    let file = file.to_str().unwrap();
    let kept = folder.path().join("now.json");
    let status = ["status", file, "--hash", "hash", "--format", "md5", "--trend", &first];
    let ran = hashlift(&[&status[..], &["--json", "--save", kept.to_str().unwrap()]].concat(), "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let said = &ran.json()[0];
    let numbers = ["hashes", "strong", "wrapped", "weak", "locked", "null", "invalid"];
    let numbers: Vec<u64> = numbers.iter().map(|name| said[name].as_u64().unwrap()).collect();
    assert_eq!(numbers, [42, 20, 0, 22, 1, 1, 1]);
    assert_eq!(said["trend"]["left"], 22);
    assert_eq!(said["formats"][0]["rows"], 20);
    assert!(kept.exists());
    let ran = hashlift(&status, "");
    assert!(ran.out.contains("47.6 %  strong: done"), "{}", ran.out);
    assert!(ran.out.contains("At this pace the last goes about"), "{}", ran.out);

    let ran = hashlift(&["status", file, "--hash", "hash", "--time", "seen", "--since", "May"], "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("a date such as 2026-01-31, or a whole number"), "{}", ran.err);
}

#[test]
fn status_counts_the_logins_since_a_date_by_what_they_left() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.db");
    let mut database = table::Database::open(&file);
    database.run("CREATE TABLE users (id INTEGER PRIMARY KEY, hash TEXT, seen TEXT, at INT)", &[]);
    for (hash, seen, at) in [
        (STRONG, "2026-05-02", "200"),
        (STRONG, "2026-06-01 10:00:00", "300"),
        (BCRYPT, "2026-05-01", "100"),
        (BCRYPT, "2026-04-30 23:59:59", "99"),
        (STRONG, "2026-04-01", "50"),
    ] {
        let insert = "INSERT INTO users (hash, seen, at) VALUES (?, ?, CAST(? AS INT))";
        database.run(insert, &[Some(hash), Some(seen), Some(at)]);
    }
    let source = format!("sqlite:{}", file.display());
    let status = ["status", &source, "--table", "users", "--hash", "hash", "--time"];
    for more in [["seen", "--since", "2026-05-01"], ["at", "--since", "100"]] {
        let ran = hashlift(&[&status[..], &more, &["--json"]].concat(), "");
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let logins = &ran.json()[0]["logins"];
        assert_eq!(
            (&logins["rows"], &logins["upgraded"], &logins["weak"]),
            (&3.into(), &2.into(), &1.into())
        );
        let ran = hashlift(&[&status[..], &more].concat(), "");
        assert!(
            ran.out.contains("2 of them have a strong hash, 1 a weak one still"),
            "{}",
            ran.out
        );
    }
    let ran = hashlift(&[&status[..], &["gone", "--since", "2026-05-01", "--json"]].concat(), "");
    assert_eq!((ran.code, ran.json()[0]["error"]["kind"].as_str()), (4, Some("missing-column")));
}
