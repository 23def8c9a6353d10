//! A table that people log in to and change passwords in, while two processes wrap it and are killed
//! at random points, with `kill -9` and by cutting their connections. Nothing may be lost, nothing
//! wrapped twice, no new password overwritten, no other column touched. `tests/kill/run` runs this;
//! the environment says how often (`HASHLIFT_TEST_KILLS`, 50), on how many rows
//! (`HASHLIFT_TEST_ROWS`, 100000) and with which random numbers (`HASHLIFT_TEST_SEED`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
#![allow(clippy::disallowed_methods, reason = "tests are told by the environment, and wait")]
mod common;
#[path = "common/server.rs"]
mod server;
use common::{hashlift, start};
use hashlift::{Format, Outcome, PasswordHash, Policy, Reason};
use server::{Kind, Server};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A user whose hash others made, and whose password is known.
#[derive(Clone, Copy)]
struct User {
    password: &'static str,
    stored: &'static str,
}

/// So cheap that the test is about rows.
fn policy() -> Policy {
    Policy::OWASP.with_costs(8, 1, 1)
}

/// Known answers that need nothing beside them and cost next to nothing, weak ones.
fn users() -> Vec<User> {
    let mut users = Vec::new();
    for format in Format::all() {
        for sample in format.samples().iter().filter(|sample| sample.side.is_empty()) {
            let Ok(hash) = PasswordHash::parse(sample.stored) else { continue };
            let cheap = hash.cost().rounds <= 2 && hash.cost().memory_kib == 0;
            let weak = policy().reason(&hash) == Some(Reason::Algorithm);
            let alone = !sample.password.is_empty() && hash.key_id().is_none();
            if cheap && weak && alone && hash.verify(sample.password).is_ok_and(|it| it) {
                users.push(User { password: sample.password, stored: sample.stored });
            }
        }
    }
    assert!(users.len() >= 10, "{} users", users.len());
    users
}

/// What is known of a row.
struct Known {
    user: User,
    /// What the application wrote last.
    text: String,
    /// What it has been wrapped to since.
    wrapped: Option<String>,
}

/// xorshift64*: the test can be run again with its seed.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(value).unwrap() % below
    }
}

fn told(name: &str, or: usize) -> usize {
    std::env::var(name).map_or(or, |text| text.parse().expect(name))
}

/// A table of so many users.
fn fill(server: &mut Server, rows: usize, more: &str) -> Vec<Known> {
    let text = match server.kind {
        Kind::Mysql => "VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        _ => "VARCHAR(400)",
    };
    server.run(&format!(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, login VARCHAR(40) NOT NULL, hash {text}, \
         note TEXT){more}"
    ));
    let users = users();
    let known: Vec<_> = users
        .iter()
        .cycle()
        .take(rows)
        .map(|user| Known { user: *user, text: user.stored.to_owned(), wrapped: None })
        .collect();
    server.run("BEGIN");
    for (chunk, rows) in known.chunks(1000).enumerate() {
        let values: Vec<_> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let (id, mut text) = (chunk * 1000 + at, row.text.replace('\'', "''"));
                if server.kind == Kind::Mysql {
                    text = text.replace('\\', "\\\\");
                }
                format!("({id}, 'user{id}', '{text}', 'note {id} \"')")
            })
            .collect();
        server.run(&format!("INSERT INTO users VALUES {}", values.join(", ")));
    }
    server.run("COMMIT");
    known
}

/// Everything but the hashes.
fn checksum(server: &mut Server) -> (usize, u64) {
    let rows = server.texts("SELECT concat(id, '/', login, '/', note) FROM users ORDER BY id");
    let mut hasher = DefaultHasher::new();
    rows.hash(&mut hasher);
    (rows.len(), hasher.finish())
}

