//! `hashlift tour`: the main job on a table of its own, from first audit to last legacy hash.
use crate::audit::audit;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;
use crate::report;
use crate::source::{Access, Columns, Filter, Key, Source, sqlite};
use hashlift::job::{Cell, Job, JobError, Report, Row, Table, Tally};
use hashlift::{Account, Format, Keyring, Limits, Outcome, PasswordHash, Policy, Sample, Side};
use serde::Serialize;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnectOptions;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Migrate a legacy table of users, end to end.
///
/// Makes an SQLite file with a user in every format that needs no secret key (hashes that other
/// systems made), audits it, wraps it, logs every user in with the right password and a wrong one,
/// and audits it again. The file stays for inspection.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where to make the file; a temporary folder, unless given.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  hashlift tour
  hashlift tour --dir look-at-it";

/// A user of the legacy table.
struct User {
    format: &'static Format,
    sample: &'static Sample,
}

/// A user in every format whose hash opens without a secret key.
fn users() -> Vec<User> {
    let user = |format: &'static Format| {
        let sample = format.samples().iter().find(|sample| is_keyless(format, sample))?;
        Some(User { format, sample })
    };
    Format::all().filter_map(user).collect()
}

fn is_keyless(format: &'static Format, sample: &Sample) -> bool {
    let Ok(side) = Side::from_pairs(sample.side.iter().copied()) else { return false };
    PasswordHash::parse_beside(format, sample.stored, &side, &Limits::DEFAULT)
        .is_ok_and(|hash| hash.key_ids().is_empty())
}

/// The table: its file, who is in it, and what stands beside the hashes, each in its column.
struct Legacy {
    file: PathBuf,
    users: Vec<User>,
    sides: BTreeSet<&'static str>,
}

impl Legacy {
    fn new(file: PathBuf) -> Self {
        let users = users();
        let sides = users.iter().flat_map(|user| user.sample.side.iter().map(|(key, _)| *key));
        let sides = sides.collect();
        Self { file, users, sides }
    }
}

const TABLE: &str = "users";
const FILE: &str = "hashlift-tour.db";

#[derive(Serialize)]
struct Answer<'a> {
    file: &'a Path,
    before: &'a Report,
    wrapped: Tally,
    logins: &'a Logins,
    after: &'a Report,
    seconds: f64,
}

/// What came of the logins.
#[derive(Default, Serialize)]
struct Logins {
    right: u64,
    wrong: u64,
    locked: u64,
    upgraded: u64,
    /// Places where a right password was turned away, a wrong one let in, or an upgrade lost.
    failed: Vec<String>,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let begin = Instant::now();
    let table = Legacy::new(place(args)?);
    table.create()?;
    let mut job = Job::new(Policy::OWASP);
    job.threads = std::thread::available_parallelism().map_or(1, usize::from);
    let say = Say { json: out.is_json(), table: &table };

    say.step(out, "1. A legacy table: what is in it?", Some("audit"))?;
    let before = look(&job, &table, out)?;
    if !say.json {
        report::audit(out, &before)?;
    }
    say.step(out, "2. Harden every weak hash, without the passwords", Some("wrap --apply"))?;
    let wrapped = wrap(&job, &table)?;
    let middle = look(&job, &table, out)?;
    say.tell(out, format_args!("{} wrapped, {} kept", wrapped.wrapped, wrapped.kept()))?;
    say.step(out, "3. Everybody logs in, once with a wrong password, once with theirs", None)?;
    let logins = log_in(&job, &table)?;
    say.tell(
        out,
        format_args!(
            "{} right passwords let in, {} wrong ones turned away, {} hashes brought up to date, \
             {} locked accounts stayed shut",
            logins.right, logins.wrong, logins.upgraded, logins.locked
        ),
    )?;
    say.step(out, "4. What is in the table now?", Some("audit"))?;
    let after = look(&job, &table, out)?;
    let seconds = begin.elapsed().as_secs_f64();
    if say.json {
        let (before, after, logins) = (&before, &after, &logins);
        out.value(&Answer { file: &table.file, before, wrapped, logins, after, seconds })?;
    } else {
        report::audit(out, &after)?;
        compare(out, [&before, &middle, &after])?;
        out.line(format_args!("\nDone in {seconds:.1} s. Have a look: {}", table.file.display()))?;
    }
    // A strong hash in a row that names its format by another name needs nothing but a tag.
    let settled = after.strong + after.to_tag + after.locked + after.null == after.rows;
    match logins.failed.is_empty() && settled {
        true => Ok(Exit::Ok),
        false => Err(Failure::data(
            "tour-login",
            format!("the tour went wrong, which is a fault of this build: {:?}", logins.failed),
        )),
    }
}

