//! No copy of the password stays behind in memory after a verification.
//!
//! Each format runs in a process of its own, which reads its own memory through `/proc/self/mem`
//! and looks for the password. The needle never stands in memory as a whole except in the one
//! buffer that the caller owns: the searched bytes are kept XORed. Positive controls must be found,
//! or the search proves nothing. An observation about this compiler, no guarantee; unoptimised code
//! leaves copies that optimised code does not, so the test is for `--release`.
#![cfg(all(target_os = "linux", not(debug_assertions)))]
mod common;
use common::{read, samples, side};
use hashlift::{Account, Format, Limits, Outcome, PasswordHash, Policy, PoolOptions, VerifyPool};
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::mem::MaybeUninit;
use std::process::Command;
use std::sync::{Arc, mpsc};
use zeroize::Zeroize;

const MASK: u8 = 0xa5;
/// What is searched for, masked when the crate is compiled.
const MASKED: [u8; 20] = masked(b"n33dle;0f;20;bytes;!");
/// What says in the environment which format a child is about.
const CHILD: &str = "HASHLIFT_RESIDUE_OF";

const fn masked(plain: &[u8; 20]) -> [u8; 20] {
    let mut out = [0; 20];
    let mut i = 0;
    while i < 20 {
        out[i] = plain[i] ^ MASK;
        i += 1;
    }
    out
}

/// What stands before it in the password: an allocator writes over the start of what it frees.
const HEAD: usize = 16;

/// A password that ends in the needle, made byte by byte in a buffer of its own.
fn needle() -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + MASKED.len());
    out.resize(HEAD, b'x');
    for byte in black_box(MASKED) {
        out.push(byte ^ black_box(MASK));
    }
    out
}

/// How many copies of the needle this process holds in writable memory.
#[inline(never)]
fn copies() -> usize {
    // A frame to spare, never written: what lies dead below the caller must survive our own calls.
    let mut pad = MaybeUninit::<[u8; 262_144]>::uninit();
    black_box(&mut pad);
    let maps = BufReader::new(File::open("/proc/self/maps").unwrap());
    let regions: Vec<(u64, u64)> = maps
        .lines()
        .map_while(Result::ok)
        .filter(|line| line.contains(" rw") && !line.contains("[vvar"))
        .filter_map(|line| {
            let (start, end) = line.split_whitespace().next()?.split_once('-')?;
            Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
        })
        .collect();
    let mut memory = File::open("/proc/self/mem").unwrap();
    // The window through which memory is read would hold copies itself: it is masked at once.
    let mut window = vec![0_u8; 1 << 16];
    let mut found = 0;
    for (start, end) in regions {
        let mut at = start;
        while at < end {
            let len = window.len().min(usize::try_from(end - at).unwrap());
            if memory.seek(SeekFrom::Start(at)).is_err()
                || memory.read_exact(&mut window[..len]).is_err()
            {
                break;
            }
            window[..len].iter_mut().for_each(|byte| *byte ^= MASK);
            let own = window.as_ptr() as u64..window.as_ptr() as u64 + window.len() as u64;
            let places = window[..len].windows(MASKED.len()).enumerate();
            found += places
                .filter(|(offset, bytes)| {
                    **bytes == MASKED[..] && !own.contains(&(at + *offset as u64))
                })
                .count();
            window.fill(0);
            at += if at + len as u64 == end { len as u64 } else { (len - MASKED.len()) as u64 };
        }
    }
    black_box(&mut pad);
    found
}

/// What a child does: `work` with the needle, then count what is left once the caller wiped it.
fn left_by(work: impl FnOnce(&[u8])) -> usize {
    let mut password = needle();
    work(&password);
    password.as_mut_slice().zeroize();
    copies()
}

#[inline(never)]
fn spill(password: &[u8]) {
    let mut frame = [0_u8; 1024];
    frame[100..100 + password.len()].copy_from_slice(password);
    black_box(&mut frame);
}

#[inline(never)]
fn control(kind: &str) -> usize {
    match kind {
        // The buffer still lives.
        "live" => {
            let password = black_box(needle());
            black_box(password.as_ptr());
            let found = copies();
            black_box(&password);
            found
        }
        // A buffer that was not wiped: what dropping leaves.
        "heap" => left_by(|password| drop(black_box(password.to_vec()))),
        "grown" => left_by(|password| {
            let mut grown = black_box(password.to_vec());
            let neighbour = black_box(vec![1_u8; 4096]);
            grown.reserve(1 << 20);
            grown.as_mut_slice().zeroize();
            drop(black_box((grown, neighbour)));
        }),
        // A frame that was left without wiping it.
        "stack" => left_by(spill),
        _ => left_by(|_| ()),
    }
}

