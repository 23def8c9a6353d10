//! The methods of queries, by name.

/// What a query does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    And,
    Cursor(Side),
    /// A test of one attribute; `true` turns it round.
    Filter(Op, bool),
    Limit,
    Offset,
    Or,
    Order(Direction),
    OrderRandom,
    /// Read, to be refused by its name: a user is always listed whole.
    Select,
}

/// A test of one attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Between,
    ContainsAll,
    ContainsAny,
    EndsWith,
    Equal,
    GreaterThan,
    GreaterThanEqual,
    IsNull,
    LessThan,
    LessThanEqual,
    Search,
    StartsWith,
}

/// Which way a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

impl Direction {
    /// The other way.
    pub(crate) const fn turned(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// On which side of its cursor a page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    After,
    Before,
}

impl Method {
    /// The method of that name, and the name.
    pub(super) fn named(name: &str) -> Option<(&'static str, Self)> {
        METHODS.iter().find(|(known, _)| *known == name).copied()
    }

    /// Whether its arguments in the old syntax start with an attribute.
    pub(super) const fn has_attribute(self) -> bool {
        matches!(self, Self::Filter(..) | Self::Order(_))
    }
}

const METHODS: &[(&str, Method)] = &[
    ("and", Method::And),
    ("between", Method::Filter(Op::Between, false)),
    ("contains", Method::Filter(Op::ContainsAny, false)),
    ("containsAll", Method::Filter(Op::ContainsAll, false)),
    ("containsAny", Method::Filter(Op::ContainsAny, false)),
    ("cursorAfter", Method::Cursor(Side::After)),
    ("cursorBefore", Method::Cursor(Side::Before)),
    ("endsWith", Method::Filter(Op::EndsWith, false)),
    ("equal", Method::Filter(Op::Equal, false)),
    ("greaterThan", Method::Filter(Op::GreaterThan, false)),
    ("greaterThanEqual", Method::Filter(Op::GreaterThanEqual, false)),
    ("isNotNull", Method::Filter(Op::IsNull, true)),
    ("isNull", Method::Filter(Op::IsNull, false)),
    ("lessThan", Method::Filter(Op::LessThan, false)),
    ("lessThanEqual", Method::Filter(Op::LessThanEqual, false)),
    ("limit", Method::Limit),
    ("notBetween", Method::Filter(Op::Between, true)),
    ("notContains", Method::Filter(Op::ContainsAny, true)),
    ("notEndsWith", Method::Filter(Op::EndsWith, true)),
    ("notEqual", Method::Filter(Op::Equal, true)),
    ("notSearch", Method::Filter(Op::Search, true)),
    ("notStartsWith", Method::Filter(Op::StartsWith, true)),
    ("offset", Method::Offset),
    ("or", Method::Or),
    ("orderAsc", Method::Order(Direction::Up)),
    ("orderDesc", Method::Order(Direction::Down)),
    ("orderRandom", Method::OrderRandom),
    ("search", Method::Filter(Op::Search, false)),
    ("select", Method::Select),
    ("startsWith", Method::Filter(Op::StartsWith, false)),
];
