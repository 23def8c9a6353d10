//! `audit` and `wrap` on Parquet, as processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
mod common;
#[path = "common/parquet.rs"]
mod made;
#[path = "common/table.rs"]
mod table;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;
use common::{Ran, hashlift};
use made::{How, PYARROW, Values, file, texts};
use serde_json::{Value, json};
use std::path::PathBuf;
use table::CHEAP;

const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

/// The users of `users-pyarrow.parquet`.
const PEOPLE: [(&str, Option<&str>); 10] = [
    ("ada", Some("correct horse")),
    ("bob", Some("hunter2")),
    ("cyd", None),
    ("dan", Some("")),
    ("eve", Some("pässwörd")),
    ("fay", Some("hunter2")),
    ("gus", Some("tr0ub4dor&3")),
    ("hal", None),
    ("ivy", Some("iloveyou")),
    ("jan", Some("letmein")),
];

struct Folder {
    folder: tempfile::TempDir,
    old: PathBuf,
    new: PathBuf,
}

impl Folder {
    fn with(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("u.parquet"), folder.path().join("new.parquet"));
        std::fs::write(&old, bytes).unwrap();
        Self { folder, old, new }
    }

    fn audit(&self, more: &[&str]) -> Ran {
        let base = ["audit", self.old.to_str().unwrap(), "--json"];
        hashlift(&[&base[..], &CHEAP[..], more].concat(), "")
    }

    /// Wrap it; what was said, and the new file.
    fn wrap(&self, more: &[&str]) -> (Ran, Option<Vec<u8>>) {
        let before = std::fs::read(&self.old).unwrap();
        let (old, new) = (self.old.to_str().unwrap(), self.new.to_str().unwrap());
        let base = ["wrap", old, "--apply", "--json", "--output", new, "--rows", "4"];
        let ran = hashlift(&[&base[..], &CHEAP[..], more].concat(), "");
        assert!(std::fs::read(&self.old).unwrap() == before, "the input changed");
        let left = std::fs::read_dir(self.folder.path()).unwrap().count();
        assert_eq!(left, 1 + usize::from(self.new.exists()), "something is left behind");
        (ran, std::fs::read(&self.new).ok())
    }
}

/// All rows of a file, field by field.
fn rows(bytes: &[u8]) -> Vec<Vec<(String, Field)>> {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        row.get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect()
    });
    rows.collect()
}

/// One column of texts, whose groups' names lead to it.
fn column(bytes: &[u8], path: &[&str]) -> Vec<Option<Vec<u8>>> {
    fn find(fields: &[(String, Field)], path: &[&str]) -> Option<Vec<u8>> {
        let (_, field) = fields.iter().find(|(name, _)| name == path[0])?;
        match field {
            Field::Null => None,
            Field::Str(text) => Some(text.clone().into_bytes()),
            Field::Bytes(bytes) => Some(bytes.data().to_vec()),
            Field::Group(row) => {
                let fields =
                    row.get_column_iter().map(|(name, field)| (name.clone(), field.clone()));
                find(&fields.collect::<Vec<_>>(), &path[1..])
            }
            other => panic!("{other:?} is no text"),
        }
    }
    rows(bytes).iter().map(|row| find(row, path)).collect()
}

/// Each text takes its password and no other.
fn everyone_logs_in(logins: &[(String, &str)]) {
    let (mut input, mut expected) = (String::new(), Vec::new());
    for (text, password) in logins {
        for (password, verdict) in [((*password).to_owned(), true), (format!("{password}x"), false)]
        {
            input.push_str(&format!("{}\n", json!({ "hash": text, "password": password })));
            expected.push(json!({ "match": verdict }));
        }
    }
    let ran = hashlift(&["verify", "--jsonl"], input);
    assert_eq!((ran.code, ran.json()), (0, expected));
}

fn error(ran: &Ran) -> (i32, String, String) {
    let error = &ran.json()[0]["error"];
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (ran.code, text("kind"), text("message"))
}

#[test]
fn an_audit_of_parquet_says_what_an_audit_of_the_same_csv_says() {
    let folder = Folder::with(PYARROW);
    let more = ["--hash", "pw", "--format-column", "kind", "--id", "id"];
    let ran = folder.audit(&more);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let mut csv = "id,pw,kind\n".to_owned();
    let (hashes, kinds) = (column(PYARROW, &["pw"]), column(PYARROW, &["kind"]));
    for (at, (hash, kind)) in hashes.iter().zip(&kinds).enumerate() {
        let text = |cell: &Option<Vec<u8>>| String::from_utf8(cell.clone().unwrap_or_default());
        csv.push_str(&format!("{at},{},{}\n", text(hash).unwrap(), text(kind).unwrap()));
    }
    let file = folder.folder.path().join("u.csv");
    std::fs::write(&file, csv).unwrap();
    let base = ["audit", file.to_str().unwrap(), "--json"];
    let same = hashlift(&[&base[..], &CHEAP[..], &more[..4]].concat(), "");
    let figures = |ran: &Ran| {
        let mut report = ran.json().remove(0);
        let report = report.as_object_mut().unwrap();
        // Times differ from run to run.
        report.retain(|key, _| key != "seconds" && key != "forecast");
        Value::Object(report.clone())
    };
    assert_eq!(figures(&ran), figures(&same));
    assert_eq!(figures(&ran)["rows"], 10);
    assert_eq!(figures(&ran)["to_wrap"], 8);
}

