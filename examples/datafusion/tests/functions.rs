//! What the functions promise, on the sample: `data/users.csv`, whose passwords, and who made each
//! hash, stand in `data/passwords.csv`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};
use datafusion::prelude::SessionContext;
use hashlift::job::Job;
use hashlift::{KeyId, Keyring, Limits, PasswordHash, Policy};
use hashlift_datafusion::{AUDIT, WHY, WRAP, all_texts, context, functions};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const USERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/users.csv");
const PASSWORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/passwords.csv");

/// A context with the sample. Where a test makes many hashes, its policy is cheap.
async fn sample(policy: Policy) -> SessionContext {
    let context = context(2, Job::new(policy)).unwrap();
    context.register_csv("users", USERS, all_texts()).await.unwrap();
    context.register_csv("passwords", PASSWORDS, all_texts()).await.unwrap();
    context
}

async fn batches(context: &SessionContext, sql: &str) -> Vec<RecordBatch> {
    context.sql(sql).await.unwrap().collect().await.unwrap()
}

/// All cells as texts, NULL as `None`.
async fn rows(context: &SessionContext, sql: &str) -> Vec<Vec<Option<String>>> {
    let options = FormatOptions::default();
    let mut rows = Vec::new();
    for batch in batches(context, sql).await {
        let columns: Vec<_> = batch.columns().iter().collect();
        let cell = |column: &dyn Array, at| {
            let shown = ArrayFormatter::try_new(column, &options).unwrap();
            column.is_valid(at).then(|| shown.value(at).to_string())
        };
        rows.extend(
            (0..batch.num_rows()).map(|at| {
                columns.iter().map(|column| cell(column.as_ref(), at)).collect::<Vec<_>>()
            }),
        );
    }
    rows
}

/// The first column of each row, and the second.
async fn pairs(context: &SessionContext, sql: &str) -> BTreeMap<String, Option<String>> {
    let rows = rows(context, sql).await.into_iter();
    rows.map(|mut row| (row[0].take().unwrap(), row[1].take())).collect()
}

#[tokio::test]
async fn every_wrapped_row_takes_its_password_and_no_other() {
    let context = sample(Policy::OWASP).await;
    let sql = "SELECT password, hash, hashlift_wrap(hash, format) \
               FROM users JOIN passwords ON users.id = passwords.id";
    let rows = rows(&context, sql).await;
    assert_eq!(rows.len(), 19);
    let mut wrapped = 0;
    for row in rows {
        let [Some(password), Some(old), Some(new)] = row.as_slice() else { panic!("{row:?}") };
        let hash = PasswordHash::parse(new).unwrap();
        assert_eq!(hash.verify(password), Ok(true), "{password}");
        assert_eq!(hash.verify(format!("{password}x")), Ok(false), "{password}");
        assert_eq!(new.starts_with("$wrap$v=1$") && new.contains("$m=19456,t=2,p=1$"), new != old);
        wrapped += usize::from(new != old);
    }
    assert_eq!(wrapped, 17);
}

#[tokio::test]
async fn what_may_stay_comes_back_as_it_was_and_nothing_is_said_of_it() {
    let context = sample(Policy::OWASP).await;
    let sql = "SELECT hashlift_identify(hash, format), count(*) FROM users \
               WHERE hashlift_wrap(hash, format) = hash AND hashlift_why(hash, format) IS NULL \
               GROUP BY 1";
    let stays = pairs(&context, sql).await;
    let one = || Some("1".to_owned());
    let want = [("argon2id", one()), ("locked", one()), ("wrapped", one())];
    assert_eq!(stays, BTreeMap::from(want.map(|(slug, rows)| (slug.to_owned(), rows))));
}

#[tokio::test]
async fn what_is_null_stays_null() {
    let context = sample(Policy::OWASP).await;
    let all = "hashlift_identify(hash, format), hashlift_wrap(hash, format), \
               hashlift_why(hash, format), hashlift_identify(hash), hashlift_wrap(hash), \
               hashlift_why(hash)";
    let sql = format!("SELECT {all} FROM users WHERE hash IS NULL");
    assert_eq!(rows(&context, &sql).await, [vec![None; 6]]);
    let sql = "SELECT hashlift_identify(NULL), hashlift_wrap(NULL), hashlift_why(NULL)";
    assert_eq!(rows(&context, sql).await, [vec![None; 3]]);
}

