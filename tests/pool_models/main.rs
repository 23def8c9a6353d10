//! The pool's engine under a model checker: its own files, over locks and threads that Shuttle
//! schedules in every which way. A lost wake-up is a deadlock that it reports.
//!
//! The work is a toy that counts. `cargo test --test pool_models` is all there is to it, and
//! `HASHLIFT_SCHEDULES=20000` before it makes it thorough; a failure prints a schedule that
//! `shuttle::replay` takes.
#![allow(
    dead_code,
    unreachable_pub,
    unnameable_types,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails, and does not use all of the engine"
)]
#[path = "../../src/pool/engine/mod.rs"]
mod engine;

/// What the engine waits and starts threads with: see `src/pool/sync.rs`.
mod sync {
    pub(super) use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard};
    pub(super) use shuttle::thread;
    pub(super) use std::sync::PoisonError;
}

mod toy;

use engine::{Lanes, PoolError};
use shuttle::thread;
use std::sync::Arc;
use std::time::Instant;
use toy::{Toy, all_done, busy, give, meeting, start, toy};

/// Each model under many random schedules, and under schedules with few changes of mind. How many,
/// can be said in the environment.
fn model(run: impl Fn() + Send + Sync + Clone + 'static) {
    #[expect(clippy::disallowed_methods, reason = "CI asks for more than a developer waits for")]
    let schedules = std::env::var("HASHLIFT_SCHEDULES").ok().and_then(|n| n.parse().ok());
    let schedules: usize = schedules.unwrap_or(200);
    shuttle::check_random(run.clone(), schedules);
    shuttle::check_pct(run, schedules, 3);
}

/// Lanes of which two in use gain.
fn two_or_more(shape: u8, width: usize) -> Lanes<u8> {
    Lanes { shape, least: 2, width }
}

#[test]
fn every_job_is_answered_by_its_own_answer() {
    model(|| {
        let (engine, tools) = start(2, 8, 0);
        let asking = (0..2).map(|asker| {
            let engine = Arc::clone(&engine);
            thread::spawn(move || {
                for name in [asker * 10, asker * 10 + 1] {
                    let (ticket, work) = toy(name);
                    engine.push(Toy { steps: u8::try_from(name % 2).unwrap(), ..work });
                    assert_eq!(ticket.wait(), Ok(name));
                }
            })
        });
        let asking: Vec<_> = asking.collect();
        asking.into_iter().for_each(|asker| asker.join().unwrap());
        engine.close();
        engine.join();
        let stats = engine.stats();
        assert_eq!((stats.submitted, stats.done, stats.waiting, stats.running), (4, 4, 0, 0));
        assert_eq!(tools.see(|seen| seen.begun.len()), 6);
    });
}

#[test]
fn a_future_is_woken() {
    model(|| {
        let (engine, _) = start(1, 8, 0);
        let tickets: Vec<_> = (0..2)
            .map(|name| {
                let (ticket, work) = toy(name);
                engine.push(Toy { steps: 1, ..work });
                ticket
            })
            .collect();
        drop(engine);
        for (name, ticket) in (0..).zip(tickets) {
            assert_eq!(shuttle::future::block_on(ticket), Ok(name));
        }
    });
}

#[test]
fn jobs_of_one_shape_run_together_and_the_rest_are_not_lost() {
    model(|| {
        let (engine, tools) = start(2, 16, 0);
        let tickets: Vec<_> = (0..6)
            .map(|name| {
                let (ticket, work) = toy(name);
                let lanes = (name != 5).then_some(two_or_more(u8::from(name == 4), 3));
                engine.push(Toy { lanes, steps: u8::from(name == 2), panics: name == 3, ..work });
                ticket
            })
            .collect();
        for (name, ticket) in (0..).zip(tickets) {
            let expected = if name == 3 { Err(PoolError::Panicked) } else { Ok(name) };
            assert_eq!(ticket.wait(), expected);
        }
        engine.close();
        engine.join();
        let stats = engine.stats();
        assert_eq!((stats.done, stats.panicked, stats.dropped), (6, 1, 0));
        assert!(tools.see(|seen| seen.widest) <= 3);
        assert_eq!(stats.lanes_filled, 6, "five of the two shapes, one of them twice");
        assert!(stats.lanes_possible == 3 * stats.groups && stats.groups <= 6);
    });
}

