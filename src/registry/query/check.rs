//! Which queries make sense, in the peer's words where they do not.
use super::super::search::Pattern;
use super::super::validate;
use super::attribute::{Attribute, Kind};
use super::filter::{Filter, Operand, Test};
use super::method::{Direction, Method, Op};
use super::raw::Raw;
use super::{By, LIMIT_DEFAULT, Listing, Order, Paging, instant};
use core::hash::{BuildHasher, Hasher};
use serde_json::Value;
use std::collections::hash_map::RandomState;

/// How many values a query takes.
const VALUES_MAX: usize = 500;
/// How deep `and` and `or` nest.
const DEPTH_MAX: usize = 8;

/// Check the queries of a list of users. Of several limits, offsets or cursors the first stands.
pub(super) fn listing(queries: &[Raw]) -> Result<Listing, String> {
    let (mut limit, mut offset, mut cursor) = (None, None, None);
    let (mut filters, mut order) = (Vec::new(), Vec::new());
    for query in queries {
        match query.method {
            Method::And | Method::Filter(..) | Method::Or => filters.push(filter(query, 0)?),
            Method::Cursor(side) => {
                let id = cursor_id(query)?;
                cursor.get_or_insert((side, id));
            }
            Method::Limit => {
                let number = number(query, 1)?;
                limit.get_or_insert(number);
            }
            Method::Offset => {
                let number = number(query, 0)?;
                offset.get_or_insert(number);
            }
            Method::Order(direction) => order.push(ordered(query, direction)?),
            Method::OrderRandom => order.push(Order {
                by: By::Random(RandomState::new().build_hasher().finish()),
                direction: Direction::Up,
            }),
            Method::Select => return Err(not_here(query)),
        }
    }
    let paging = Paging { limit: limit.unwrap_or(LIMIT_DEFAULT), offset: offset.unwrap_or(0) };
    Ok(Listing { filters, order, paging, cursor })
}

/// Check queries of which only `limit` and `offset` are allowed.
pub(super) fn paging(queries: &[Raw]) -> Result<Paging, String> {
    match queries.iter().find(|query| !matches!(query.method, Method::Limit | Method::Offset)) {
        Some(query) => Err(not_here(query)),
        None => listing(queries).map(|listing| listing.paging),
    }
}

fn filter(query: &Raw, depth: usize) -> Result<Filter, String> {
    match query.method {
        Method::And => nested(query, depth).map(Filter::All),
        Method::Or => nested(query, depth).map(Filter::Any),
        Method::Filter(op, negated) => test(query, op, negated).map(Filter::Test),
        _ => Err(not_here(query)),
    }
}

fn nested(query: &Raw, depth: usize) -> Result<Vec<Filter>, String> {
    let title = title(query);
    if query.values.len() < 2 {
        return Err(format!("Invalid query: {title} queries require at least two queries"));
    }
    if query.values.len() > VALUES_MAX {
        return Err(format!("Invalid query: {title} queries take at most {VALUES_MAX} queries"));
    }
    if depth == DEPTH_MAX {
        return Err(format!("Invalid query: Queries can be nested at most {DEPTH_MAX} deep"));
    }
    let queries: Vec<_> = query.values.iter().map(Raw::nested).collect::<Result<_, _>>()?;
    let is_filter =
        |query: &Raw| matches!(query.method, Method::And | Method::Filter(..) | Method::Or);
    if !queries.iter().all(is_filter) {
        return Err(format!("Invalid query: {title} queries can only contain filter queries"));
    }
    queries.iter().map(|query| filter(query, depth + 1)).collect()
}