#[tokio::test]
async fn what_cannot_be_read_comes_back_as_it_was_and_why_tells() {
    let context = sample(Policy::OWASP).await;
    let whys = pairs(&context, WHY).await;
    let ids: Vec<_> = whys.keys().map(String::as_str).collect();
    assert_eq!(ids, ["0022", "0023", "0024", "0025"]);
    let why = |id: &str| whys[id].as_deref().unwrap();
    let untagged = "untagged: the text carries no tag; name its format, one of: ";
    assert!(why("0022").starts_with(untagged), "{}", why("0022"));
    assert!(why("0022").contains(" md5 "), "{}", why("0022"));
    assert!(why("0023").starts_with("malformed: bcrypt: at byte "), "{}", why("0023"));
    assert_eq!(why("0024"), "row: the row names a format that is not known");
    assert_eq!(
        why("0025"),
        "missing-side: vbulletin: the format needs `salt` from another column; pass it as side data"
    );
    let sql = "SELECT id, hash = hashlift_wrap(hash, format) FROM users WHERE id > '0021'";
    let same = pairs(&context, sql).await;
    assert!(same.len() == 4 && same.values().all(|it| it.as_deref() == Some("true")), "{same:?}");
}

#[tokio::test]
async fn a_text_that_is_too_long_once_wrapped_comes_back_as_it_was_and_why_tells() {
    let text = "$1$QJB7lZm6$6OwXfPFRCG0UIj1SK0Mnk0";
    let mut job = Job::new(Policy::OWASP);
    job.limits.text_bytes_max = text.len() + 20;
    let context = context(1, job).unwrap();
    let sql = format!("SELECT hashlift_wrap(t) = t, hashlift_why(t) FROM (SELECT '{text}' AS t)");
    let [row] = &rows(&context, &sql).await[..] else { panic!("one row") };
    assert_eq!(row[0].as_deref(), Some("true"));
    let why = row[1].as_deref().unwrap();
    assert!(why.starts_with("unreadable-when-wrapped: "), "{why}");
}

#[tokio::test]
async fn the_column_of_formats_counts_row_by_row() {
    let context = sample(Policy::OWASP).await;
    let sql = "SELECT id, hashlift_identify(hash, format) FROM users WHERE format <> ''";
    let slugs = pairs(&context, sql).await;
    let slugs: Vec<_> = slugs.iter().map(|(id, slug)| (id.as_str(), slug.as_deref())).collect();
    let want = [
        ("0001", Some("md5")),
        ("0002", Some("sha1")),
        ("0003", Some("sha256")),
        ("0004", Some("sha3-256")),
        ("0005", Some("joomla-md5")),
        ("0007", Some("bcrypt")),
        ("0024", None),
        ("0025", Some("md5")),
    ];
    assert_eq!(slugs, want);
    // As people write it: another case, `_` for `-`.
    let sql = "SELECT hashlift_identify(hash, 'SHA3_256') FROM users WHERE id = '0004'";
    assert_eq!(rows(&context, sql).await, [[Some("sha3-256".to_owned())]]);
}

#[tokio::test]
async fn all_three_types_of_text_are_taken_and_given_back() {
    let context = sample(Policy::OWASP.with_costs(8, 1, 1)).await;
    let types = [DataType::Utf8, DataType::LargeUtf8, DataType::Utf8View];
    for kind in &types {
        let hash = format!("arrow_cast(hash, '{kind}')");
        let sql = format!(
            "SELECT id, hashlift_wrap({hash}), hashlift_identify({hash}), hashlift_why({hash}) \
             FROM users WHERE id IN ('0006', '0021', '0023')"
        );
        for batch in batches(&context, &sql).await {
            assert_eq!(batch.column(1).data_type(), kind);
        }
        let mut rows = rows(&context, &sql).await;
        rows.sort();
        assert!(rows[0][1].as_deref().unwrap().starts_with("$wrap$v=1$$P$"), "{rows:?}");
        assert_eq!(rows[0][2].as_deref(), Some("phpass"));
        assert_eq!(rows[1][1..], [None, None, None]);
        assert!(rows[2][3].as_deref().unwrap().starts_with("malformed: "), "{rows:?}");
        // The two arguments may be of different types.
        for other in &types {
            let sql = format!(
                "SELECT hashlift_identify({hash}, arrow_cast(format, '{other}')) \
                 FROM users WHERE id = '0004'"
            );
            assert_eq!(self::rows(&context, &sql).await, [[Some("sha3-256".to_owned())]]);
        }
    }
}

/// The function that it stands for, and how many rows it was asked for.
struct Counted(ScalarUDF, Arc<AtomicUsize>);

