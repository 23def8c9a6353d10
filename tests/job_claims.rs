//! Several runs on one table: no row is hashed twice while all is well, and none is left when a
//! process dies with a claim in its hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test stops where it fails"
)]
use core::ops::ControlFlow;
use hashlift::job::{Cell, Job, JobError, Row, Swap, Table, Tally, Watch};
use hashlift::{Format, Policy};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct State {
    rows: BTreeMap<u64, String>,
    claims: BTreeSet<u64>,
    /// Parts that some process claimed, each time it did.
    claimed: Vec<u64>,
    /// Swaps that were tried, and how often each row was written.
    tried: u64,
    written: BTreeMap<u64, u32>,
}

/// One process's hold on the table.
#[derive(Clone, Default)]
struct Shared {
    state: Arc<Mutex<State>>,
    calls: usize,
    fails: Option<usize>,
    ahead: bool,
}

#[derive(Debug)]
struct Broken;

impl Shared {
    fn with_rows(rows: u64) -> Self {
        let table = Self::default();
        let md5 = || "35664378d8079db552fcc80d3342852a".to_owned();
        table.state.lock().unwrap().rows = (0..rows).map(|key| (key * 3, md5())).collect();
        table
    }

    fn call(&mut self) -> Result<(), Broken> {
        self.calls += 1;
        if self.fails == Some(self.calls) { Err(Broken) } else { Ok(()) }
    }

    fn weak(&self) -> usize {
        let state = self.state.lock().unwrap();
        state.rows.values().filter(|text| !text.starts_with("$wrap$")).count()
    }
}

impl Table for Shared {
    type Key = u64;
    type Error = Broken;

    fn batch(&mut self, after: Option<&u64>, rows_max: usize) -> Result<Vec<Row<u64>>, Broken> {
        self.call()?;
        let from = after.map_or(0, |key| key + 1);
        let state = self.state.lock().unwrap();
        let rows = state.rows.range(from..).take(rows_max);
        Ok(rows.map(|(key, text)| Row::new(*key, Cell::Text(text.clone()))).collect())
    }

    fn swap(&mut self, _: &u64, _: &str, _: &str) -> Result<bool, Broken> {
        unreachable!("this driver swaps pages");
    }