fn test(query: &Raw, op: Op, negated: bool) -> Result<Test, String> {
    let (given, name) = (query.values.len(), &query.attribute);
    let (rule, kept) = match op {
        Op::IsNull => ("", true),
        Op::Between => ("exactly two values", given == 2),
        Op::ContainsAll | Op::ContainsAny => ("at least one value", given > 0),
        Op::Equal if !negated => ("at least one value", given > 0),
        _ => ("exactly one value", given == 1),
    };
    if !kept {
        return Err(format!("Invalid query: {} queries require {rule}.", title(query)));
    }
    let attribute = attribute(name)?;
    if given > VALUES_MAX {
        return Err(format!(
            "Invalid query: Query on attribute has greater than {VALUES_MAX} values: {name}"
        ));
    }
    let kind = attribute.kind();
    // What `isNull` is given is not looked at.
    let values = if op == Op::IsNull { &[] } else { query.values.as_slice() };
    let operands: Option<_> = values.iter().map(|value| operand(value, kind, op)).collect();
    let Some(operands) = operands else {
        return Err(format!("Invalid query: Query value is invalid for attribute \"{name}\""));
    };
    if let Some(why) = misfit(op, kind) {
        return Err(format!(
            "Invalid query: Cannot query {} on attribute \"{name}\" because it is {why}.",
            query.name
        ));
    }
    Ok(Test { attribute, op, negated, operands })
}

/// Why values of a kind cannot be tested like that.
const fn misfit(op: Op, kind: Kind) -> Option<&'static str> {
    match (op, kind) {
        (Op::IsNull, _) | (Op::ContainsAll | Op::ContainsAny, Kind::List) => None,
        (_, Kind::List) => Some("an array"),
        (Op::ContainsAll | Op::ContainsAny, Kind::Flag | Kind::Instant | Kind::Number) => {
            Some("not an array or string")
        }
        (Op::EndsWith | Op::Search | Op::StartsWith, Kind::Flag | Kind::Instant | Kind::Number) => {
            Some("not a string")
        }
        _ => None,
    }
}

/// The value, if it is of the kind.
fn operand(value: &Value, kind: Kind, op: Op) -> Option<Operand> {
    match (kind, value) {
        (Kind::Flag, Value::Bool(flag)) => Some(Operand::Flag(*flag)),
        (Kind::Instant, Value::String(text)) => instant::parse(text).map(Operand::Number),
        (Kind::Number, Value::Number(number)) => number.as_i64().map(Operand::Number),
        (Kind::Exact | Kind::Text, Value::String(text)) if op == Op::Search => {
            Some(Operand::Words(Pattern::read(text)))
        }
        (Kind::Exact | Kind::List, Value::String(text)) => Some(Operand::Text(text.clone())),
        (Kind::Text, Value::String(text)) => Some(Operand::Text(text.to_ascii_lowercase())),
        _ => None,
    }
}

fn ordered(query: &Raw, direction: Direction) -> Result<Order, String> {
    if query.attribute.is_empty() {
        return Ok(Order { by: By::Attribute(Attribute::Sequence), direction });
    }
    let attribute = attribute(&query.attribute)?;
    if attribute.kind() == Kind::List {
        return Err(format!(
            "Invalid query: Cannot query {} on attribute \"{}\" because it is an array.",
            query.name, query.attribute
        ));
    }
    Ok(Order { by: By::Attribute(attribute), direction })
}

fn attribute(name: &str) -> Result<Attribute, String> {
    Attribute::named(name)
        .ok_or_else(|| format!("Invalid query: Attribute not found in schema: {name}"))
}

fn number(query: &Raw, least: i64) -> Result<usize, String> {
    query
        .values
        .first()
        .and_then(Value::as_i64)
        .filter(|number| *number >= least)
        .map(|number| usize::try_from(number).unwrap_or(usize::MAX))
        .ok_or_else(|| {
            format!(
                "Invalid query: Invalid {}: Value must be a valid range between {least} and \
                 9,223,372,036,854,775,807",
                query.name
            )
        })
}

fn cursor_id(query: &Raw) -> Result<String, String> {
    let id = query.values.first().and_then(Value::as_str).filter(|id| validate::is_id(id));
    id.map(str::to_owned).ok_or_else(|| format!("Invalid query: Invalid cursor: {}", validate::UID))
}

fn not_here(query: &Raw) -> String {
    format!("Invalid query method: {}", query.name)
}

/// The method as a message begins with it.
fn title(query: &Raw) -> String {
    let mut name = query.name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}
