//! What a list is asked for: queries in either syntax, checked and typed.
//!
//! JSON (`{"method":"equal","attribute":"name","values":["x"]}`) and the older calls
//! (`equal("name", ["x"])`) are both read, always. The attributes of [`Attribute`] can be asked for
//! and no others: a password, its hash or the preferences of a user cannot be found by guessing.
mod attribute;
mod check;
mod filter;
mod instant;
mod method;
mod old;
mod raw;

pub(super) use attribute::{Attribute, Datum};
pub(super) use filter::{Filter, Operand, Test};
pub(super) use method::{Direction, Op, Side};

use super::UsersError;
use raw::Raw;

/// How many queries a list takes.
const QUERIES_MAX: usize = 100;
/// How many characters a query has.
const QUERY_CHARS_MAX: usize = 4096;
/// How long a page is, if nobody says.
const LIMIT_DEFAULT: usize = 25;

/// What a list of users is asked for.
#[derive(Debug)]
pub(super) struct Listing {
    /// All of them hold for a user that is listed.
    pub(super) filters: Vec<Filter>,
    /// The first decides; the next one decides where it is undecided.
    pub(super) order: Vec<Order>,
    pub(super) paging: Paging,
    /// The user next to the page, and on which side of the user the page lies.
    pub(super) cursor: Option<(Side, String)>,
}

/// Which part of a list is the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paging {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

/// One key of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) by: By,
    pub(super) direction: Direction,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Attribute(Attribute),
    /// Nothing: shuffled by a seed.
    Random(u64),
}

impl Listing {
    /// Read and check the queries of a list of users.
    pub(super) fn read(queries: &[String]) -> Result<Self, UsersError> {
        read(queries).and_then(|raw| check::listing(&raw)).map_err(broken)
    }
}

/// Read and check queries that may say `limit` and `offset` and nothing else.
pub(super) fn paging(queries: &[String]) -> Result<(usize, usize), UsersError> {
    let Paging { limit, offset } =
        read(queries).and_then(|raw| check::paging(&raw)).map_err(broken)?;
    Ok((limit, offset))
}

fn read(queries: &[String]) -> Result<Vec<Raw>, String> {
    if queries.len() > QUERIES_MAX {
        return Err(format!("Invalid query: At most {QUERIES_MAX} queries are allowed."));
    }
    queries
        .iter()
        .map(|text| {
            if text.chars().take(QUERY_CHARS_MAX + 1).count() > QUERY_CHARS_MAX {
                return Err(format!(
                    "Invalid query: A query has at most {QUERY_CHARS_MAX} characters."
                ));
            }
            Raw::read(text)
        })
        .collect()
}

fn broken(rule: String) -> UsersError {
    UsersError::argument("queries", rule)
}