    fn swap_page(&mut self, swaps: &[Swap<'_, u64>]) -> Result<Vec<bool>, Broken> {
        self.call()?;
        let mut state = self.state.lock().unwrap();
        let mut done = Vec::new();
        for swap in swaps {
            state.tried += 1;
            let text = state.rows.get_mut(swap.key).unwrap();
            done.push(*text == swap.old);
            if *text == swap.old {
                *text = swap.new.to_owned();
                *state.written.entry(*swap.key).or_default() += 1;
            }
        }
        Ok(done)
    }

    fn commit(&mut self) -> Result<(), Broken> {
        self.call()
    }

    fn reads_ahead(&self) -> bool {
        self.ahead
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn claim(&mut self, part: u64) -> Result<bool, Broken> {
        self.call()?;
        let mut state = self.state.lock().unwrap();
        state.claimed.push(part);
        Ok(state.claims.insert(part))
    }

    fn release(&mut self, part: u64) -> Result<(), Broken> {
        self.call()?;
        assert!(self.state.lock().unwrap().claims.remove(&part), "it was not claimed");
        Ok(())
    }
}

fn job(rows_max: usize) -> Job {
    let mut job = Job::new(Policy::OWASP.with_costs(8, 1, 1));
    job.format = Format::named("md5");
    job.rows_max = rows_max;
    job
}

/// Waits for the others for ever.
struct Patient;

impl Watch<u64> for Patient {
    fn wait(&mut self, _: &Tally) -> ControlFlow<()> {
        std::thread::yield_now();
        ControlFlow::Continue(())
    }
}

#[test]
fn many_runs_share_a_table_and_no_row_is_hashed_twice() {
    for ahead in [false, true] {
        let table = Shared { ahead, ..Shared::with_rows(6_000) };
        let tallies: Vec<Tally> = std::thread::scope(|scope| {
            let runs: Vec<_> = [200, 64, 1000, 1]
                .into_iter()
                .map(|rows_max| {
                    let mut table = table.clone();
                    scope.spawn(move || job(rows_max).run(&mut table, &mut Patient).unwrap())
                })
                .collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        let state = table.state.lock().unwrap();
        assert_eq!(state.tried, 6_000, "rows were hashed in vain");
        assert!(state.written.len() == 6_000 && state.written.values().all(|times| *times == 1));
        assert_eq!(tallies.iter().map(|tally| tally.wrapped).sum::<u64>(), 6_000);
        for tally in &tallies {
            assert_eq!((tally.rows(), tally.claimed, tally.overtaken), (6_000, 0, 0));
        }
        assert!(state.claims.is_empty(), "claims are given back");
    }
}

#[test]
fn all_processes_see_the_same_parts_whatever_their_pages_are() {
    let parts = |rows_max, drop: Option<u64>| {
        let mut table = Shared::with_rows(6_000);
        if let Some(key) = drop {
            table.state.lock().unwrap().rows.remove(&key);
        }
        job(rows_max).run(&mut table, &mut ()).unwrap();
        let claimed = table.state.lock().unwrap().claimed.clone();
        claimed.into_iter().collect::<BTreeSet<_>>()
    };
    let seen = parts(200, None);
    assert!((30..65).contains(&seen.len()), "{} parts", seen.len());
    assert_eq!(parts(1, None), seen);
    assert_eq!(parts(5000, None), seen);
    assert_eq!(parts(200, Some(0)), seen, "a row that goes moves no border");
}

/// Another process has a claim, until the run has waited for it so often.
struct Holds {
    table: Shared,
    part: u64,
    waits: u32,
}

impl Watch<u64> for Holds {
    fn wait(&mut self, tally: &Tally) -> ControlFlow<()> {
        assert!(tally.claimed > 0);
        match self.waits.checked_sub(1) {
            None => return ControlFlow::Break(()),
            Some(0) => assert!(self.table.state.lock().unwrap().claims.remove(&self.part)),
            Some(_) => {}
        }
        self.waits -= 1;
        ControlFlow::Continue(())
    }
}

#[test]
fn what_a_process_had_claimed_when_it_was_killed_is_done_in_the_end() {
    for ahead in [false, true] {
        let mut probe = Shared { ahead, ..Shared::with_rows(2_500) };
        job(100).run(&mut probe, &mut ()).unwrap();
        let parts = probe.state.lock().unwrap().claimed.clone();
        for part in [parts[0], parts[3], *parts.last().unwrap()] {
            let mut table = Shared { ahead, ..Shared::with_rows(2_500) };
            table.state.lock().unwrap().claims.insert(part);
            let mut holds = Holds { table: table.clone(), part, waits: 3 };
            let done = job(100).run(&mut table, &mut holds).unwrap();
            assert_eq!((done.wrapped, done.claimed, done.rows()), (2_500, 0, 2_500));
            assert_eq!((table.weak(), holds.waits), (0, 0));

            // And if it is alive, its rows are its own.
            let mut table = Shared { ahead, ..Shared::with_rows(2_500) };
            table.state.lock().unwrap().claims.insert(part);
            let mut holds = Holds { table: table.clone(), part, waits: 0 };
            let done = job(100).run(&mut table, &mut holds).unwrap();
            assert_eq!(done.rows(), 2_500);
            assert!(done.claimed > 0 && done.claimed as usize == table.weak(), "{done:?}");
            let done = job(100).run(&mut table, &mut ()).unwrap();
            assert_eq!(done.claimed as usize, table.weak(), "nobody waits unless told to");
        }
    }
}

#[test]
fn whichever_call_fails_the_next_run_completes() {
    for ahead in [false, true] {
        let mut counted = Shared { ahead, ..Shared::with_rows(1_200) };
        job(300).run(&mut counted, &mut ()).unwrap();
        for n in 1..=counted.calls {
            let mut table = Shared { fails: Some(n), ahead, ..Shared::with_rows(1_200) };
            let first = job(300).run(&mut table, &mut ());
            // Only the last release is of no consequence.
            assert_eq!(
                matches!(first, Err(JobError::Table(Broken))),
                n != counted.calls,
                "call {n}"
            );
            // The process ends, and its claims with it.
            table.state.lock().unwrap().claims.clear();
            let mut next = Shared { fails: None, ..table };
            assert_eq!(job(300).run(&mut next, &mut ()).unwrap().rows(), 1_200, "call {n}");
            let state = next.state.lock().unwrap();
            assert!(state.written.len() == 1_200, "call {n}: rows were left");
            assert!(state.written.values().all(|times| *times == 1), "call {n}: written twice");
        }
    }
}
