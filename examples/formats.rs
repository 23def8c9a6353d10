//! The table of formats in the README, made from the rows themselves: `cargo run -p hashlift --example formats`
//! rewrites it in place.
use hashlift::Format;
use std::fs;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = fs::read_to_string(readme)?;
    let (head, rest) = text.split_once("compares -->\n").ok_or("README has no table")?;
    let (_, tail) = rest.split_once("<!-- /formats -->").ok_or("README has no end of table")?;
    fs::write(readme, format!("{head}compares -->\n{}<!-- /formats -->{tail}", table()))?;
    Ok(())
}

/// One row a format, in the order of their slugs.
fn table() -> String {
    let mut formats: Vec<_> = Format::all().collect();
    formats.sort_by_key(|format| format.slug());
    let mut table =
        "| format | where it is seen | needs beside it | strength | known answers from |\n\
                     |---|---|---|---|---|\n"
            .to_owned();
    for format in formats {
        let needs = format.needs().join(", ");
        let from = format.samples().first().map_or("–", |sample| sample.from);
        let summary = format.summary().replace('|', "\\|");
        let (slug, strength) = (format.slug(), format.strength().as_str());
        table += &format!("| `{slug}` | {summary} | {needs} | {strength} | {from} |\n");
    }
    table
}
