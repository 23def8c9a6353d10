//! Writes a seed for each sample and target: `cargo run --example seeds` in this folder.
use hashlift::{Format, Limits, PasswordHash, Side};
use std::{fs, path::Path};

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let mut written = 0;
    for format in Format::all() {
        for (number, sample) in format.samples().iter().enumerate() {
            let side = Side::from_pairs(sample.side.iter().copied()).unwrap_or_default();
            let name = format!("{}-{number}", format.slug());
            let salt = sample.side.iter().find(|(key, _)| *key == "salt").map(|(_, salt)| *salt);
            let beside = salt.map_or(String::new(), |salt| format!("\n{salt}"));
            let reading =
                PasswordHash::parse_beside(format, sample.stored, &side, &Limits::DEFAULT);
            let canonical = reading.map(|hash| hash.to_string()).unwrap_or_default();
            let seeds = [
                ("parse", format!("{}{beside}", sample.stored)),
                ("roundtrip", format!("{}{beside}", sample.stored)),
                ("roundtrip", canonical.clone()),
                ("verify", format!("{}\n{canonical}", sample.password)),
            ];
            for (kind, (target, text)) in seeds.into_iter().enumerate() {
                fs::create_dir_all(root.join(target))?;
                fs::write(root.join(target).join(format!("{name}-{kind}")), text)?;
                written += 1;
            }
        }
    }
    for (number, marker) in ["", "*", "!", "*LK*", "{CRYPT}*", "!$6$x$y"].iter().enumerate() {
        for (target, text) in [("parse", (*marker).to_owned()), ("verify", format!("x\n{marker}"))] {
            fs::write(root.join(target).join(format!("locked-{number}")), text)?;
            written += 1;
        }
    }
    // For each kernel a lone job, a group and more than a group; and a mixture of all.
    fs::create_dir_all(root.join("lanes"))?;
    for (kind, jobs) in (0..=10_u8).flat_map(|kind| [0_u8, 8, 35].map(|jobs| (kind, jobs))) {
        let mut seed = vec![jobs, if kind == 10 { 255 } else { kind }];
        let mut state = u32::from(kind) * 41 + u32::from(jobs) + 1;
        seed.extend((0..40 * (usize::from(jobs) + 1)).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }));
        fs::write(root.join("lanes").join(format!("{kind}-{jobs}")), seed)?;
        written += 1;
    }
    println!("{written} seeds");
    Ok(())
}
