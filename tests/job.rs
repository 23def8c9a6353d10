//! The bulk job on a table in memory: nothing is lost, nothing is wrapped twice, logins win.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test stops where it fails"
)]
mod common;
use common::{Record, records};
use core::ops::ControlFlow;
use hashlift::job::{
    Audit, Cell, Decision, Job, JobError, Kept, Refusal, Row, Table, Tally, Watch,
};
use hashlift::{Format, PasswordHash, Policy, Side};
use std::collections::BTreeMap;
use std::time::Duration;

/// Rows by key: the text, and what stands beside it.
#[derive(Clone, Default)]
struct Memory {
    rows: BTreeMap<u64, (Cell, Side, Option<&'static Format>)>,
    swapped: Vec<(u64, String)>,
    calls: usize,
    /// The call that fails, and whether a failing commit has kept its swaps all the same.
    fails: Option<(usize, Ambiguous)>,
    /// Someone changes this row between the read and the swap.
    overtakes: Option<(u64, String)>,
    /// How often each row was written.
    written: BTreeMap<u64, u32>,
    /// Whether a page may be read before the one in front of it is written.
    ahead: bool,
    /// Pages read and pages committed, in their order.
    order: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Ambiguous {
    Lost,
    Kept,
}

#[derive(Debug, PartialEq)]
struct Broken;

impl Memory {
    fn call(&mut self) -> Result<(), Broken> {
        self.calls += 1;
        match self.fails {
            Some((at, _)) if at == self.calls => Err(Broken),
            _ => Ok(()),
        }
    }

    fn text(&self, key: u64) -> Option<&str> {
        match &self.rows.get(&key)?.0 {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    fn keep(&mut self) {
        for (key, new) in std::mem::take(&mut self.swapped) {
            self.rows.get_mut(&key).unwrap().0 = Cell::Text(new);
            *self.written.entry(key).or_default() += 1;
        }
    }
}

impl Table for Memory {
    type Key = u64;
    type Error = Broken;

    fn batch(&mut self, after: Option<&u64>, rows_max: usize) -> Result<Vec<Row<u64>>, Broken> {
        self.swapped.clear();
        self.order.push('r');
        self.call()?;
        let from = after.map_or(0, |key| key + 1);
        let rows = self.rows.range(from..).take(rows_max);
        let rows = rows
            .map(|(key, (cell, side, format))| {
                let row = Row::new(*key, cell.clone()).beside(side.clone());
                format.map_or(row.clone(), |format| row.of(format))
            })
            .collect();
        if let Some((key, new)) = self.overtakes.take() {
            self.rows.get_mut(&key).unwrap().0 = Cell::Text(new);
        }
        Ok(rows)
    }

    fn swap(&mut self, key: &u64, old: &str, new: &str) -> Result<bool, Broken> {
        self.call()?;
        let same = self.text(*key) == Some(old);
        if same {
            self.swapped.push((*key, new.to_owned()));
        }
        Ok(same)
    }

    fn reads_ahead(&self) -> bool {
        self.ahead
    }

    fn commit(&mut self) -> Result<(), Broken> {
        self.order.push('c');
        let done = self.call();
        if done.is_ok() || self.fails.is_some_and(|(_, kept)| kept == Ambiguous::Kept) {
            self.keep();
        }
        done
    }
}

/// Cheap enough to run thousands of times.
fn cheap() -> Policy {
    Policy::OWASP.with_costs(8, 1, 1)
}

fn job() -> Job {
    let mut job = Job::new(cheap());
    job.rows_max = 4;
    job
}

/// A table of the cheap known answers that match, one for each scheme, and rows of other kinds.
fn table() -> (Memory, BTreeMap<u64, Record>) {
    let (mut table, mut users, mut seen) = (Memory::default(), BTreeMap::new(), Vec::new());
    for record in records("core.jsonl") {
        let fits =
            record.valid && !seen.contains(&record.scheme) && record.side().secret_b64.is_none();
        if !fits || record.parse().is_err() || record.password().contains(&0) {
            continue;
        }
        seen.push(record.scheme.clone());
        let key = seen.len() as u64 * 10;
        let cell = Cell::Text(record.hash.clone());
        table.rows.insert(key, (cell, record.side().clone(), Some(record.format())));
        users.insert(key, record);
    }
    for (key, cell) in [
        (1, Cell::Null),
        (2, Cell::Text("!locked".to_owned())),
        (3, Cell::Text("$2y$10$cut".to_owned())),
        (4, Cell::Text("35664378d8079db552fcc80d3342852a".to_owned())),
        (5, Cell::Fault("the cell is not text".into())),
        (6, Cell::Text(cheap().hash(b"strong").unwrap().to_string())),
    ] {
        table.rows.insert(key, (cell, Side::NONE, None));
    }
    (table, users)
}

fn everyone_logs_in(table: &Memory, users: &BTreeMap<u64, Record>) {
    for (key, user) in users {
        let hash = PasswordHash::parse(table.text(*key).unwrap());
        let hash = hash.unwrap_or_else(|error| panic!("{}: {error}", user.id));
        assert!(hash.verify(user.password()).unwrap(), "{}", user.id);
        assert!(!hash.verify(b"another password").unwrap(), "{}", user.id);
        assert_ne!(table.text(*key), Some(user.hash.as_str()), "{}", user.id);
    }
}

#[test]
fn a_run_wraps_what_is_weak_and_says_why_it_leaves_the_rest() {
    let (mut table, users) = table();
    let done = job().run(&mut table, &mut ()).unwrap();
    assert_eq!(done.rows(), table.rows.len() as u64);
    assert_eq!((done.null, done.locked, done.refused), (1, 1, 3));
    // Every Argon2id and scrypt that is at least as strong as this policy stays; if only its side
    // data tells what it is, it gets its tag.
    assert_eq!(done.wrapped + done.tagged + done.strong, users.len() as u64 + 1);
    assert!(done.wrapped >= 50, "{done:?}");
    let mut again = table.clone();
    again.written.clear();
    let second = job().run(&mut again, &mut ()).unwrap();
    assert_eq!((second.wrapped, second.tagged, second.overtaken), (0, 0, 0));
    assert_eq!((second.already_wrapped, second.rows()), (done.wrapped, done.rows()));
    assert!(again.written.is_empty());
    let mut tagged = users;
    tagged.retain(|key, user| table.text(*key) != Some(user.hash.as_str()));
    everyone_logs_in(&table, &tagged);
    assert_eq!(table.text(3), Some("$2y$10$cut"));
}

#[test]
fn threads_change_nothing_but_the_time() {
    let (mut alone, _) = table();
    let mut together = alone.clone();
    let mut one_by_one = job();
    one_by_one.policy = one_by_one.policy.with_costs(1024, 2, 1);
    let one = one_by_one.run(&mut alone, &mut ()).unwrap();
    let mut many = job();
    // Dear enough that every thread gets its rows.
    many.policy = many.policy.with_costs(1024, 2, 1);
    (many.threads, many.rows_max) = (5, 64);
    assert_eq!(many.run(&mut together, &mut ()).unwrap(), one);
    let inner = |table: &Memory, key| {
        let text = table.text(key).unwrap();
        text.rsplit_once("$argon2id$").map_or(text.to_owned(), |(inner, _)| inner.to_owned())
    };
    for key in alone.rows.keys().filter(|key| **key >= 10) {
        assert_eq!(inner(&alone, *key), inner(&together, *key), "each text in its own row");
    }
}

#[test]
fn the_next_page_is_hashed_while_one_is_written_if_the_table_allows_it() {
    for (ahead, order) in [(false, "rcrcrcr"), (true, "rrcrcrc")] {
        let mut table = Memory { ahead, ..Memory::default() };
        for key in 0..12 {
            let text = "{MD5}yNS+DSJRQ2KvJEKVPo9GPQ==".to_owned();
            table.rows.insert(key, (Cell::Text(text), Side::NONE, None));
        }
        assert_eq!(job().run(&mut table, &mut ()).unwrap().wrapped, 12);
        assert_eq!(table.order, order);
    }
}

#[test]
fn whichever_call_fails_nothing_is_lost_and_a_second_run_completes() {
    for ahead in [false, true] {
        let (mut whole, users) = table();
        whole.ahead = ahead;
        let mut counted = whole.clone();
        let full = job().run(&mut counted, &mut ()).unwrap();
        for (n, kept) in
            (1..=counted.calls).flat_map(|n| [(n, Ambiguous::Lost), (n, Ambiguous::Kept)])
        {
            let mut table = Memory { fails: Some((n, kept)), ..whole.clone() };
            let first = job().run(&mut table, &mut ());
            assert!(matches!(first, Err(JobError::Table(Broken))), "call {n}");
            for (key, (cell, ..)) in &table.rows {
                let wrapped = matches!(cell, Cell::Text(text) if text.starts_with("$wrap$"));
                assert!(
                    wrapped
                        || table.written.contains_key(key)
                        || table.text(*key) == whole.text(*key)
                );
            }
            table.fails = None;
            let second = job().run(&mut table, &mut ()).unwrap();
            assert_eq!(second.rows(), full.rows(), "call {n}");
            assert_eq!(second.wrapped + second.already_wrapped, full.wrapped, "call {n}");
            assert!(table.written.values().all(|times| *times == 1), "call {n}: written twice");
            assert_eq!(table.written.len() as u64, full.wrapped + full.tagged, "call {n}");
        }
        let mut table = whole;
        job().run(&mut table, &mut ()).unwrap();
        let mut changed = users;
        changed.retain(|key, user| table.text(*key) != Some(user.hash.as_str()));
        everyone_logs_in(&table, &changed);
    }
}

#[test]
fn a_login_during_the_job_wins() {
    let (mut table, _) = table();
    let new = cheap().hash(b"as of today").unwrap().to_string();
    table.overtakes = Some((10, new.clone()));
    let mut job = job();
    job.rows_max = 1000;
    let done = job.run(&mut table, &mut ()).unwrap();
    assert_eq!(done.overtaken, 1);
    assert_eq!(done.rows(), table.rows.len() as u64);
    assert_eq!(table.text(10), Some(new.as_str()));
}

#[derive(Default)]
struct Looks {
    refused: Vec<(u64, &'static str, String)>,
    pages: Vec<Tally>,
    stop_after: usize,
}

impl Watch<u64> for Looks {
    fn refused(&mut self, key: &u64, why: &Refusal) {
        self.refused.push((*key, why.name(), why.to_string()));
    }

    fn page(&mut self, tally: &Tally) -> ControlFlow<()> {
        self.pages.push(*tally);
        if self.pages.len() == self.stop_after {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

#[test]
fn refused_rows_are_reported_with_their_place_and_rule_and_never_their_text() {
    let (mut table, _) = table();
    let mut looks = Looks::default();
    job().run(&mut table, &mut looks).unwrap();
    let names: Vec<_> = looks.refused.iter().map(|(key, name, _)| (*key, *name)).collect();
    assert_eq!(names, [(3, "malformed"), (4, "untagged"), (5, "row")]);
    assert!(looks.refused[0].2.starts_with("bcrypt: at byte "), "{}", looks.refused[0].2);
    assert!(looks.refused[1].2.contains("name its format, one of: md5 "), "{}", looks.refused[1].2);
    assert_eq!(looks.refused[2].2, "the cell is not text");
    assert!(
        !looks.refused.iter().any(|(_, _, rule)| rule.contains("cut") || rule.contains("3566"))
    );
}

#[test]
fn a_stopped_run_ends_with_its_page_and_the_next_goes_on() {
    for ahead in [false, true] {
        let (mut table, _) = table();
        table.ahead = ahead;
        let all = table.rows.len() as u64;
        let mut looks = Looks { stop_after: 3, ..Looks::default() };
        let first = job().run(&mut table, &mut looks).unwrap();
        assert_eq!((first.rows(), looks.pages.len()), (12, 3));
        let second = job().run(&mut table, &mut ()).unwrap();
        assert_eq!((second.rows(), second.already_wrapped), (all, first.wrapped));
    }
}

#[test]
fn a_hash_that_cannot_be_made_is_no_fault_of_the_row() {
    let (mut table, _) = table();
    let mut job = job();
    job.policy = job.policy.with_pepper("k1");
    let done = job.run(&mut table, &mut ());
    assert!(
        matches!(done, Err(JobError::Hash(ref error)) if error.name() == "missing-key"),
        "{done:?}"
    );
    assert!(table.written.is_empty());
}

#[test]
fn a_hash_whose_wrapping_nobody_could_read_is_refused() {
    let mut job = job();
    let text = records("core.jsonl").into_iter().find(|r| r.scheme == "md5crypt").unwrap().hash;
    job.limits.text_bytes_max = text.len() + 20;
    let step = job.decide(&Row::new(1, Cell::Text(text))).unwrap();
    let hashlift::job::Step::Refuse(why) = step else { panic!("{step:?}") };
    assert_eq!(why.name(), "unreadable-when-wrapped");
    assert!(why.to_string().contains("text_bytes is "), "{why}");
}

#[test]
fn a_tag_outweighs_the_format_named_beside_it() {
    let mut job = job();
    job.format = Format::named("md5");
    let row = |text: &str| Row::new(1, Cell::Text(text.to_owned()));
    assert!(matches!(job.judge(&row("35664378d8079db552fcc80d3342852a")), Decision::Wrap(_)));
    assert!(matches!(job.judge(&row("!")), Decision::Keep(Kept::Locked)));
    let wrapped = cheap().wrap(&PasswordHash::parse("{MD5}yNS+DSJRQ2KvJEKVPo9GPQ==").unwrap());
    let wrapped = wrapped.unwrap().unwrap().to_string();
    assert!(matches!(job.judge(&row(&wrapped)), Decision::Keep(Kept::Wrapped)));
}

#[test]
fn what_looks_like_another_format_is_read_as_the_one_that_is_named() {
    let wcf2 = Format::named("wcf2").unwrap();
    let sample = wcf2.samples().first().unwrap();
    assert_eq!(Format::of(sample.stored).map(Format::slug), Some("bcrypt"));
    let mut job = job();
    let in_row = Row::new(1, Cell::Text(sample.stored.to_owned())).of(wcf2);
    job.format = Some(wcf2);
    let by_job = Row::new(2, Cell::Text(sample.stored.to_owned()));
    for row in [in_row, by_job] {
        let hashlift::job::Step::Replace(text) = job.decide(&row).unwrap() else { panic!() };
        let wrapped = PasswordHash::parse(&text).unwrap();
        assert!(wrapped.verify(sample.password).unwrap(), "{text}");
    }
    // What the named format cannot read goes by its tag.
    let new = cheap().hash(b"as of today").unwrap().to_string();
    let kept = job.judge(&Row::new(3, Cell::Text(new)).of(wcf2));
    assert!(matches!(kept, Decision::Keep(Kept::Strong)), "{kept:?}");
}

#[test]
fn a_tag_whose_format_needs_another_column_gets_it() {
    let md5 = Format::named("postgres-md5").unwrap();
    let sample = md5.samples().first().unwrap();
    assert_eq!(Format::of(sample.stored).map(Format::slug), Some("postgres-md5"));
    let row = Row::new(1, Cell::Text(sample.stored.to_owned())).beside(common::side(sample));
    for row in [row.clone(), row.clone().of(md5)] {
        let hashlift::job::Step::Replace(text) = job().decide(&row).unwrap() else { panic!() };
        assert!(PasswordHash::parse(&text).unwrap().verify(sample.password).unwrap(), "{text}");
    }
    let without = job().judge(&Row::new(2, Cell::Text(sample.stored.to_owned())));
    assert!(matches!(without, Decision::Refuse(ref why) if why.name() == "missing-side"));
}

#[test]
fn an_audit_counts_every_row_and_agrees_with_the_run() {
    let (mut table, _) = table();
    let rows = table.clone().batch(None, usize::MAX).unwrap();
    let mut whole = Audit::new(&job(), 2);
    rows.iter().for_each(|row| whole.add(row));
    let mut merged = Audit::new(&job(), 2);
    for page in rows.chunks(7) {
        let mut part = merged.part();
        page.iter().for_each(|row| part.add(row));
        merged.merge(part);
    }
    let report = whole.report();
    let in_parts = serde_json::to_string(&merged.report()).unwrap();
    assert_eq!(serde_json::to_string(&report).unwrap(), in_parts);

    let done = job().run(&mut table, &mut ()).unwrap();
    assert_eq!(report.rows, done.rows());
    assert_eq!((report.to_wrap, report.to_tag), (done.wrapped, done.tagged));
    assert_eq!((report.null, report.locked, report.strong), (done.null, done.locked, done.strong));
    assert_eq!((report.invalid, report.first_invalid.len()), (done.refused, 2));
    assert_eq!(report.first_invalid[0].place, "3");
    assert_eq!(report.untagged.values().sum::<u64>(), 1);
    assert_eq!(report.formats.iter().map(|f| f.rows).sum::<u64>(), done.rows() - 1 - 3);
    let shares = report.formats.iter().map(|format| format.share).sum::<f64>();
    assert!((shares - (done.rows() - 4) as f64 / done.rows() as f64).abs() < 1e-9);

    let mut after = Audit::new(&job(), 2);
    table.batch(None, usize::MAX).unwrap().iter().for_each(|row| after.add(row));
    assert_eq!((after.report().to_wrap, after.report().wrapped), (0, done.wrapped));
}

#[test]
fn an_audit_finds_unsalted_digests_that_rows_share_however_they_are_written() {
    let mut audit = Audit::new(&job(), 0);
    let md5 = Format::named("md5").unwrap();
    let texts = [
        "900150983cd24fb0d6963f7d28e17f72",
        "900150983CD24FB0D6963F7D28E17F72",
        "{MD5}kAFQmDzST7DWlj99KOF/cg==",
        "35664378d8079db552fcc80d3342852a",
    ];
    for (key, text) in texts.into_iter().enumerate() {
        audit.add(&Row::new(key, Cell::Text(text.to_owned())).of(md5));
    }
    let shared = audit.report().shared_unsalted;
    assert_eq!((shared.rows, shared.exact), (3, true));
}

#[test]
fn an_audit_tells_costs_apart_up_to_a_bound() {
    let mut audit = Audit::new(&job(), 0);
    for rounds in 1..=100 {
        let text =
            format!("$pbkdf2-sha256${rounds}$kw$r5Zk6LXMXPUzJz94SRwbjR/UevCYy8F63FRn4Yu5KLo");
        audit.add(&Row::new(rounds, Cell::Text(text)));
    }
    let costs = &audit.report().formats[0].costs;
    assert_eq!((costs.rounds_min, costs.rounds_max), (1, 100));
    assert_eq!((costs.rows.len(), costs.others), (64, 36));
}

#[test]
fn a_forecast_divides_time_and_multiplies_memory_by_the_threads() {
    let mut job = Job::new(Policy::OWASP);
    job.threads = 2;
    let forecast = job.forecast(1000, Duration::from_millis(20));
    assert!((forecast.seconds - 10.0).abs() < 1e-9);
    assert_eq!(forecast.memory_kib, 2 * 19_456);
}

#[test]
fn a_row_with_unused_bits_set_is_refused_or_wrapped_as_the_operator_says() {
    let text = "$2b$05$hgBoX6k7F46.2yK6b7N7xAd48LbLODjvm8LhBNHmEIMjla6RCCV0n";
    let row = Row::new(1_u64, Cell::Text(text.to_owned()));
    let mut job = job();
    let untidy = |job: &Job| {
        let mut audit = Audit::new(job, 0);
        audit.add(&row);
        audit.add(&Row::new(2, Cell::Text("$2y$10$cut".to_owned())));
        audit.add(&Row::new(3, Cell::Text(text.replace("$05$", "$99$"))));
        audit.report().untidy
    };
    assert!(matches!(job.judge(&row), Decision::Refuse(Refusal::Parse(_))));
    assert_eq!(untidy(&job), 1);
    job.tidy = true;
    assert!(matches!(job.judge(&row), Decision::Wrap(_)));
    assert_eq!(untidy(&job), 0);
}