#[test]
fn what_gains_nothing_together_is_left_for_the_other_thread() {
    model(|| {
        let (engine, tools) = start(2, 16, 0);
        let (first, open) = busy(&engine, 1, 0);
        let (second, open_too) = busy(&engine, 2, 0);
        // Three of which four would gain. The first cannot end before the second has begun.
        let [one, other] = meeting();
        let lanes = Some(Lanes { shape: 1, least: 4, width: 8 });
        let meanwhile = [one, other, Box::new(thread::yield_now)];
        let asked = (3..).zip(meanwhile).map(|(name, meanwhile)| {
            let (ticket, toy) = toy(name);
            engine.push(Toy { lanes, meanwhile: Some(meanwhile), ..toy });
            ticket
        });
        let asked: Vec<_> = asked.collect();
        open();
        open_too();
        all_done(asked);
        all_done([first, second]);
        assert_eq!(tools.see(|seen| seen.widest), 1);
    });
}

#[test]
fn a_dropped_ticket_cancels_a_job_that_has_not_begun() {
    model(|| {
        let (engine, tools) = start(1, 8, 0);
        let (first, open) = busy(&engine, 1, 0);
        drop(give(&engine, 2, 0, || ()));
        let third = give(&engine, 3, 0, || ());
        open();
        assert_eq!((first.wait(), third.wait()), (Ok(1), Ok(3)));
        assert_eq!(tools.see(|seen| seen.begun.clone()), [1, 3]);
        assert_eq!((engine.stats().submitted, engine.stats().dropped), (3, 1));
    });
}

#[test]
fn a_full_queue_refuses_and_what_nobody_waits_for_does_not_fill_it() {
    model(|| {
        let (engine, tools) = start(1, 1, 0);
        let (first, open) = busy(&engine, 1, 0);
        // While the thread is at work, one job may wait; then another, for that one is moot.
        drop(give(&engine, 2, 0, || ()));
        let third = give(&engine, 3, 0, || ());
        assert_eq!(give(&engine, 4, 0, || ()).wait(), Err(PoolError::Busy));
        open();
        assert_eq!((first.wait(), third.wait()), (Ok(1), Ok(3)));
        assert_eq!(tools.see(|seen| seen.begun.clone()), [1, 3]);
        let stats = engine.stats();
        assert_eq!((stats.submitted, stats.dropped, stats.busy), (4, 1, 1));
    });
}

#[test]
fn a_ticket_may_be_dropped_while_its_job_begins() {
    model(|| {
        let (engine, tools) = start(1, 8, 0);
        let (going, toy) = toy(1);
        engine.push(Toy { steps: 1, ..toy });
        let gone = thread::spawn(move || drop(going));
        assert_eq!(give(&engine, 2, 0, || ()).wait(), Ok(2));
        gone.join().unwrap();
        engine.close();
        engine.join();
        let stats = engine.stats();
        let begun = tools.see(|seen| seen.begun.iter().filter(|name| **name == 1).count());
        assert_eq!(stats.done + stats.dropped, 2);
        // Begun twice it was done; otherwise it was dropped, before the first step or the second.
        assert_eq!(begun == 2, stats.dropped == 0, "{begun} {stats:?}");
    });
}

#[test]
fn a_job_whose_deadline_has_passed_never_begins() {
    model(|| {
        let (engine, tools) = start(1, 8, 0);
        let (late, work) = toy(1);
        let late = late.by(Instant::now());
        engine.push(work);
        let (behind, work) = toy(2);
        engine.push(work);
        assert_eq!(late.wait(), Err(PoolError::Expired));
        assert_eq!(behind.wait(), Ok(2));
        engine.close();
        engine.join();
        assert!(!tools.see(|seen| seen.begun.contains(&1)));
        assert_eq!((engine.stats().done, engine.stats().dropped), (1, 1));
    });
}

#[test]
fn under_any_schedule_each_job_is_done_dropped_or_refused() {
    model(|| {
        let (engine, _) = start(1, 1, 0);
        let mut tickets = Vec::new();
        for name in 0..4 {
            let (ticket, work) = toy(name);
            engine.push(Toy { steps: 1, ..work });
            // Every other caller goes away.
            if name % 2 == 0 {
                tickets.push((name, ticket))
            }
        }
        for (name, ticket) in tickets {
            match ticket.wait() {
                Ok(answer) => assert_eq!(answer, name),
                Err(error) => assert_eq!(error, PoolError::Busy),
            }
        }
        engine.close();
        engine.join();
        let stats = engine.stats();
        assert_eq!(stats.submitted, stats.done + stats.dropped + stats.busy, "{stats:?}");
    });
}