/// Look at every row: it holds what was last written to it, or that wrapped, once and for all.
fn look(server: &mut Server, known: &mut [Known], whole: bool) -> usize {
    let texts = server.texts("SELECT hash FROM users ORDER BY id");
    assert_eq!(texts.len(), known.len(), "rows were lost");
    let mut wrapped = 0;
    for (id, (text, known)) in texts.iter().zip(known).enumerate() {
        let text = text.as_deref().unwrap_or_else(|| panic!("row {id} has lost its hash"));
        if !text.starts_with("$wrap$") {
            assert_eq!(text, known.text, "row {id} holds what nobody wrote");
            assert_eq!(known.wrapped, None, "row {id} was wrapped and is not any more");
            continue;
        }
        wrapped += 1;
        assert_eq!(text.matches("$wrap$").count(), 1, "row {id} was wrapped twice: {text}");
        let first = known.wrapped.get_or_insert_with(|| text.to_owned());
        assert_eq!(first, text, "row {id} was wrapped again");
        if whole {
            let hash = PasswordHash::parse(text).unwrap();
            assert!(hash.verify(known.user.password).unwrap(), "row {id}: {text}");
            assert!(!hash.verify(format!("{}x", known.user.password)).unwrap(), "row {id}");
        }
    }
    wrapped
}

/// The application: people log in, which brings their hash up to date, and change their passwords,
/// some to a weak hash, as long as a part of the application is old.
fn live(mut server: Server, known: &Mutex<Vec<Known>>, stop: &AtomicBool, seed: u64) -> [usize; 3] {
    let (users, mut random) = (users(), Random(seed | 1));
    let mut done = [0; 3];
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(2));
        let mut known = known.lock().unwrap();
        let id = random.next(known.len());
        let row = &mut known[id];
        if random.next(4) == 0 {
            let user = users[random.next(users.len())];
            let text = match random.next(2) {
                0 => policy().hash(user.password.as_bytes()).unwrap().to_string(),
                _ => user.stored.to_owned(),
            };
            let sql = format!("UPDATE users SET hash = ? WHERE id = {id}");
            assert_eq!(server.put(&sql, &[Some(&text)]), 1);
            *row = Known { user, text, wrapped: None };
            done[0] += 1;
            continue;
        }
        let old = server.texts(&format!("SELECT hash FROM users WHERE id = {id}")).remove(0);
        let old = old.expect("a login found no hash");
        let hash = PasswordHash::parse(&old).unwrap();
        match policy().check(&hash, row.user.password.as_bytes()).unwrap() {
            Outcome::Mismatch => panic!("row {id}: the right password was turned away: {old}"),
            Outcome::Upgrade(new) => {
                let new = new.to_string();
                let sql = format!("UPDATE users SET hash = ? WHERE id = {id} AND hash = ?");
                // If a worker was faster, the upgrade comes another time.
                if server.put(&sql, &[Some(&new), Some(&old)]) == 1 {
                    *row = Known { user: row.user, text: new, wrapped: None };
                    done[1] += 1;
                }
            }
            _ => {}
        }
        done[2] += 1;
    }
    done
}

fn args(source: &str) -> Vec<&str> {
    let mut args = vec!["wrap", source, "--table", "users", "--hash", "hash", "--apply", "--json"];
    args.extend(["--memory-kib", "8", "--passes", "1", "--threads", "1", "--rows", "100"]);
    args
}

/// Cut the connections of workers, as far as they can be told from others.
fn cut(server: &mut Server, app: &str) {
    let space = server.space.clone();
    match server.kind {
        Kind::Sqlite => {}
        Kind::Postgres => server.run(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE application_name = 'hashlift' AND query LIKE '%\"{space}\".\"users\"%'"
        )),
        Kind::Mysql => {
            let theirs = format!(
                "SELECT CAST(id AS CHAR) FROM information_schema.processlist \
                 WHERE db = '{space}' AND id NOT IN (connection_id(), {app})"
            );
            for id in server.texts(&theirs).into_iter().flatten() {
                // It may have ended since.
                let _ = server.try_run(&format!("KILL {id}"));
            }
        }
    }
}

/// How a worker whose connection was cut has ended, if it has: none where the cut missed it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It says that it has lost its connection, and how to go on.
    Cut,
    /// It had done all there was to do.
    Itself,
}

