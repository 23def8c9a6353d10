//! `hashlift import`.
use crate::args::{self, LimitsArgs};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;
use crate::report;
use crate::source::delimiter;
use hashlift::import::{OptionError, Options, RowError, System, Why, read};
use hashlift::{Format, PasswordHash};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use zeroize::Zeroizing;

mod sink;

use sink::{Put, Sink};

/// Read the export of another system into a table of users with their hashes.
///
/// FILE is what the system exports, or `-` for standard input; of whatever size, it is read user by
/// user. The hashes stay what they are, in a text that says all that is needed to verify them. A row
/// that cannot be read is counted and told with its place, and the rest is read. Users without a
/// password, who log in elsewhere, are users all the same.
///
/// --to names a new file, or a table of SQLite, which is made if it is not there. In a table, a user
/// whose id is there already stays as it is, so a run may be stopped and started again. Without --to
/// nothing is written: what the export holds is counted.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The export, or `-` for standard input.
    #[arg(value_name = "FILE", required_unless_present = "list")]
    file: Option<PathBuf>,
    /// The system it comes from; `hashlift import --list` names them.
    #[arg(long, value_name = "SYSTEM", value_parser = system, required_unless_present = "list")]
    from: Option<&'static System>,
    /// `sqlite:FILE`, or a new file that ends in `.csv`, `.jsonl` or `.ndjson`.
    #[arg(long, value_name = "SOURCE")]
    to: Option<String>,
    /// The table, in a database.
    #[arg(long, value_name = "NAME", default_value = "users")]
    table: String,
    /// Replace the file --to if it exists.
    #[arg(long)]
    force: bool,
    /// What the export does not say, as `rounds=8`; may be repeated. `--list` tells what there is.
    #[arg(long, value_name = "KEY=VALUE", value_parser = args::pair)]
    set: Vec<(String, String)>,
    /// The same from a file of `key: value` lines, such as the `hash_config { … }` that Firebase's
    /// console prints. For keys that are secrets.
    #[arg(long, value_name = "FILE", alias = "hash-config")]
    settings: Option<PathBuf>,
    /// A CSV column that has another name than the system's, as `password=pw`; may be repeated.
    #[arg(long, value_name = "OURS=THEIRS", value_parser = args::pair)]
    column: Vec<(String, String)>,
    /// The format of hashes that carry no tag, where the system does not settle it.
    #[arg(long, value_name = "SLUG", value_parser = args::format)]
    format: Option<&'static Format>,
    /// What stands between the cells of a CSV file.
    #[arg(long, value_name = "CHAR", default_value = ",", value_parser = delimiter)]
    delimiter: u8,
    #[command(flatten)]
    limits: LimitsArgs,
    /// Write all refused rows to this file, as JSON Lines of place, field, kind and rule.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// List the systems, what is read of them, what their exports lack, and their settings.
    #[arg(long, exclusive = true)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  hashlift import --list
  hashlift import --from wordpress wp_users.csv --to sqlite:users.db
  hashlift import --from firebase users.json --settings hash_config.txt --to users.jsonl
  hashlift import --from ldif people.ldif --to users.csv --refused refused.jsonl";

/// Refused rows that are listed.
const LISTED: usize = 20;

/// Rows to a transaction.
const PAGE: u64 = 1000;

#[derive(Default, Serialize)]
struct Tally {
    /// Users read and written.
    imported: u64,
    /// Users whose id was in the table already.
    existing: u64,
    /// Of all users: those without a password, and those who are locked out.
    without_password: u64,
    locked: u64,
    refused: u64,
    /// Users by format, and refusals by kind.
    formats: BTreeMap<&'static str, u64>,
    refused_kinds: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Serialize)]