#[test]
fn what_was_taken_before_the_end_is_done_before_the_end() {
    model(|| {
        let (engine, _) = start(2, 8, 0);
        let asking = {
            let engine = Arc::clone(&engine);
            thread::spawn(move || {
                let ask = |name| {
                    let (ticket, work) = toy(name);
                    engine.push(Toy { steps: 1, ..work });
                    (name, ticket)
                };
                let asked: Vec<_> = (0..3).map(ask).collect();
                let closed = asked.into_iter().map(|(name, ticket)| match ticket.wait() {
                    Ok(answer) => u64::from(answer != name),
                    Err(error) => u64::from(error == PoolError::Closed),
                });
                closed.sum::<u64>()
            })
        };
        engine.close();
        engine.join();
        let refused = asking.join().unwrap();
        let stats = engine.stats();
        assert_eq!((stats.closed, stats.done, stats.dropped), (refused, 3 - refused, 0));
        assert_eq!((stats.waiting, stats.running), (0, 0));
    });
}

#[test]
fn what_is_abandoned_is_answered_too() {
    model(|| {
        let (engine, _) = start(2, 8, 100);
        let tickets: Vec<_> = (0..4)
            .map(|name| {
                let (ticket, work) = toy(name);
                engine.push(Toy { steps: 1, kib: 100, ..work });
                (name, ticket)
            })
            .collect();
        let end = {
            let engine = Arc::clone(&engine);
            thread::spawn(move || {
                engine.abandon();
                engine.join();
            })
        };
        let mut done = 0;
        for (name, ticket) in tickets {
            match ticket.wait() {
                Ok(answer) => {
                    assert_eq!(answer, name);
                    done += 1;
                }
                Err(error) => assert_eq!(error, PoolError::Closed),
            }
        }
        end.join().unwrap();
        let stats = engine.stats();
        assert_eq!((stats.done, stats.dropped), (done, 4 - done));
        assert_eq!((stats.waiting, stats.running, stats.memory_kib), (0, 0, 0));
    });
}

#[test]
fn a_pool_that_is_dropped_finishes_and_ends() {
    model(|| {
        let (engine, _) = start(2, 8, 0);
        let (ticket, work) = toy(1);
        engine.push(Toy { steps: 2, ..work });
        // Threads that did not end would be a deadlock.
        drop(engine);
        assert_eq!(ticket.wait(), Ok(1));
    });
}

#[test]
fn memory_stays_within_the_budget_and_nobody_starves() {
    // One that wants all of it, among some that want a part, none, or more than there is.
    let jobs = [100, 400, 200, 0, 300, 9999, 100];
    model(move || {
        let (engine, tools) = start(3, 16, 400);
        let ask = |(name, kib): (u32, u64)| {
            let (ticket, work) = toy(name);
            // Toys say what they use: the one that wants too much uses what it is given.
            engine.push(Toy { kib: kib.min(400), steps: u8::from(kib == 200), ..work });
            ticket
        };
        let tickets: Vec<_> = (0..).zip(jobs).map(ask).collect();
        for (name, ticket) in (0..).zip(tickets) {
            assert_eq!(ticket.wait(), Ok(name));
        }
        engine.close();
        engine.join();
        assert!(tools.see(|seen| seen.most_kib) <= 400, "{}", tools.see(|seen| seen.most_kib));
        assert_eq!(engine.stats().memory_kib, 0);
    });
}

#[test]
fn threads_give_back_what_they_keep() {
    model(|| {
        let (engine, tools) = start(2, 16, 400);
        // Both threads have used memory, and keep it.
        let [one, other] = meeting();
        let small = [give(&engine, 1, 200, one), give(&engine, 2, 200, other)];
        all_done(small);
        // One thread needs all of it; the other must not sit on its share, even at work.
        let [one, other] = meeting();
        let both = [give(&engine, 3, 400, one), give(&engine, 4, 0, other)];
        all_done(both);
        engine.close();
        engine.join();
        assert_eq!(tools.see(|seen| seen.most_kib), 400);
        assert_eq!(engine.stats().memory_kib, 0);
    });
}

