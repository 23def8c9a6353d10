//! Many threads at once: nothing is lost, nothing is made twice.
#![cfg(feature = "users")]
use hashlift::registry::UsersError;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

mod registry;
use registry::{client, md5, new, users, with_password};

const THREADS: usize = 64;

#[test]
fn of_many_who_want_one_email_one_gets_it() {
    let users = users();
    for i in 0..THREADS {
        users.create(new(&format!("u{i}"), &format!("u{i}@example.com"))).unwrap();
    }
    let (barrier, made, moved) = (Barrier::new(THREADS), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for i in 0..THREADS {
            let (users, barrier, made, moved) = (&users, &barrier, &made, &moved);
            scope.spawn(move || {
                barrier.wait();
                match users.create(new("unique()", "One@Example.com")) {
                    Ok(_) => drop(made.fetch_add(1, Ordering::Relaxed)),
                    Err(error) => assert_eq!(error, UsersError::UserExists),
                }
                match users.set_email(&format!("u{i}"), "two@example.com", &client()) {
                    Ok(_) => drop(moved.fetch_add(1, Ordering::Relaxed)),
                    Err(error) => assert_eq!(error, UsersError::EmailTaken),
                }
            });
        }
    });
    assert_eq!((made.into_inner(), moved.into_inner(), users.len()), (1, 1, THREADS + 1));
}

/// Each round has an imported hash that 64 logins are about to replace while it is changed: the
/// change stands, the old password is dead, and the new one opens.
#[test]
fn a_slow_upgrade_never_undoes_a_password_change() {
    const ROUNDS: usize = 1000;
    let users = users();
    let (start, end) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    let email = |round: usize| format!("u{round}@example.com");
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let (users, start, end) = (&users, &start, &end);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    start.wait();
                    let login = users.login(&email(round), "appwrite", &client());
                    end.wait();
                    // Checked where nobody waits: a panic must not leave the others at a barrier.
                    if let Err(error) = login {
                        assert_eq!(error, UsersError::InvalidCredentials);
                    }
                }
            });
        }
        let mut lost = Vec::new();
        for round in 0..ROUNDS {
            let hash = md5("144fa7eaa4904e8ee120651997f70dcc");
            let id = users.import(new("unique()", &email(round)), hash).unwrap().id.clone();
            start.wait();
            let changed = users.set_password(&id, "something new", &client());
            let sessions = users.sessions(&id).map(|sessions| sessions.len());
            end.wait();
            let (changed, stored) = (changed.unwrap(), users.get(&id).unwrap());
            let texts = [&changed, &stored].map(|u| u.password.as_ref().unwrap().text().to_owned());
            let old = users.login(&email(round), "appwrite", &client());
            let new = users.login(&email(round), "something new", &client());
            // Nobody gets in with the old password once it has been changed.
            let late = users.sessions(&id).unwrap().len() > sessions.unwrap() + 1;
            if texts[0] != texts[1] || old.is_ok() || new.is_err() || late {
                lost.push(round);
            }
        }
        assert_eq!(lost, [0; 0], "rounds with a lost change");
    });
}

#[test]
fn an_upgrade_is_written_once_however_many_log_in() {
    for _ in 0..20 {
        let users = users();
        users.import(new("a", "a@example.com"), md5("144fa7eaa4904e8ee120651997f70dcc")).unwrap();
        let barrier = Barrier::new(THREADS);
        let texts: Vec<String> = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|_| {
                    scope.spawn(|| {
                        barrier.wait();
                        users.login("a@example.com", "appwrite", &client()).unwrap();
                        let user = users.get("a").unwrap();
                        user.password.as_ref().unwrap().text().to_owned()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(texts[0].starts_with("$argon2id$"));
        assert!(texts.iter().all(|text| *text == texts[0]), "one write");
        assert_eq!(users.sessions("a").unwrap().len(), 10);
    }
}

#[test]
fn no_two_users_have_one_time_of_creation() {
    let users = users();
    thread::scope(|scope| {
        for i in 0..8 {
            let users = &users;
            scope.spawn(move || {
                for j in 0..50 {
                    let email = format!("u{i}-{j}@example.com");
                    users.create(with_password("unique()", &email, "password")).unwrap();
                }
            });
        }
    });
    let page = users.list(&["limit(400)".to_owned()], None, hashlift::registry::Count::Yes);
    let mut times: Vec<_> = page.unwrap().items.iter().map(|user| user.created).collect();
    let count = times.len();
    times.sort_unstable();
    times.dedup();
    assert_eq!(times.len(), count);
}
