//! Whether a user is what a query asks for.
use super::super::User;
use super::super::search::Pattern;
use super::super::store::Seq;
use super::attribute::{Attribute, Datum};
use super::method::Op;
use core::cmp::Ordering;

/// A query that a user passes or does not.
#[derive(Debug)]
pub(crate) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Test(Test),
}

/// A test of one attribute.
///
/// Text is compared without regard to ASCII case, except ids. An attribute without a value passes
/// `isNull` and nothing else, not even what is negated.
#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) attribute: Attribute,
    pub(crate) op: Op,
    /// Whether what does not pass is what is asked for.
    pub(crate) negated: bool,
    /// As many as the test needs, of the attribute's kind.
    pub(crate) operands: Vec<Operand>,
}

/// What an attribute is compared with.
#[derive(Debug)]
pub(crate) enum Operand {
    Flag(bool),
    Number(i64),
    /// In lower case, unless case counts.
    Text(String),
    Words(Pattern),
}

impl Filter {
    /// Whether the user passes.
    pub(crate) fn holds(&self, seq: Seq, user: &User) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.holds(seq, user)),
            Self::Any(filters) => filters.iter().any(|filter| filter.holds(seq, user)),
            Self::Test(test) => test.holds(test.attribute.of(seq, user)),
        }
    }
}

impl Test {
    fn holds(&self, datum: Datum<'_>) -> bool {
        if self.op == Op::IsNull {
            return datum.is_null() != self.negated;
        }
        !datum.is_null() && self.passes(&datum) != self.negated
    }

    fn passes(&self, datum: &Datum<'_>) -> bool {
        let mut operands = self.operands.iter();
        match self.op {
            Op::Between => self.is(datum, 0, Ordering::is_ge) && self.is(datum, 1, Ordering::is_le),
            Op::ContainsAll => operands.all(|operand| operand.stands(Place::Anywhere, datum)),
            Op::ContainsAny => operands.any(|operand| operand.stands(Place::Anywhere, datum)),
            Op::EndsWith => operands.any(|operand| operand.stands(Place::End, datum)),
            Op::Equal => operands.any(|operand| operand.compare(datum) == Some(Ordering::Equal)),
            Op::GreaterThan => self.is(datum, 0, Ordering::is_gt),
            Op::GreaterThanEqual => self.is(datum, 0, Ordering::is_ge),
            Op::IsNull => datum.is_null(),
            Op::LessThan => self.is(datum, 0, Ordering::is_lt),
            Op::LessThanEqual => self.is(datum, 0, Ordering::is_le),
            Op::Search => operands.any(|operand| match (datum, operand) {
                (Datum::Exact(text) | Datum::Text(text), Operand::Words(words)) => {
                    words.matches(text)
                }
                _ => false,
            }),
            Op::StartsWith => operands.any(|operand| operand.stands(Place::Start, datum)),
        }
    }

    /// Whether the value stands like that to one of the operands.
    fn is(&self, datum: &Datum<'_>, operand: usize, like: fn(Ordering) -> bool) -> bool {
        self.operands.get(operand).and_then(|operand| operand.compare(datum)).is_some_and(like)
    }
}

impl Operand {
    /// How a value stands to the operand; `None` if they are of two kinds.
    fn compare(&self, datum: &Datum<'_>) -> Option<Ordering> {
        let own = match (self, datum) {
            (Self::Flag(flag), Datum::Flag(_)) => Datum::Flag(*flag),
            (Self::Number(number), Datum::Number(_)) => Datum::Number(*number),
            (Self::Text(text), Datum::Exact(_)) => Datum::Exact(text),
            (Self::Text(text), Datum::Text(_)) => Datum::Text(text),
            _ => return None,
        };
        Some(datum.compare(&own))
    }

    /// Whether the operand stands in a text there, or is a member of a list.
    fn stands(&self, place: Place, datum: &Datum<'_>) -> bool {
        let Self::Text(wanted) = self else { return false };
        let (text, folded) = match datum {
            Datum::Exact(text) => (text, false),
            Datum::Text(text) => (text, true),
            Datum::List(list) => return list.contains(wanted),
            Datum::Flag(_) | Datum::Null | Datum::Number(_) => return false,
        };
        let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
        let same = |one: &u8, other: &u8| one == other || folded && one.eq_ignore_ascii_case(other);
        // Byte by byte: most parts differ in the first.
        let is_wanted = |part: &[u8]| part.iter().zip(wanted).all(|(one, other)| same(one, other));
        match place {
            Place::Start => text.get(..wanted.len()).is_some_and(is_wanted),
            Place::End => text
                .len()
                .checked_sub(wanted.len())
                .and_then(|at| text.get(at..))
                .is_some_and(is_wanted),
            Place::Anywhere => wanted.is_empty() || text.windows(wanted.len()).any(is_wanted),
        }
    }
}

/// Where in a text.
#[derive(Clone, Copy)]
enum Place {
    Anywhere,
    End,
    Start,
}
