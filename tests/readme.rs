//! The README's table of formats is what the rows say.
use hashlift::Format;

#[test]
fn the_table_of_formats_is_up_to_date() {
    let readme = include_str!("../README.md");
    let (_, table) = readme.split_once("compares -->\n").expect("the table begins");
    let (table, _) = table.split_once("<!-- /formats -->").expect("the table ends");
    let rows: Vec<&str> = table.lines().skip(2).collect();
    let mut formats: Vec<_> = Format::all().collect();
    formats.sort_by_key(|format| format.slug());
    assert_eq!(rows.len(), formats.len(), "run `cargo run -p hashlift --example formats`");
    for (row, format) in rows.iter().zip(formats) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let expected = [
            format!("`{}`", format.slug()),
            format.summary().to_owned(),
            format.needs().join(", "),
            format.strength().as_str().to_owned(),
            format.samples().first().map_or("–", |sample| sample.from).to_owned(),
        ];
        assert_eq!(cells, expected, "run `cargo run -p hashlift --example formats`");
    }
}
