//! The attributes of a user that queries may name.
use super::super::store::Seq;
use super::super::{Time, User};
use core::cmp::Ordering;

/// An attribute that queries may name. What is not here cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    Accessed,
    Created,
    Email,
    EmailVerified,
    Id,
    Impersonator,
    Labels,
    Name,
    PasswordUpdated,
    Phone,
    PhoneVerified,
    Sequence,
    Status,
    Updated,
}

/// The value of an attribute, borrowed from a user.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Datum<'a> {
    Null,
    Flag(bool),
    /// An instant in milliseconds, or a sequence number.
    Number(i64),
    /// An id: case counts.
    Exact(&'a str),
    /// Any other text: ASCII case does not count.
    Text(&'a str),
    List(&'a [String]),
}

/// What kind of values an attribute has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Exact,
    Flag,
    Instant,
    List,
    Number,
    Text,
}

impl Attribute {
    /// The attribute of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        ATTRIBUTES.iter().find(|(known, ..)| *known == name).map(|(_, attribute)| *attribute)
    }

    /// The name: the first one, where there are two.
    pub(crate) fn name(self) -> &'static str {
        ATTRIBUTES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::Accessed | Self::Created | Self::PasswordUpdated | Self::Updated => Kind::Instant,
            Self::Email | Self::Name | Self::Phone => Kind::Text,
            Self::EmailVerified | Self::Impersonator | Self::PhoneVerified | Self::Status => {
                Kind::Flag
            }
            Self::Id => Kind::Exact,
            Self::Labels => Kind::List,
            Self::Sequence => Kind::Number,
        }
    }

    /// The value of a user.
    pub(crate) fn of(self, seq: Seq, user: &User) -> Datum<'_> {
        let instant = |time: Option<Time>| time.map_or(Datum::Null, |time| Datum::Number(time.0));
        match self {
            Self::Accessed => instant(user.accessed),
            Self::Created => Datum::Number(user.created.0),
            Self::Email => user.email.as_deref().map_or(Datum::Null, Datum::Text),
            Self::EmailVerified => Datum::Flag(user.email_verified),
            Self::Id => Datum::Exact(&user.id),
            Self::Impersonator => Datum::Flag(false),
            Self::Labels => Datum::List(&user.labels),
            Self::Name => Datum::Text(&user.name),
            Self::PasswordUpdated => instant(user.password_updated),
            Self::Phone => user.phone.as_deref().map_or(Datum::Null, Datum::Text),
            Self::PhoneVerified => Datum::Flag(user.phone_verified),
            Self::Sequence => Datum::Number(seq.into()),
            Self::Status => Datum::Flag(user.status),
            Self::Updated => Datum::Number(user.updated.0),
        }
    }
}

impl Datum<'_> {
    pub(crate) const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The order of two values of one attribute; null comes first.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Flag(one), Self::Flag(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => one.cmp(other),
            (Self::Exact(one), Self::Exact(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => folded(one, other),
            (Self::List(one), Self::List(other)) => one.cmp(other),
            // Two kinds never meet: an attribute has one, and its operands are checked.
            _ => Ordering::Equal,
        }
    }
}

/// The order of two texts in lower case, as far as ASCII goes.
fn folded(one: &str, other: &str) -> Ordering {
    one.bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .cmp(other.bytes().map(|byte| byte.to_ascii_lowercase()))
}

const ATTRIBUTES: &[(&str, Attribute)] = &[
    ("$createdAt", Attribute::Created),
    ("$id", Attribute::Id),
    ("$sequence", Attribute::Sequence),
    ("$updatedAt", Attribute::Updated),
    ("accessedAt", Attribute::Accessed),
    ("email", Attribute::Email),
    ("emailVerification", Attribute::EmailVerified),
    ("impersonator", Attribute::Impersonator),
    ("labels", Attribute::Labels),
    ("name", Attribute::Name),
    ("passwordUpdate", Attribute::PasswordUpdated),
    ("phone", Attribute::Phone),
    ("phoneVerification", Attribute::PhoneVerified),
    ("registration", Attribute::Created),
    ("status", Attribute::Status),
];