fn end(worker: &mut Child) -> Option<End> {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(2) {
        if let Some(status) = worker.try_wait().unwrap() {
            let mut said = String::new();
            worker.stdout.take().unwrap().read_to_string(&mut said).unwrap();
            let cut = status.code() == Some(4) && said.contains("\"error\"");
            assert!(cut || status.code() == Some(0), "{status}: {said}");
            return Some(if cut { End::Cut } else { End::Itself });
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

fn kill_at_random(mut server: Server) {
    let (kills, rows) = (told("HASHLIFT_TEST_KILLS", 50), told("HASHLIFT_TEST_ROWS", 100_000));
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = told("HASHLIFT_TEST_SEED", usize::try_from(time.as_secs()).unwrap());
    let kind = server.kind;
    eprintln!("{kind:?}: {kills} kills over {rows} rows, HASHLIFT_TEST_SEED={seed}");
    let begin = Instant::now();
    let known = Arc::new(Mutex::new(fill(&mut server, rows, "")));
    let others = checksum(&mut server);
    let stop = Arc::new(AtomicBool::new(false));
    let mut app = server.again();
    let app_id = match kind {
        Kind::Mysql => app.texts("SELECT CAST(connection_id() AS CHAR)").remove(0),
        _ => None,
    };
    let app_id = app_id.unwrap_or_default();
    let app = {
        let (server, known, stop) = (app, Arc::clone(&known), Arc::clone(&stop));
        std::thread::spawn(move || live(server, &known, &stop, seed as u64))
    };
    let workers = if kind == Kind::Sqlite { 1 } else { 2 };
    let source = server.source.clone();
    let mut running: Vec<Child> = (0..workers).map(|_| start(&args(&source))).collect();
    let mut random = Random(seed as u64 | 1);
    let (mut killed, mut cuts, mut ended, mut seen) = (0, 0, 0, 0);
    while killed < kills {
        // In two of three cases when so many rows more are wrapped, or else soon after the start,
        // while it still looks at the table.
        if random.next(3) > 0 {
            let enough = seen + random.next(2 * rows / (kills + 10)).max(1);
            let patience = Instant::now();
            while server.count("users WHERE hash LIKE '$wrap$%'") <= enough as u64
                && patience.elapsed() < Duration::from_secs(20)
            {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        std::thread::sleep(Duration::from_micros(random.next(300_000) as u64));
        if kind != Kind::Sqlite && random.next(5) == 0 {
            cut(&mut server, &app_id);
            for worker in &mut running {
                let Some(how) = end(worker) else { continue };
                *if how == End::Cut { &mut cuts } else { &mut ended } += 1;
                *worker = start(&args(&source));
            }
        }
        let at = random.next(workers);
        let worker = &mut running[at];
        match worker.try_wait().unwrap() {
            Some(_) => ended += 1,
            None => {
                worker.kill().unwrap();
                killed += 1;
            }
        }
        worker.wait().unwrap();
        running[at] = start(&args(&source));
        assert!(!app.is_finished(), "the application failed");
        if killed % 5 == 0 {
            seen = look(&mut server, &mut known.lock().unwrap(), false);
        }
    }
    for worker in &mut running {
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
    let last = look(&mut server, &mut known.lock().unwrap(), false);
    let whole = hashlift(&args(&source), "");
    assert_eq!(whole.code, 0, "{}{}", whole.out, whole.err);
    stop.store(true, Ordering::Relaxed);
    let [changed, upgraded, logins] = app.join().unwrap();
    let again = hashlift(&args(&source), "");
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert_eq!(again.json()[0]["tally"]["overtaken"], 0);
    let mut known = known.lock().unwrap();
    let wrapped = look(&mut server, &mut known, true);
    for (id, row) in known.iter().enumerate().filter(|(_, row)| row.wrapped.is_none()) {
        let hash = PasswordHash::parse(&row.text).unwrap();
        assert_eq!(policy().reason(&hash), None, "row {id} was left weak");
        assert!(hash.verify(row.user.password).unwrap(), "row {id}");
    }
    assert_eq!(checksum(&mut server), others, "another column was touched");
    eprintln!(
        "{kind:?}: {killed} kills, {cuts} lost connections ({ended} times a worker had ended by \
         itself), {last} rows wrapped by \
         then and {wrapped} in the end; {logins} logins, {upgraded} of them upgraded, {changed} \
         passwords changed. Rows lost 0, wrapped twice 0, changed passwords overwritten 0, other \
         columns as they were; {:.0} s",
        begin.elapsed().as_secs_f64()
    );
}

/// A small disk of its own, which can be filled up. None where nobody may mount one.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new(owner: Option<&str>) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap().to_owned();
        if !run("mount", &["-t", "tmpfs", "-o", "size=32m,mode=0777", "tmpfs", &path]) {
            eprintln!("left out: a disk that is full, since no tmpfs can be mounted here");
            return None;
        }
        let disk = Self(folder);
        // The database makes its files in a folder that is its own.
        let data = disk.data();
        std::fs::create_dir(&data).unwrap();
        if let Some(owner) = owner {
            run("chmod", &["0755", &path]);
            if !run("chown", &[owner, data.to_str().unwrap()]) {
                eprintln!("left out: a disk that is full, since {owner} is not of this machine");
                return None;
            }
        }
        Some(disk)
    }

    fn data(&self) -> std::path::PathBuf {
        self.0.path().join("data")
    }

    fn fill(&self) {
        let mut filler = std::fs::File::create(self.0.path().join("filler")).unwrap();
        for length in [65_536, 4096] {
            while filler.write_all(&vec![7; length]).is_ok() {}
        }
    }

    /// Make so much room again.
    fn free(&self, bytes: u64) {
        let path = self.0.path().join("filler");
        let filler = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        filler.set_len(filler.metadata().unwrap().len().saturating_sub(bytes)).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l", self.0.path().to_str().unwrap()]);
    }
}

fn run(command: &str, args: &[&str]) -> bool {
    let done = std::process::Command::new(command).args(args).output();
    done.is_ok_and(|done| done.status.success())
}

/// Run until the disk is full; make room; go on.
fn run_out_of_disk(server: &mut Server, disk: &Disk, more: &str) {
    let kind = server.kind;
    let mut known = fill(server, 20_000, more);
    let others = checksum(server);
    disk.fill();
    disk.free(1 << 20);
    let source = server.source.clone();
    let full = hashlift(&args(&source), "");
    assert_eq!(full.code, 4, "{kind:?}: {}{}", full.out, full.err);
    let error = &full.json()[0]["error"];
    let said = error["message"].as_str().unwrap();
    eprintln!("{kind:?}: {said}");
    assert!(said.contains(" rows are done. Run the same command again"), "{error}");
    let some = look(server, &mut known, false);
    assert!(some > 0 && some < 20_000, "{some} rows");
    disk.free(u64::MAX);
    let rest = hashlift(&args(&source), "");
    assert_eq!(rest.code, 0, "{kind:?}: {}{}", rest.out, rest.err);
    assert_eq!(look(server, &mut known, true), 20_000);
    assert_eq!(checksum(server), others, "another column was touched");
    eprintln!("{kind:?}: {some} rows were wrapped when the disk was full, then the others");
}

#[test]
#[ignore = "mounts a file system: tests/kill/run"]
fn out_of_disk_on_sqlite() {
    let Some(disk) = Disk::new(None) else { return };
    run_out_of_disk(&mut Server::sqlite_in(&disk.data()), &disk, "");
}

#[test]
#[ignore = "mounts a file system: tests/kill/run"]
fn out_of_disk_on_postgres() {
    let Some(mut server) = Server::postgres() else { return };
    let Some(disk) = Disk::new(Some("postgres")) else { return };
    let (space, place) = (server.space.clone(), disk.data());
    server.run(&format!("CREATE TABLESPACE {space} LOCATION '{}'", place.display()));
    run_out_of_disk(&mut server, &disk, &format!(" TABLESPACE {space}"));
    server.run("DROP TABLE users");
    server.run(&format!("DROP TABLESPACE {space}"));
}

#[test]
#[ignore = "mounts a file system: tests/kill/run"]
fn out_of_disk_on_mysql() {
    let Some(mut server) = Server::mysql() else { return };
    let Some(disk) = Disk::new(Some("mysql")) else { return };
    let place = disk.data();
    run_out_of_disk(&mut server, &disk, &format!(" DATA DIRECTORY = '{}'", place.display()));
    server.run("DROP TABLE users");
}

#[test]
#[ignore = "takes minutes: tests/kill/run"]
fn killed_at_random_on_sqlite() {
    kill_at_random(Server::sqlite());
}

#[test]
#[ignore = "takes minutes: tests/kill/run"]
fn killed_at_random_on_postgres() {
    Server::postgres().into_iter().for_each(kill_at_random);
}

#[test]
#[ignore = "takes minutes: tests/kill/run"]
fn killed_at_random_on_mysql() {
    Server::mysql().into_iter().for_each(kill_at_random);
}