#[test]
fn a_file_of_pyarrow_is_wrapped_and_everyone_logs_in_and_all_else_stays() {
    let (ran, new) = Folder::with(PYARROW).wrap(&["--hash", "pw", "--format", "kind"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let tally = &ran.json()[0]["tally"];
    assert_eq!((&tally["wrapped"], &tally["null"]), (&8.into(), &2.into()));
    let new = new.unwrap();
    let hashes = column(&new, &["pw"]);
    let logins = hashes.iter().zip(PEOPLE).filter_map(|(hash, (_, password))| {
        assert_eq!(hash.is_some(), password.is_some());
        Some((String::from_utf8(hash.clone()?).unwrap(), password?))
    });
    let logins: Vec<_> = logins.collect();
    assert!(logins.iter().all(|(text, _)| text.starts_with("$wrap$v=1$")));
    everyone_logs_in(&logins);
    let others = |bytes: &[u8]| {
        let rows = rows(bytes).into_iter();
        rows.map(|row| row.into_iter().filter(|(name, _)| name != "pw").collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    assert_eq!(others(&new), others(PYARROW));
    let meta = |bytes: &[u8]| {
        let bytes = bytes::Bytes::copy_from_slice(bytes);
        SerializedFileReader::new(bytes).unwrap().metadata().clone()
    };
    let (old, new) = (meta(PYARROW), meta(&new));
    let (old_file, new_file) = (old.file_metadata(), new.file_metadata());
    assert_eq!(new_file.schema(), old_file.schema());
    assert_eq!(new_file.key_value_metadata(), old_file.key_value_metadata());
    assert_eq!(new_file.created_by(), old_file.created_by());
    assert_eq!(new.num_row_groups(), 2);
    for (old, new) in old.row_groups().iter().zip(new.row_groups()) {
        assert_eq!(new.num_rows(), old.num_rows());
        for (old, new) in old.columns().iter().zip(new.columns()) {
            assert_eq!(new.compression(), old.compression());
            let hash = new.column_path().string() == "pw";
            let kept = if hash { None } else { old.statistics() };
            assert_eq!(new.statistics(), kept, "no hash in the statistics, and all others");
        }
    }
}

const USERS: &str = "message users {
    required int64 id;
    optional binary pw (UTF8);
    repeated int64 seen;
    optional binary note (UTF8);
}";

/// Rows of `USERS`: hashes of `password`, some NULL.
fn users(count: usize) -> [Values; 4] {
    let ids = (0..count).map(|at| i64::try_from(at).unwrap() * 1_000_003 - 5).collect();
    let hash = |at: usize| (at % 5 != 3).then(|| MD5.as_bytes().to_vec());
    let lists = (0..count).map(|at| (0..at % 4).map(|nth| (at * nth) as i64).collect());
    let note = |at: usize| (at % 3 != 1).then(|| format!("note {at}").into_bytes());
    [
        Values::Int(ids),
        Values::Texts((0..count).map(hash).collect()),
        Values::Lists(lists.collect()),
        Values::Texts((0..count).map(note).collect()),
    ]
}

#[test]
fn every_codec_and_encoding_is_wrapped_across_pages_and_row_groups() {
    for how in How::all() {
        let old = file(USERS, &users(23), how);
        let (ran, new) =
            Folder::with(&old).wrap(&["--hash", "pw", "--format", "md5", "--id", "id"]);
        assert_eq!(ran.code, 0, "{how:?} {}{}", ran.out, ran.err);
        assert_eq!(ran.json()[0]["tally"]["wrapped"], 19, "{how:?}");
        let new = new.unwrap();
        let (old, new) = (rows(&old), rows(&new));
        assert_eq!(old.len(), new.len(), "{how:?}");
        for (old, new) in old.iter().zip(&new) {
            for ((name, old), (_, new)) in old.iter().zip(new) {
                match (name.as_str(), old) {
                    ("pw", Field::Str(_)) => {
                        let Field::Str(text) = new else { panic!("{new:?}") };
                        assert!(text.starts_with("$wrap$v=1${MD5}"), "{how:?}");
                    }
                    _ => assert_eq!(old, new, "{how:?}"),
                }
            }
        }
    }
}

#[test]
fn a_hash_within_a_group_is_wrapped_and_a_group_that_is_not_there_stays_away() {
    let schema = "message users { optional group auth { required binary pw (UTF8); } }";
    let old = file(schema, &[texts(&[Some(MD5), None, Some(MD5)])], How::plain());
    let (ran, new) = Folder::with(&old).wrap(&["--hash", "auth.pw", "--format", "md5"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let new = new.unwrap();
    let there: Vec<_> = column(&new, &["auth", "pw"]).iter().map(Option::is_some).collect();
    assert_eq!(there, [true, false, true]);
    assert_eq!(rows(&new)[1], rows(&old)[1]);
}

#[test]
fn rows_that_cannot_be_read_are_refused_with_their_number_and_id_and_stay() {
    let long = vec![b'x'; 70_000];
    let cells = [
        Some(MD5.as_bytes().to_vec()),
        Some(b"\xff".to_vec()),
        Some(long),
        Some(b"nonsense".to_vec()),
        None,
        Some(MD5.as_bytes().to_vec()),
    ];
    let schema = "message users { required binary login; optional binary pw; }";
    let logins = ["a", "b", "c", "d", "e", "f"].map(Some);
    let old = file(schema, &[texts(&logins), Values::Texts(cells.to_vec())], How::plain());
    let folder = Folder::with(&old);
    let (ran, new) = folder.wrap(&["--hash", "pw", "--format", "md5", "--id", "login"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let answer = &ran.json()[0];
    assert_eq!(answer["tally"]["wrapped"], 2);
    let refused = answer["refused"].as_array().unwrap().iter();
    let refused: Vec<_> = refused.map(|row| (row["place"].clone(), row["rule"].clone())).collect();
    assert_eq!(refused[0], (json!("row 2, id \"b\""), json!("the value is not UTF-8")));
    assert_eq!(refused[1], (json!("row 3, id \"c\""), json!("the value is longer than 64 KiB")));
    assert_eq!(refused[2].0, json!("row 4, id \"d\""));
    let new = column(&new.unwrap(), &["pw"]);
    assert_eq!(new[1..5], cells[1..5]);
}

#[test]
fn what_cannot_be_a_column_of_hashes_is_refused_before_the_first_row() {
    let schema = "message users {
        required int64 id;
        optional binary pw (UTF8);
        required fixed_len_byte_array(16) raw;
        repeated int64 seen;
    }";
    let columns = [
        Values::Int(vec![1]),
        texts(&[Some(MD5)]),
        Values::Fixed(vec![vec![7; 16]]),
        Values::Lists(vec![vec![1, 2]]),
    ];
    let folder = Folder::with(&file(schema, &columns, How::plain()));
    for (args, code, kind, rule) in [
        (vec!["--hash", "id"], 2, "column", "the hash is a number, which loses digits"),
        (vec!["--hash", "raw"], 2, "column", "a fixed length, which a wrapped hash exceeds"),
        (vec!["--hash", "seen"], 2, "column", "it is a list; there must be one value to a row"),
        (vec!["--hash", "pw", "--salt", "raw"], 2, "column", "a fixed length"),
        (vec!["--hash", "pw", "--id", "seen"], 2, "column", "it is a list"),
        (vec!["--hash", "PW"], 4, "missing-column", "there is id, pw, raw, seen"),
        (vec!["--hash", "pw", "--where", "id = 1"], 2, "where", "for databases"),
    ] {
        let (ran, new) = folder.wrap(&args);
        let (have, said, message) = error(&ran);
        assert_eq!((have, said.as_str(), new), (code, kind, None), "{args:?} {message}");
        assert!(message.contains(rule), "{args:?} {message}");
    }
    // As an id, bytes of a fixed length are fine: UUIDs are such.
    assert_eq!(folder.audit(&["--hash", "pw", "--id", "raw,id"]).code, 0);
}

#[test]
fn a_file_without_rows_is_wrapped_to_one_without_rows() {
    let old = file(USERS, &users(0), How::plain());
    let (ran, new) = Folder::with(&old).wrap(&["--hash", "pw"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(rows(&new.unwrap()), rows(&old));
}

#[test]
fn a_file_that_is_cut_off_or_is_something_else_is_refused_and_nothing_is_written() {
    let whole = file(USERS, &users(5), How::plain());
    for bytes in [&whole[..whole.len() - 1], &whole[..200], b"PAR1", b"", b"id,pw\n1,x\n"] {
        let (ran, new) = Folder::with(bytes).wrap(&["--hash", "pw"]);
        let (code, kind, message) = error(&ran);
        assert_eq!((code, kind.as_str(), new), (3, "damaged", None), "{message}");
        let rule = "u.parquet: the footer: it does not end as a Parquet file does; was it cut off?";
        assert!(message.contains(rule), "{message}");
    }
}

#[test]
fn a_damaged_page_is_told_with_its_row_group_and_column() {
    // The first page begins behind the magic number, with its type.
    let mut bytes = file(USERS, &users(5), How::plain());
    assert_eq!(bytes[4..7], [0x15, 0, 0x15]);
    bytes[4] = 0x12;
    let (ran, new) = Folder::with(&bytes).wrap(&["--hash", "pw", "--id", "id"]);
    let (code, kind, message) = error(&ran);
    assert_eq!((code, kind.as_str(), new), (3, "damaged", None), "{message}");
    let rule = "u.parquet: row group 1, column \"id\": the header of a page is not well-formed. The \
                file is damaged, or was made to do harm: make it again";
    assert!(message.contains(rule), "{message}");
}