struct Refused {
    line: u64,
    row: u64,
    field: &'static str,
    kind: &'static str,
    rule: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    system: &'static str,
    written: Option<&'a str>,
    #[serde(flatten)]
    tally: &'a Tally,
    first_refused: &'a [Refused],
    stopped: bool,
    seconds: f64,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let (Some(system), Some(file)) = (args.from, &args.file) else { return list(out) };
    let options = options(args)?;
    let usage = |error: OptionError| {
        let more = "`hashlift import --list` tells what there is";
        Failure::usage("bad-setting", format!("{error}; {more}"))
    };
    let (position, size, input) = open(file)?;
    // What is wrong with the options is told before anything is made.
    let rows = read(system, &options, BufReader::with_capacity(1 << 18, input)).map_err(usage)?;
    let sink = args.to.as_deref().map(|to| sink::open(to, &args.table, file, args.force));
    let mut run = Run {
        sink: sink.transpose()?,
        all: args.refused.as_ref().map(File::create).transpose()?.map(BufWriter::new),
        listed: Vec::new(),
        tally: Tally::default(),
        text: String::new(),
    };
    let stop = stop()?;
    let progress = Progress::new(size, "importing", out.is_json());
    let mut done = 0_u64;
    for row in rows {
        match row {
            Ok(user) => run.user(&user)?,
            Err(RowError { why: Why::Io(kind), line, .. }) => {
                run.commit()?;
                let rest = "what was read so far is kept in a table, and not in a file";
                let name = file.display();
                let rule = format!("{name}: line {line}: {kind}; {rest}");
                return Err(Failure::environment("io", rule));
            }
            Err(error) => run.refuse(&error)?,
        }
        done += 1;
        if done.is_multiple_of(PAGE) {
            run.commit()?;
            progress.rows(position.load(Ordering::Relaxed), done);
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
    }
    progress.done();
    let stopped = stop.load(Ordering::Relaxed);
    let (tally, listed) = run.finish(stopped)?;
    let answer = Answer {
        system: system.slug(),
        written: args.to.as_deref(),
        tally: &tally,
        first_refused: &listed,
        stopped,
        seconds: progress.seconds(),
    };
    if out.is_json() {
        out.value(&answer)?;
    } else {
        tell(out, &answer)?;
    }
    Ok(match (stopped, tally.imported + tally.existing, tally.refused) {
        (true, ..) => Exit::Environment,
        (false, 0, 1..) => Exit::Data,
        _ => Exit::Ok,
    })
}

/// What is under way.
struct Run {
    sink: Option<Box<dyn Sink>>,
    all: Option<BufWriter<File>>,
    listed: Vec<Refused>,
    tally: Tally,
    text: String,
}

impl Run {
    fn user(&mut self, user: &hashlift::import::Imported) -> Result<(), Failure> {
        self.text.clear();
        let format = match &user.hash {
            None => {
                self.tally.without_password += 1;
                None
            }
            Some(hash) => Some(self.print(hash)?),
        };
        self.tally.locked += u64::from(user.locked);
        if let Some(format) = format {
            *self.tally.formats.entry(format).or_default() += 1;
        }
        let hash = format.map(|_| self.text.as_str());
        match self.sink.as_mut().map(|sink| sink.put(user, hash)).transpose()? {
            Some(Put::Existing) => self.tally.existing += 1,
            Some(Put::New) | None => self.tally.imported += 1,
        }
        Ok(())
    }

    /// The canonical text, and its format.
    fn print(&mut self, hash: &PasswordHash) -> Result<&'static str, Failure> {
        let fault = |_| Failure::environment("internal", "a hash that was read has no text");
        write!(self.text, "{hash}").map_err(fault)?;
        Ok(Format::of(&self.text).map_or("unknown", Format::slug))
    }

