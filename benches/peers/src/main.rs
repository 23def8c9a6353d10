//! hashlift against libxcrypt, OpenSSL, libsodium, libargon2 and aws-lc.
//!
//! Ours and the peer's work take turns in one process, on one core unless a row says two; first each
//! row makes sure that both give the same answers. Times move from machine to machine and from hour
//! to hour; ratios of one run hold. `run` beside this crate installs what it needs.
mod ffi;
mod measure;
mod peer;
mod picture;
mod report;
mod rows;
mod storm;

use clap::Parser;
use std::{fs, path::PathBuf, process::ExitCode};

/// hashlift against the best libraries in C, in turns in one process
#[derive(Parser)]
struct Options {
    /// A first look: few rounds, few logins
    #[arg(long)]
    quick: bool,
    /// Rounds of each row; a fifth as many of the login storm
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    rounds: Option<u16>,
    /// Only this row, named as in the last lines; may be given again
    #[arg(long, value_name = "WORK")]
    only: Vec<String>,
    /// Measure more costs, and draw checks a second against cost
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print the table as the README has it
    #[arg(long)]
    markdown: bool,
    /// Put the table into the README
    #[arg(long, conflicts_with = "only")]
    readme: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let rounds = options.rounds.map_or(if options.quick { 3 } else { 11 }, usize::from);
    let mut rows = rows::rows();
    let works: Vec<_> = rows.iter().map(|row| row.work).chain([storm::WORK]).collect();
    if let Some(unknown) = options.only.iter().find(|name| !works.contains(&name.as_str())) {
        return Err(format!("no row `{unknown}`; there are: {}", works.join(", ")));
    }
    let wanted = |work| options.only.is_empty() || options.only.iter().any(|name| name == work);
    rows.retain(|row| wanted(row.work));

    let (machine, libraries) = (report::machine(), report::libraries());
    println!("{machine}\n{libraries}\nrounds: {rounds}\n\n{}", report::line(None));
    let (mut table, mut notes) = (Vec::new(), Vec::new());
    for row in rows {
        let measured = row.measure(rounds);
        println!("{}", report::line(Some(&measured)));
        table.push(measured);
    }
    if wanted(storm::WORK) {
        let logins = if options.quick { 200 } else { 5_000 };
        let (measured, waits) = storm::measure(logins, rounds.div_ceil(5));
        println!("{}", report::line(Some(&measured)));
        waits.iter().for_each(|note| println!("{note}"));
        table.push(measured);
        notes = waits;
    }
    if let Some(path) = &options.svg {
        let picture = picture::svg(&picture::curves(rounds.min(3)), &machine, &libraries);
        fs::write(path, picture).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if options.markdown {
        println!("\n{}", report::markdown(&table, &notes));
    }
    if options.readme {
        report::into_readme(&report::markdown(&table, &notes))?;
    }
    println!();
    table.iter().filter_map(report::ratio).for_each(|line| println!("{line}"));
    Ok(())
}