/// The narration, for people alone.
struct Say<'a> {
    json: bool,
    table: &'a Legacy,
}

impl Say<'_> {
    fn step(&self, out: &mut Output, title: &str, command: Option<&str>) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        out.line(format_args!("\n{title}\n"))?;
        if let Some(command) = command {
            let file = self.table.file.display();
            let sides = self.table.sides.iter().filter(|key| **key != "salt");
            let sides: Vec<_> = sides.map(|key| format!("--side {key}={key}")).collect();
            out.line(format_args!(
                "   $ hashlift {command} sqlite:{file} --table {TABLE} --hash password_hash \\\n       \
                 --salt salt --format-column format {}\n",
                sides.join(" ")
            ))?;
        }
        out.flush()
    }

    fn tell(&self, out: &mut Output, text: std::fmt::Arguments<'_>) -> Result<(), Failure> {
        if self.json { Ok(()) } else { out.line(format_args!("   {text}.")) }
    }
}

fn place(args: &Args) -> Result<PathBuf, Failure> {
    let folder = match &args.dir {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            folder.clone()
        }
        None => tempfile::Builder::new().prefix("hashlift-tour-").tempdir()?.keep(),
    };
    let file = folder.join(FILE);
    match file.exists() {
        true => Err(Failure::usage("exists", format!("{} exists already", file.display()))),
        false => Ok(file),
    }
}

impl Legacy {
    /// A table as many have grown: a column for each thing that some hash once needed.
    fn create(&self) -> Result<(), Failure> {
        let Self { file, users, sides } = self;
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let mut database = sqlite::Database::open(options, &file.display().to_string())?;
        let names: String = sides.iter().map(|key| format!(", {key}")).collect();
        let places = ", ?".repeat(sides.len());
        let create = format!(
            "CREATE TABLE {TABLE} (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT,
             created_at TEXT NOT NULL, format TEXT, password_hash TEXT{names})"
        );
        database.execute(sqlx::query(AssertSqlSafe(create)))?;
        let insert = format!(
            "INSERT INTO {TABLE} (created_at, id, email, name, format, password_hash{names})
             VALUES ('2014-03-01T09:00:00Z', ?, ?, ?, ?, ?{places})"
        );
        database.execute(sqlx::query("BEGIN"))?;
        let locked = LOCKED.map(|(name, stored)| (name, None, stored, &[] as &[_]));
        let legacy = users.iter().map(|User { format, sample }| {
            (format.slug(), Some(format.slug()), Some(sample.stored), sample.side)
        });
        for (at, (name, format, stored, beside)) in legacy.chain(locked).enumerate() {
            let query = sqlx::query(AssertSqlSafe(insert.clone())).bind(number(at));
            let query = query.bind(format!("{name}@legacy.example")).bind(name);
            let query = query.bind(format).bind(stored);
            database.execute(sides.iter().fold(query, |query, key| {
                query.bind(beside.iter().find(|(of, _)| of == key).map(|(_, value)| *value))
            }))?;
        }
        database.execute(sqlx::query("COMMIT"))?;
        Ok(())
    }

    fn open(&self, access: Access<'_>) -> Result<sqlite::Sqlite, Failure> {
        let own = |key: &&str| ((*key).to_owned(), (*key).to_owned());
        let columns = Columns {
            id: None,
            hash: "password_hash".to_owned(),
            salt: None,
            format: None,
            format_column: Some("format".to_owned()),
            side: self.sides.iter().map(own).collect(),
        };
        sqlite::Sqlite::open(&self.file, TABLE, columns, Filter::default(), access)
    }
}

/// Users whom no password lets in: locked ones, and one who never chose a password.
const LOCKED: [(&str, Option<&str>); 3] =
    [("locked-by-django", Some("!Yk8cJ1")), ("locked-by-shadow", Some("*")), ("invited", None)];

/// The id of the user at that place.
fn number(at: usize) -> i64 {
    i64::try_from(at + 1).unwrap_or(i64::MAX)
}

