//! What speaks for a reading, and against it.
use core::fmt;

/// A piece of evidence for or against a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The text carries the format's tag.
    Tag,
    /// The text has the length and the alphabet of the format, which others share.
    Shape {
        /// Length of the text, in bytes.
        bytes: usize,
        /// The alphabet.
        alphabet: &'static str,
    },
    /// Base64, and what its length and padding say.
    Base64 {
        /// Bytes that it stands for.
        bytes: usize,
        /// Characters of padding.
        padding: usize,
    },
    /// Every field is well-formed.
    Reads,
    /// Letters of hexadecimal are in the case in which this format's system writes them (or not).
    Case {
        /// Whether they are.
        fits: bool,
    },
    /// The text is what this format gives for a password that is known without trying.
    Constant {
        /// Which password.
        of: &'static str,
    },
    /// The reading is of the part before the first colon, beside the rest as its salt: so hashcat
    /// writes them, and many exports. Before it is read, the text must be taken apart.
    JoinedSalt {
        /// Byte offset of the colon.
        colon: usize,
    },
    /// A salt was given beside the text, and the format uses one (or not).
    Salt {
        /// Whether the format uses it.
        used: bool,
    },
    /// The salt that was given has a length that this format's system gives its salts.
    SaltLength {
        /// The length, in bytes.
        bytes: usize,
    },
    /// All that the format needs stands beside the text, and hardly another format has such columns.
    Beside,
    /// So many of the column's texts carry this tag, and their system has written this format too.
    Neighbours {
        /// The format of the neighbours.
        format: &'static str,
        /// Their share of the column.
        percent: u8,
    },
    /// Some texts of the column are the same: with a salt of its own, each would differ.
    Repeats {
        /// Whether the format takes no salt, so that it fits.
        fits: bool,
    },
    /// A rule of the format that the text breaks, and where.
    Breaks {
        /// Byte offset.
        at: usize,
        /// The rule.
        rule: &'static str,
    },
    /// The text ends early, and just where a column of a common width would cut it.
    Cut {
        /// The width of such a column.
        width: usize,
    },
    /// Nothing in the text can tell this reading from these: only the system it came from can, or a
    /// password that is known.
    Alike {
        /// The slugs of the other readings.
        others: Vec<&'static str>,
    },
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag => f.write_str("carries the tag"),
            Self::Shape { bytes, alphabet } => write!(f, "{bytes} characters, {alphabet}"),
            Self::Base64 { bytes, padding: 0 } => write!(f, "stands for {bytes} bytes, unpadded"),
            Self::Base64 { bytes, .. } => write!(f, "stands for {bytes} bytes, padded"),
            Self::Reads => f.write_str("every field is well-formed"),
            Self::Case { fits: true } => f.write_str("its letters are in the usual case"),
            Self::Case { fits: false } => f.write_str("but its letters are in the other case"),
            Self::Constant { of } => write!(f, "is its answer for {of}"),
            Self::JoinedSalt { colon } => write!(
                f,
                "with what stands behind the colon (byte {colon}) as its salt: give the two apart"
            ),
            Self::Salt { used: true } => f.write_str("a salt is given, and used"),
            Self::Salt { used: false } => f.write_str("a salt is given, but not used"),
            Self::SaltLength { bytes } => write!(f, "a salt of {bytes} bytes is usual here"),
            Self::Beside => f.write_str("all that it needs stands beside it"),
            Self::Neighbours { format, percent } => {
                write!(f, "{percent} % of the column is {format}, whose system wrote this before")
            }
            Self::Repeats { fits: true } => {
                f.write_str("texts repeat in the column, as they do without salts")
            }
            Self::Repeats { fits: false } => {
                f.write_str("but texts repeat in the column, which salts would prevent")
            }
            Self::Breaks { at, rule } => write!(f, "but at byte {at}: {rule}"),
            Self::Cut { width } => write!(
                f,
                "it is {width} bytes long, a usual width of columns: probably cut by its column"
            ),
            Self::Alike { others } => {
                f.write_str("the text alone cannot tell it from ")?;
                let mut comma = "";
                for other in others.iter().take(ALIKE_TOLD) {
                    write!(f, "{comma}{other}")?;
                    comma = ", ";
                }
                match others.len().saturating_sub(ALIKE_TOLD) {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
        }
    }
}

/// How many look-alikes are told by name.
const ALIKE_TOLD: usize = 3;
