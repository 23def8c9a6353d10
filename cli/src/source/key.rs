//! What tells a row from others.
use std::fmt;

/// What tells a row from others, shown as its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Int(i64),
    /// Whole numbers that are too large for the former.
    Unsigned(u64),
    Text(String),
    Bytes(Vec<u8>),
    /// The columns of a composite key, in their order.
    Several(Vec<Key>),
    Line(u64),
    /// The number of a row in a file without lines, the first being 1, and its id if it has one.
    #[cfg_attr(not(feature = "parquet"), allow(dead_code, reason = "only Parquet has such rows"))]
    Row(u64, Option<Box<Key>>),
}

impl Key {
    /// From the columns of a key.
    pub(super) fn of(mut parts: Vec<Self>) -> Self {
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                Self::Several(parts)
            }
        }
    }

    /// The columns of a key.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::Several(parts) => parts,
            only => std::slice::from_ref(only),
        }
    }

    fn value(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(id) => write!(f, "{id}"),
            Self::Unsigned(id) => write!(f, "{id}"),
            Self::Text(id) => write!(f, "{id:?}"),
            Self::Bytes(id) => {
                f.write_str("0x")?;
                id.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::Line(line) | Self::Row(line, None) => write!(f, "{line}"),
            Self::Row(row, Some(id)) => write!(f, "{row}, {id}"),
            Self::Several(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    f.write_str(if at == 0 { "(" } else { ", " })?;
                    part.value(f)?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line(_) => "line ",
            Self::Row(..) => "row ",
            _ => "id ",
        })?;
        self.value(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_as_people_would_write_it() {
        let shown = |key: Key| key.to_string();
        assert_eq!(shown(Key::Int(-5)), "id -5");
        assert_eq!(shown(Key::Text("a\"b".to_owned())), r#"id "a\"b""#);
        let two = Key::of(vec![Key::Unsigned(u64::MAX), Key::Bytes(vec![0, 255])]);
        assert_eq!(shown(two), "id (18446744073709551615, 0x00ff)");
        assert_eq!(shown(Key::of(vec![Key::Int(1)])), "id 1");
        assert_eq!(shown(Key::Line(7)), "line 7");
        assert_eq!(shown(Key::Row(8, None)), "row 8");
        assert_eq!(shown(Key::Row(9, Some(Box::new(Key::Int(17))))), "row 9, id 17");
    }
}