fn child(name: &str) -> usize {
    if let Some(kind) = name.strip_prefix("control:") {
        return control(kind);
    }
    if name == "policy:hash" {
        return left_by(|password| drop(Policy::OWASP.with_costs(64, 1, 1).hash(password)));
    }
    if let Some(verb) = name.strip_prefix("pool:") {
        return left_by(|password| pool(verb, password));
    }
    let (wrap, many) = (name.strip_prefix("wrapped:"), name.strip_prefix("many:"));
    let login = name.strip_prefix("login:");
    let slug = wrap.or(login).or(many).unwrap_or(name);
    let (format, sample) = samples().find(|(format, _)| format.slug() == slug).unwrap();
    let policy = Policy::OWASP.with_costs(64, 1, 1);
    let mut hash = read(format, sample);
    if wrap.is_some() {
        hash = policy.wrap(&hash).unwrap().unwrap();
    }
    let keys = side(sample).keyring(&hash).unwrap();
    if many.is_some() {
        // More than any lanes there are.
        return left_by(|password| {
            let pairs = [(&hash, password); 40];
            let verdicts = PasswordHash::verify_many_with(&pairs, &keys, &Limits::DEFAULT);
            assert!(verdicts.iter().all(|verdict| *verdict == Ok(false)));
        });
    }
    left_by(|password| {
        let verdict = hash.verify_with(password, &keys, &Limits::DEFAULT);
        assert_eq!(verdict, Ok(false));
        if login.is_some() {
            let _ = black_box(policy.login(Account::Hash(&hash), password, &keys));
        }
    })
}

/// What the pool does with a password, until it has ended.
fn pool(verb: &str, password: &[u8]) {
    let policy = Policy::OWASP.with_costs(64, 1, 1);
    let mut options = PoolOptions::default();
    options.threads = 1;
    let pool = VerifyPool::new(options).unwrap();
    // So that what follows waits, and runs in lanes.
    let ((open, gate), (begin, begun)) = (mpsc::channel::<()>(), mpsc::channel());
    let shut = pool.run(0, move || begin.send(()).is_ok() && gate.recv().is_ok());
    begun.recv().unwrap();
    let (format, sample) = samples().find(|(format, _)| format.slug() == "bcrypt").unwrap();
    let hash = Arc::new(read(format, sample));
    let account = Account::Hash(&hash);
    match verb {
        "verify" => {
            let tickets = [(); 4].map(|()| pool.verify(Arc::clone(&hash), password));
            open.send(()).unwrap();
            let answers = tickets.map(|ticket| ticket.wait().unwrap());
            assert!(answers.iter().all(|answer| *answer == Ok(false)));
        }
        "login" => {
            let ticket = pool.login(&policy, account, password);
            open.send(()).unwrap();
            assert!(matches!(ticket.wait().unwrap().outcome, Outcome::Mismatch));
        }
        "hash" => {
            let ticket = pool.hash(&policy, password);
            open.send(()).unwrap();
            drop(ticket.wait().unwrap().unwrap());
        }
        "dropped" => {
            drop(pool.login(&policy, account, password));
            open.send(()).unwrap();
        }
        "abandoned" => {
            let ticket = pool.login(&policy, account, password);
            pool.abandon();
            open.send(()).unwrap();
            ticket.wait().unwrap_err();
        }
        _ => panic!("{verb}"),
    }
    assert_eq!(shut.wait(), Ok(true));
    pool.drain();
}

/// Copies that a process of its own found.
fn found_by_child(name: &str) -> usize {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "no_copy_of_the_password_is_left_behind",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(CHILD, name)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = text.split("copies=").nth(1).and_then(|rest| rest.split_whitespace().next());
    number.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{name}: {text} {output:?}"))
}

#[test]
fn no_copy_of_the_password_is_left_behind() {
    #[expect(clippy::disallowed_methods, reason = "the parent tells the child what to do")]
    let name = std::env::var(CHILD);
    if let Ok(name) = name {
        println!("copies={} ", child(&name));
        return;
    }
    let controls = ["live", "heap", "grown", "stack"].map(|kind| format!("control:{kind}"));
    let controls = controls.map(|name| (found_by_child(&name), name));
    println!("{controls:?}");
    assert!(controls.iter().all(|(found, _)| *found > 0), "not found: {controls:?}");
    assert_eq!(found_by_child("control:none"), 0, "the search finds its own needle");
    let formats = Format::all().map(Format::slug).filter(|slug| *slug != "locked");
    let mut names: Vec<String> = formats.map(str::to_owned).collect();
    names.extend(
        ["wrapped:ldap-ssha", "wrapped:md5crypt", "login:ldap-ssha", "policy:hash"]
            .map(str::to_owned),
    );
    // What runs in lanes.
    let in_lanes = [
        "bcrypt",
        "phpass",
        "drupal7",
        "md5crypt",
        "apr1",
        "sha256crypt",
        "sha512crypt",
        "django-pbkdf2-sha1",
        "django-pbkdf2-sha256",
        "discourse",
        "dovecot-scram-sha256",
    ];
    names.extend(in_lanes.map(|slug| format!("many:{slug}")));
    let verbs = ["verify", "login", "hash", "dropped", "abandoned"];
    names.extend(verbs.map(|verb| format!("pool:{verb}")));
    let left: Vec<(String, usize)> =
        names.iter().map(|n| (n.clone(), found_by_child(n))).filter(|(_, n)| *n > 0).collect();
    println!("{} processes, copies left in {}", names.len(), left.len());
    assert!(left.is_empty(), "copies of the password were left by {left:?}");
    assert!(PasswordHash::parse("*").unwrap().is_locked());
}