#[test]
fn an_idle_thread_keeps_nothing() {
    model(|| {
        let (engine, tools) = start(2, 16, 400);
        let [one, other] = meeting();
        all_done([give(&engine, 1, 200, one), give(&engine, 2, 200, other)]);
        // This wakes one thread, and needs what the other kept.
        assert_eq!(give(&engine, 3, 400, || ()).wait(), Ok(3));
        assert_eq!(tools.see(|seen| seen.most_kib), 400);
    });
}

#[test]
fn no_thread_sleeps_while_there_is_work_that_it_could_do() {
    no_thread_sleeps(false);
    no_thread_sleeps(true);
}

fn no_thread_sleeps(forgetful: bool) {
    model(move || {
        let (engine, tools) = start(2, 16, 400);
        tools.see(|seen| seen.forgetful = forgetful);
        let [one, other] = meeting();
        // Behind a job that takes all memory, two that can only be done at once.
        let first = give(&engine, 1, 400, thread::yield_now);
        let both = [give(&engine, 2, 200, one), give(&engine, 3, 200, other)];
        all_done(both);
        assert_eq!(first.wait(), Ok(1));
    });
}

#[test]
fn the_pool_ends_although_threads_waited_for_memory() {
    model(|| {
        let (engine, _) = start(3, 16, 400);
        let tickets: Vec<_> =
            (0..3).map(|name| give(&engine, name, 400, thread::yield_now)).collect();
        engine.close();
        engine.join();
        assert_eq!((engine.stats().done, engine.stats().memory_kib), (3, 0));
        (0..).zip(tickets).for_each(|(name, ticket)| assert_eq!(ticket.wait(), Ok(name)));
    });
}

#[test]
fn a_job_that_is_under_way_begins_no_step_after_the_pool_is_abandoned() {
    model(|| {
        let (engine, tools) = start(1, 16, 0);
        let abandoning = Arc::clone(&engine);
        let (ticket, toy) = toy(1);
        let meanwhile: Box<dyn FnOnce() + Send> = Box::new(move || abandoning.abandon());
        engine.push(Toy { steps: 1, meanwhile: Some(meanwhile), ..toy });
        assert_eq!(ticket.wait(), Err(PoolError::Closed));
        engine.join();
        assert_eq!(tools.see(|seen| seen.begun.clone()), [1]);
        assert_eq!((engine.stats().done, engine.stats().dropped), (0, 1));
    });
}

#[test]
fn jobs_run_in_the_order_of_their_arrival() {
    model(|| {
        let (engine, tools) = start(1, 16, 0);
        let (first, open) = busy(&engine, 0, 0);
        let mut tickets = vec![first];
        // Shapes `1` and `2` in twos; the first has a second step, and keeps its place.
        for (name, lanes) in (1..).zip([Some(1), Some(2), None, Some(2), Some(1), Some(2)]) {
            let (ticket, toy) = toy(name);
            let lanes = lanes.map(|shape| two_or_more(shape, 2));
            engine.push(Toy { lanes, steps: u8::from(name == 1), ..toy });
            tickets.push(ticket);
        }
        open();
        all_done(tickets);
        assert_eq!(tools.see(|seen| seen.begun.clone()), [0, 1, 5, 1, 2, 4, 3, 6]);
        let stats = engine.stats();
        assert_eq!((stats.groups, stats.lanes_filled, stats.lanes_possible), (4, 6, 8));
    });
}

#[test]
fn while_the_oldest_waits_for_memory_others_get_none() {
    model(|| {
        let (engine, tools) = start(2, 16, 400);
        let (first, open) = busy(&engine, 1, 200);
        // Would fit, but would take what the job before it waits for.
        let big = give(&engine, 2, 400, thread::yield_now);
        let small = give(&engine, 3, 100, thread::yield_now);
        let none = give(&engine, 4, 0, thread::yield_now);
        assert_eq!(none.wait(), Ok(4));
        assert_eq!(tools.see(|seen| seen.begun.clone()), [1, 4]);
        open();
        all_done([first, big, small]);
        assert_eq!(tools.see(|seen| seen.begun.clone()), [1, 4, 2, 3]);
    });
}
