//! Which columns of a source hold what, and a row made of their cells.
use super::key::Key;
use crate::args;
use hashlift::job::{Cell, Row};
use hashlift::{Format, Side};
use std::borrow::Cow;

/// Which columns hold what. In JSON Lines they are the keys of the objects.
#[derive(clap::Args, Clone)]
pub(crate) struct Columns {
    /// The column that tells rows apart, in a database; or several, as `site_id,name`. The primary
    /// key, unless given.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) id: Option<String>,
    /// The column of the hashes.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) hash: String,
    /// The column of the salts, where they stand apart.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) salt: Option<String>,
    /// The format of hashes that carry no tag, such as bare hexadecimal; or, where no format has
    /// that name, the column that names it row by row.
    #[arg(long, value_name = "SLUG|COLUMN")]
    pub(crate) format: Option<String>,
    /// The column that names the format of each hash without a tag, whatever the column is called.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) format_column: Option<String>,
    /// Another column that a format needs, as `signer_key=COLUMN`; may be repeated.
    #[arg(long, value_name = "KEY=COLUMN", value_parser = args::pair)]
    pub(crate) side: Vec<(String, String)>,
}

impl Columns {
    /// The keys of side data with their columns.
    pub(super) fn sides(&self) -> impl Iterator<Item = (&str, &str)> {
        let salt = self.salt.iter().map(|column| ("salt", column.as_str()));
        salt.chain(self.side.iter().map(|(key, column)| (key.as_str(), column.as_str())))
    }

    /// All columns to read besides the id: the hash, the side data, the format.
    pub(super) fn wanted(&self) -> Vec<&str> {
        let columns = std::iter::once(self.hash.as_str()).chain(self.sides().map(|(_, name)| name));
        columns.chain(self.naming_column()).collect()
    }

    /// The one format of all hashes that carry no tag, if it was given.
    pub(crate) fn one_format(&self) -> Option<&'static Format> {
        self.format.as_deref().and_then(|name| args::format(name).ok())
    }

    /// The column that names the format row by row.
    fn naming_column(&self) -> Option<&str> {
        let named = self.format.as_deref().filter(|name| args::format(name).is_err());
        self.format_column.as_deref().or(named)
    }

    /// A row from the cells of the [`wanted`](Self::wanted) columns, in their order.
    pub(super) fn row(&self, key: Key, mut cells: impl Iterator<Item = Cell>) -> Row<Key> {
        let stored = cells.next().unwrap_or_default();
        let mut pairs = Vec::new();
        for ((name, _), cell) in self.sides().zip(cells.by_ref()) {
            match cell {
                Cell::Text(text) => pairs.push((name, text)),
                Cell::Fault(rule) => return Row::new(key, fault(&stored, rule)),
                _ => {}
            }
        }
        let format = match cells.next() {
            Some(Cell::Text(name)) if !name.is_empty() => match args::format(&name) {
                Ok(format) => Some(format),
                Err(_) => {
                    let rule = "the row names a format that is not known";
                    return Row::new(key, fault(&stored, rule.into()));
                }
            },
            _ => None,
        };
        let side = match pairs.is_empty() {
            true => Ok(Side::NONE),
            false => Side::from_pairs(pairs.iter().map(|(key, value)| (*key, value.as_str()))),
        };
        match side {
            Ok(side) => {
                let row = Row::new(key, stored).beside(side);
                format.map_or(row.clone(), |format| row.of(format))
            }
            Err(error) => Row::new(key, fault(&stored, error.to_string().into())),
        }
    }
}

/// A fault beside the hash matters only where there is a hash.
fn fault(stored: &Cell, rule: Cow<'static, str>) -> Cell {
    match stored {
        Cell::Null => Cell::Null,
        _ => Cell::Fault(rule),
    }
}