impl ScalarUDFImpl for Counted {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.0.return_type(arguments)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.1.fetch_add(args.number_rows, Ordering::Relaxed);
        self.0.invoke_with_args(args)
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Counted {}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[tokio::test]
async fn a_row_is_wrapped_once_however_often_the_query_names_it() {
    let cheap = || Policy::OWASP.with_costs(8, 1, 1);
    let context = sample(cheap()).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let mut all = functions(Job::new(cheap())).into_iter();
    let wrap = all.find(|function| function.name() == "hashlift_wrap").unwrap();
    context.register_udf(ScalarUDF::from(Counted(wrap, Arc::clone(&asked))));

    let inner = "SELECT id, hash, hashlift_wrap(hash, format) AS new FROM users";
    for (sql, rows_asked) in [
        (format!("SELECT new, new AS again FROM ({inner})"), 25),
        (format!("SELECT new, new AS again FROM ({inner}) WHERE new <> hash"), 25),
        (format!("SELECT new, new AS again FROM ({inner} WHERE id < '0009') WHERE new <> hash"), 8),
        (format!("SELECT new, new AS again FROM ({inner}) ORDER BY new LIMIT 3"), 25),
        (WRAP.to_owned(), 25),
    ] {
        asked.store(0, Ordering::Relaxed);
        let rows = rows(&context, &sql).await;
        assert_eq!(asked.load(Ordering::Relaxed), rows_asked, "{sql}");
        assert!(sql == WRAP || rows.iter().all(|row| row[0] == row[1]), "{sql}");
    }
}

#[tokio::test]
async fn the_optimiser_gives_each_row_a_salt_of_its_own() {
    let context = sample(Policy::OWASP.with_costs(8, 1, 1)).await;
    let wrap = "hashlift_wrap('35664378d8079db552fcc80d3342852a', 'md5')";
    let sql = format!("SELECT {wrap} AS one, {wrap} AS other FROM users");
    let rows = rows(&context, &sql).await;
    let texts: HashSet<_> = rows.iter().flatten().collect();
    assert_eq!(texts.len(), 50);
}

#[tokio::test]
async fn a_pepper_that_is_not_there_ends_the_query_instead_of_handing_weak_texts_on() {
    let context = sample(Policy::OWASP.with_pepper("k1")).await;
    let error = context.sql(WRAP).await.unwrap().collect().await.unwrap_err().to_string();
    assert!(error.contains("k1"), "{error}");
}

#[tokio::test]
async fn the_pepper_is_in_the_texts_and_not_in_the_plan() {
    let key = b"a pepper of thirty-two bytes ...";
    let mut job = Job::new(Policy::OWASP.with_costs(8, 1, 1).with_pepper("k1"));
    let id = KeyId::new(b"k1").unwrap();
    job.keys = Keyring::default().with(id, key.to_vec().into());
    let keys = job.keys.clone();
    let context = context(1, job).unwrap();
    let wrap = "SELECT hashlift_wrap('35664378d8079db552fcc80d3342852a', 'md5')";
    let [row] = &rows(&context, wrap).await[..] else { panic!("one row") };
    let hash = PasswordHash::parse(row[0].as_deref().unwrap()).unwrap();
    assert_eq!(hash.verify_with(b"Zb@wh[slB<f!sw", &keys, &Limits::DEFAULT), Ok(true));
    let plan = format!("{:?}", context.sql(wrap).await.unwrap().logical_plan());
    assert!(plan.contains("hashlift_wrap"), "{plan}");
    assert!(!plan.contains("pepper of") && !plan.contains("k1"), "{plan}");
}

#[tokio::test]
async fn the_audit_counts_every_row() {
    let context = sample(Policy::OWASP).await;
    let rows = rows(&context, AUDIT).await;
    let count = |row: &Vec<Option<String>>| row[1].as_deref().unwrap().parse::<usize>().unwrap();
    assert_eq!(rows.iter().map(count).sum::<usize>(), 25);
}

#[test]
fn the_readme_shows_the_queries_that_are_tested() {
    let readme = include_str!("../README.md");
    for sql in [AUDIT, WRAP, WHY] {
        assert!(readme.contains(sql.trim()), "{sql}");
    }
}

#[tokio::test]
async fn the_command_writes_what_is_to_be_swapped_in_and_over_no_file() {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/swaps");
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).unwrap();
    let swaps = format!("{folder}/swaps.csv");
    let run = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hashlift-datafusion"));
        command.args([USERS, &swaps]).output().unwrap()
    };
    let done = run();
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.contains("| 0025 | missing-side: vbulletin"), "{said}");

    let context = sample(Policy::OWASP).await;
    context.register_csv("swaps", swaps.as_str(), all_texts()).await.unwrap();
    let sql = "SELECT count(*), count(DISTINCT new) FROM users JOIN swaps \
               ON users.id = swaps.id AND hash = old WHERE new LIKE '$wrap$v=1$%'";
    assert_eq!(rows(&context, sql).await, [[Some("17".to_owned()), Some("17".to_owned())]]);

    let before = std::fs::read(&swaps).unwrap();
    let done = run();
    assert_eq!(done.status.code(), Some(1));
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(said, format!("error: {swaps} is there already; name a file that is not\n"));
    assert_eq!(std::fs::read(&swaps).unwrap(), before);
}
