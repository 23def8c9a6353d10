//! `hashlift calibrate`: which Argon2id setting this machine can afford.
use crate::exit::{Exit, Failure};
use crate::output::Output;
use clap::value_parser;
use hashlift::{Limits, Policy};
use serde_json::json;
use std::time::{Duration, Instant};

/// Measure this machine, and print the Argon2id setting to use.
///
/// Memory is raised first, as it hinders an attacker most, then passes, until a login takes the time
/// asked for. The setting is never under OWASP's minimum (19 MiB, 2 passes), nor over what hashes may
/// ask for by default. Measure on the machine that will serve the logins, while it is idle. Lanes are
/// computed one after the other, so more of them do not make a login faster here.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashlift calibrate --target-ms 100
  hashlift calibrate --target-ms 250 --memory-mib 128 --json")]
pub(crate) struct Args {
    /// How long a login may take, in milliseconds.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=60_000))]
    target_ms: u32,
    /// Most memory that one login may take, in MiB; logins that run side by side add up.
    #[arg(long, value_name = "M", default_value_t = 64, value_parser = value_parser!(u32).range(19..=256))]
    memory_mib: u32,
    /// Lanes of the setting.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u32).range(1..=16))]
    lanes: u32,
}

/// Runs of a measurement, after one to warm up; the median counts.
const RUNS: usize = 5;
/// How often the setting is brought closer to the target, by what the last one took.
const ATTEMPTS: usize = 4;

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let target = Duration::from_millis(args.target_ms.into());
    let (policy, median) = calibrate(args, target)?;
    let ms = median.as_secs_f64() * 1000.0;
    let per_second = 1.0 / median.as_secs_f64();
    let meets_target = median <= target;
    if out.is_json() {
        out.value(&json!({
            "policy": policy,
            "median_ms": ms,
            "hashes_per_second_per_core": per_second,
            "meets_target": meets_target,
        }))?;
        return Ok(Exit::Ok);
    }
    let Policy { memory_kib, passes, lanes, .. } = policy;
    out.line(format_args!(
        "Argon2id: {memory_kib} KiB of memory, {passes} passes, {lanes} lane(s)"
    ))?;
    out.line(format_args!(
        "measured: {ms:.1} ms (median of {RUNS} runs), {per_second:.1} hashes a second on each core"
    ))?;
    if !meets_target {
        out.line(format_args!(
            "note:     {} ms cannot be met on this machine: this is OWASP's minimum, and nothing \
             under it is suggested",
            args.target_ms
        ))?;
    }
    let flags = format!("--memory-kib {memory_kib} --passes {passes} --lanes {lanes}");
    out.line(format_args!("to use:   hashlift hash {flags}"))?;
    let json = serde_json::to_string(&policy).map_err(std::io::Error::from)?;
    out.line(format_args!("or write: {json}\n          to a file, for --policy-file"))?;
    Ok(Exit::Ok)
}

/// The dearest setting within the target, and its time; OWASP's minimum when none is.
fn calibrate(args: &Args, target: Duration) -> Result<(Policy, Duration), Failure> {
    let floor =
        Policy::OWASP.with_costs(Policy::OWASP.memory_kib, Policy::OWASP.passes, args.lanes);
    let lowest = measure(&floor)?;
    let cap_kib = args.memory_mib.saturating_mul(1024).max(floor.memory_kib);
    let mut best = (floor.clone(), lowest);
    let mut last = best.clone();
    for _ in 0..ATTEMPTS {
        // The time of Argon2 grows with the memory filled, in all passes together.
        let policy = spend(affordable_kib(work_kib(&last.0), last.1, target), cap_kib, &floor);
        if policy == last.0 {
            break;
        }
        last = (policy.clone(), measure(&policy)?);
        if last.1 <= target && work_kib(&last.0) > work_kib(&best.0) {
            best = last.clone();
        }
    }
    Ok(best)
}

fn work_kib(policy: &Policy) -> u64 {
    u64::from(policy.memory_kib).saturating_mul(policy.passes.into())
}

/// How much memory can be filled within `target`, when filling `work_kib` took `took`.
fn affordable_kib(work_kib: u64, took: Duration, target: Duration) -> u64 {
    let product = u128::from(work_kib).saturating_mul(target.as_nanos());
    u64::try_from(product / took.as_nanos().max(1)).unwrap_or(u64::MAX)
}

/// The setting that fills at most `affordable_kib`, memory first; never under `floor`.
fn spend(affordable_kib: u64, cap_kib: u32, floor: &Policy) -> Policy {
    let limits = Limits::DEFAULT;
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let mib = narrow(affordable_kib / u64::from(floor.passes)) / 1024;
    let memory_kib = mib.saturating_mul(1024).min(cap_kib).max(floor.memory_kib);
    let most = limits.argon2_memory_passes_kib_max / u64::from(memory_kib);
    let passes = (affordable_kib / u64::from(memory_kib)).min(most).min(limits.argon2_passes_max);
    floor.clone().with_costs(memory_kib, narrow(passes).max(floor.passes), floor.lanes)
}

/// The median time of a hash.
fn measure(policy: &Policy) -> Result<Duration, Failure> {
    let time = || {
        let start = Instant::now();
        policy.hash(b"correct horse battery staple").map(|_| start.elapsed())
    };
    time()?;
    let mut times = (0..RUNS).map(|_| time()).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    Ok(times.get(RUNS / 2).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(affordable_kib: u64, cap_kib: u32) -> (u32, u32) {
        let policy = spend(affordable_kib, cap_kib, &Policy::OWASP);
        (policy.memory_kib, policy.passes)
    }

    #[test]
    fn memory_is_raised_first_and_then_passes() {
        assert_eq!(costs(2 * 32 * 1024, 65_536), (32 * 1024, 2));
        assert_eq!(costs(2 * 64 * 1024, 65_536), (65_536, 2));
        assert_eq!(costs(5 * 64 * 1024, 65_536), (65_536, 5));
    }

    #[test]
    fn no_setting_is_under_the_minimum_of_owasp_or_over_the_limits() {
        assert_eq!(costs(0, 65_536), (19_456, 2));
        assert_eq!(costs(u64::MAX, 262_144), (262_144, 4));
        assert_eq!(costs(u64::MAX, 65_536), (65_536, 16));
        assert_eq!(costs(u64::MAX, 19_456), (19_456, 16));
    }

    #[test]
    fn what_is_affordable_is_in_proportion_to_time() {
        let ms = Duration::from_millis;
        assert_eq!(affordable_kib(1000, ms(20), ms(100)), 5000);
        assert_eq!(affordable_kib(1000, ms(0), ms(0)), 0);
        assert_eq!(affordable_kib(u64::MAX, Duration::from_nanos(1), Duration::MAX), u64::MAX);
    }
}