    fn refuse(&mut self, error: &RowError) -> Result<(), Failure> {
        let kind = error.why.name();
        let row = Refused {
            line: error.line,
            row: error.row,
            field: error.field,
            kind,
            rule: error.why.to_string(),
        };
        self.tally.refused += 1;
        *self.tally.refused_kinds.entry(kind).or_default() += 1;
        if let Some(all) = &mut self.all {
            serde_json::to_writer(&mut *all, &row).map_err(io::Error::from)?;
            all.write_all(b"\n")?;
        }
        if self.listed.len() < LISTED {
            self.listed.push(row);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.sink.as_mut().map_or(Ok(()), |sink| sink.commit())
    }

    /// A file stands only when it is complete; a table as far as it got.
    fn finish(mut self, stopped: bool) -> Result<(Tally, Vec<Refused>), Failure> {
        self.commit()?;
        if let (false, Some(sink)) = (stopped, self.sink) {
            sink.finish()?;
        }
        if let Some(mut all) = self.all {
            all.flush()?;
        }
        Ok((self.tally, self.listed))
    }
}

fn tell(out: &mut Output, answer: &Answer<'_>) -> Result<(), Failure> {
    let tally = answer.tally;
    let verb = if answer.written.is_some() { "imported" } else { "would be imported" };
    out.line(format_args!(
        "{} users {verb}, {} were there already, {} rows refused in {}.",
        tally.imported,
        tally.existing,
        tally.refused,
        report::time(answer.seconds),
    ))?;
    out.line(format_args!(
        "{} are without a password, {} locked.",
        tally.without_password, tally.locked
    ))?;
    for (format, users) in &tally.formats {
        out.line(format_args!("{users:>12}  {format}"))?;
    }
    if tally.refused > 0 {
        let first = answer.first_refused.len();
        out.line(format_args!("\nRefused (the first {first} of {}):", tally.refused))?;
        for row in answer.first_refused {
            let field = if row.field.is_empty() { "" } else { ": " };
            let Refused { line, row, field: name, rule, .. } = row;
            out.line(format_args!("  line {line} (row {row}){field}{name}: {rule}"))?;
        }
    }
    if answer.stopped {
        out.line("\nStopped. Run the same command again: a table goes on, a file begins anew.")?;
    } else if answer.written.is_none() {
        out.line("\nNothing was written: name a target with --to.")?;
    }
    Ok(())
}

fn options(args: &Args) -> Result<Options, Failure> {
    let mut options = Options::default();
    options.limits = args.limits.limits;
    options.format = args.format;
    options.delimiter = args.delimiter;
    options.columns = args.column.clone();
    if let Some(file) = &args.settings {
        let name = file.display();
        let text = std::fs::read_to_string(file).map(Zeroizing::new);
        let text = text.map_err(|error| Failure::environment("io", format!("{name}: {error}")))?;
        let fault = |error| Failure::usage("bad-setting", format!("{name}: {error}"));
        options.set_all(&text).map_err(fault)?;
    }
    for (key, value) in &args.set {
        options.set(key.as_str(), value.as_str());
    }
    Ok(options)
}

fn system(name: &str) -> Result<&'static System, String> {
    System::named(&name.to_lowercase())
        .ok_or_else(|| "no such system; `hashlift import --list` names them".to_owned())
}

/// Counts the bytes that pass.
struct Counted<R> {
    from: R,
    position: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let got = self.from.read(to)?;
        self.position.fetch_add(got as u64, Ordering::Relaxed);
        Ok(got)
    }
}

type Opened = (Arc<AtomicU64>, u64, Counted<Box<dyn Read>>);

fn open(file: &Path) -> Result<Opened, Failure> {
    let name = file.display();
    let fault = |error: io::Error| Failure::environment("io", format!("{name}: {error}"));
    let (size, from): (u64, Box<dyn Read>) = match file.to_str() {
        Some("-") => (0, Box::new(io::stdin())),
        _ => {
            let file = File::open(file).map_err(fault)?;
            (file.metadata().map_err(fault)?.len(), Box::new(file))
        }
    };
    let position = Arc::new(AtomicU64::new(0));
    Ok((Arc::clone(&position), size, Counted { from, position }))
}

/// Set when Ctrl-C was heard.
fn stop() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        // Asked twice: at once. What is committed stands all the same.
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Exit::Environment as u8));
        }
    })
    .map_err(|error| Failure::environment("signal", error.to_string()))?;
    Ok(stop)
}

fn list(out: &mut Output) -> Result<Exit, Failure> {
    for system in System::all() {
        if out.is_json() {
            let settings = system.settings().iter();
            let settings: BTreeMap<_, _> = settings.map(|set| (set.key, set.about)).collect();
            out.value(&serde_json::json!({
                "slug": system.slug(), "title": system.title(), "reads": system.reads(),
                "lacks": system.lacks(), "settings": settings,
            }))?;
            continue;
        }
        out.line(format_args!("{:10}  {}", system.slug(), system.title()))?;
        out.line(format_args!("{:10}  reads: {}", "", system.reads()))?;
        out.line(format_args!("{:10}  lacks: {}", "", system.lacks()))?;
        for setting in system.settings() {
            out.line(format_args!("{:10}  --set {}=…  {}", "", setting.key, setting.about))?;
        }
    }
    Ok(Exit::Ok)
}