const WRITE: Access<'static> = Access::Write { output: None, replace: false };

fn look(job: &Job, table: &Legacy, out: &Output) -> Result<Report, Failure> {
    let mut source = table.open(Access::Read)?;
    let progress = Progress::new(source.size(), "auditing", out.is_json());
    let report = audit(job, &mut source, 10, &progress)?;
    progress.done();
    Ok(report)
}

fn wrap(job: &Job, table: &Legacy) -> Result<Tally, Failure> {
    job.run(&mut table.open(WRITE)?, &mut ()).map_err(|error| match error {
        JobError::Table(failure) => failure,
        other => Failure::environment("job", other.to_string()),
    })
}

/// Every user at the door, as an application would do it: the text of the one column, the password,
/// and an upgrade that is stored where the old text still stands.
fn log_in(job: &Job, table: &Legacy) -> Result<Logins, Failure> {
    let mut source = table.open(WRITE)?;
    let rows = source.batch(None, usize::MAX)?;
    let visits: Vec<_> = std::thread::scope(|scope| {
        let threads = rows.chunks(rows.len().div_ceil(job.threads).max(1)).map(|rows| {
            let visit = |row| visit(&job.policy, row, &table.users);
            scope.spawn(move || rows.iter().map(visit).collect::<Vec<_>>())
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let mut logins = Logins::default();
    for visit in visits.into_iter().flat_map(|visits| match visits {
        Ok(visits) => visits,
        Err(panic) => std::panic::resume_unwind(panic),
    }) {
        let mut good = visit.wrong_turned_away;
        logins.wrong += u64::from(visit.wrong_turned_away);
        match (visit.right, visit.text) {
            (None, _) => logins.locked += u64::from(good),
            (Some(Outcome::Match), _) => logins.right += 1,
            (Some(Outcome::Upgrade(new)), Some(old)) => {
                logins.right += 1;
                let stored = source.swap(&visit.key, old, &new.to_string())?;
                logins.upgraded += u64::from(stored);
                good &= stored;
            }
            _ => good = false,
        }
        if !good {
            logins.failed.push(visit.key.to_string());
        }
    }
    source.commit()?;
    Ok(logins)
}

struct Visit<'a> {
    key: Key,
    text: Option<&'a str>,
    wrong_turned_away: bool,
    /// `None` for a user who has no right password.
    right: Option<Outcome>,
}

fn visit<'a>(policy: &Policy, row: &'a Row<Key>, users: &[User]) -> Visit<'a> {
    let text = match &row.stored {
        Cell::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let account = || text.map_or(Account::Unknown, Account::Text);
    let try_with =
        |password: &str| policy.login(account(), password.as_bytes(), &Keyring::EMPTY).outcome;
    let user = match row.key {
        Key::Int(id) => usize::try_from(id - 1).ok().and_then(|at| users.get(at)),
        _ => None,
    };
    // In front: some formats take the first characters alone.
    let wrong = user.map_or(String::new(), |user| format!("x{}", user.sample.password));
    let wrong_turned_away = matches!(try_with(&wrong), Outcome::Mismatch);
    let right = user.map(|user| try_with(user.sample.password));
    Visit { key: row.key.clone(), text, wrong_turned_away, right }
}

/// Rows by format: before, after the wrapping, after the logins.
fn compare(out: &mut Output, reports: [&Report; 3]) -> Result<(), Failure> {
    let names: BTreeSet<_> =
        reports.iter().flat_map(|report| report.formats.iter().map(|row| row.format)).collect();
    out.line(format_args!(
        "\n{:26} {:>8} {:>8} {:>8}",
        "users by format", "before", "wrapped", "after"
    ))?;
    for name in names {
        let [before, wrapped, after] = reports.map(|report| {
            let row = report.formats.iter().find(|row| row.format == name);
            row.map_or("-".to_owned(), |row| row.rows.to_string())
        });
        out.line(format_args!("{name:26} {before:>8} {wrapped:>8} {after:>8}"))?;
    }
    let totals = |name: &str, of: fn(&Report) -> u64| {
        let [before, wrapped, after] = reports.map(of);
        format!("{name:26} {before:>8} {wrapped:>8} {after:>8}")
    };
    out.line(totals("at the policy or above", |report| report.strong))?;
    out.line(totals("with a fast hash", |report| {
        report.strengths.get("broken").copied().unwrap_or_default()
    }))
}
