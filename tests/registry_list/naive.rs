//! A list as its description says it, from a plain `Vec`: no index, no plan, every user looked at.
use hashlift::registry::User;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::sync::Arc;

/// A condition on an attribute, or several.
#[derive(Clone, Debug)]
pub(crate) enum Cond {
    One(&'static str, &'static str, Vec<Value>),
    And(Vec<Cond>),
    Or(Vec<Cond>),
}

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    pub(crate) conds: Vec<Cond>,
    /// Attributes, and whether downward.
    pub(crate) orders: Vec<(&'static str, bool)>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
    /// An id, and whether the page is before it.
    pub(crate) cursor: Option<(String, bool)>,
    pub(crate) search: Option<&'static str>,
}

impl Cond {
    fn json(&self) -> Value {
        match self {
            Self::One(method, attribute, values) => {
                json!({"method": method, "attribute": attribute, "values": values})
            }
            Self::And(all) => {
                json!({"method": "and", "values": all.iter().map(Self::json).collect::<Vec<_>>()})
            }
            Self::Or(any) => {
                json!({"method": "or", "values": any.iter().map(Self::json).collect::<Vec<_>>()})
            }
        }
    }

    fn holds(&self, seq: usize, user: &User) -> bool {
        let (method, attribute, values) = match self {
            Self::One(method, attribute, values) => (*method, *attribute, values),
            Self::And(all) => return all.iter().all(|cond| cond.holds(seq, user)),
            Self::Or(any) => return any.iter().any(|cond| cond.holds(seq, user)),
        };
        let value = value(attribute, seq, user);
        match method {
            "isNull" => return value.is_null(),
            "isNotNull" => return !value.is_null(),
            _ if value.is_null() => return false,
            _ => {}
        }
        let values: Vec<Value> = values.iter().map(|value| lower(attribute, value)).collect();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let has = |wanted: &Value| match &value {
            Value::Array(all) => all.contains(wanted),
            other => text(other).contains(&text(wanted)),
        };
        let first = values.first().cloned().unwrap_or_default();
        let between = || order(&value, &values[0]).is_ge() && order(&value, &values[1]).is_le();
        match method {
            "equal" => values.contains(&value),
            "notEqual" => value != first,
            "lessThan" => order(&value, &first).is_lt(),
            "lessThanEqual" => order(&value, &first).is_le(),
            "greaterThan" => order(&value, &first).is_gt(),
            "greaterThanEqual" => order(&value, &first).is_ge(),
            "between" => between(),
            "notBetween" => !between(),
            "startsWith" => text(&value).starts_with(&text(&first)),
            "notStartsWith" => !text(&value).starts_with(&text(&first)),
            "endsWith" => text(&value).ends_with(&text(&first)),
            "notEndsWith" => !text(&value).ends_with(&text(&first)),
            "contains" | "containsAny" => values.iter().any(has),
            "containsAll" => values.iter().all(has),
            "notContains" => !values.iter().any(has),
            other => panic!("{other}"),
        }
    }
}

impl Ask {
    /// The queries.
    pub(crate) fn queries(&self) -> Vec<String> {
        let mut queries: Vec<Value> = self.conds.iter().map(Cond::json).collect();
        for (attribute, down) in &self.orders {
            let method = if *down { "orderDesc" } else { "orderAsc" };
            queries.push(json!({"method": method, "attribute": attribute}));
        }
        if let Some(limit) = self.limit {
            queries.push(json!({"method": "limit", "values": [limit]}));
        }
        queries.push(json!({"method": "offset", "values": [self.offset]}));
        if let Some((id, before)) = &self.cursor {
            let method = if *before { "cursorBefore" } else { "cursorAfter" };
            queries.push(json!({"method": method, "values": [id]}));
        }
        queries.iter().map(Value::to_string).collect()
    }

    /// The answer: how many match, and the ids of the page; or the attribute that the cursor lacks.
    pub(crate) fn answer(
        &self,
        slots: &[Option<Arc<User>>],
    ) -> Result<(u64, Vec<String>), &'static str> {
        let mut all: Vec<(usize, &User)> = slots
            .iter()
            .enumerate()
            .filter_map(|(seq, user)| Some((seq, user.as_deref()?)))
            .collect();
        all.sort_by(|one, other| self.order(*one, *other));
        let cursor = self.cursor.as_ref().map(|(id, before)| {
            let at = all.iter().position(|(_, user)| user.id == *id).unwrap();
            (all[at], *before)
        });
        if let Some((cursor, _)) = cursor {
            let null = |attribute: &&str| value(attribute, cursor.0, cursor.1).is_null();
            if let Some(attribute) = self.orders.iter().map(|(attribute, _)| *attribute).find(null)
            {
                return Err(attribute);
            }
        }
        let mut matches = all;
        matches.retain(|(seq, user)| {
            self.conds.iter().all(|cond| cond.holds(*seq, user))
                && self.search.is_none_or(|search| searched(user, search))
        });
        let total = matches.len().min(5000) as u64;
        let limit = self.limit.unwrap_or(25);
        let page: Vec<_> = match cursor {
            None => matches.into_iter().skip(self.offset).take(limit).collect(),
            Some((cursor, false)) => matches
                .into_iter()
                .filter(|user| self.order(*user, cursor).is_gt())
                .skip(self.offset)
                .take(limit)
                .collect(),
            Some((cursor, true)) => {
                matches.retain(|user| self.order(*user, cursor).is_lt());
                let end = matches.len().saturating_sub(self.offset);
                matches[end.saturating_sub(limit)..end].to_vec()
            }
        };
        Ok((total, page.into_iter().map(|(_, user)| user.id.clone()).collect()))
    }

    fn order(&self, one: (usize, &User), other: (usize, &User)) -> Ordering {
        for (attribute, down) in &self.orders {
            let ordering =
                order(&value(attribute, one.0, one.1), &value(attribute, other.0, other.1));
            if ordering.is_ne() {
                return if *down { ordering.reverse() } else { ordering };
            }
        }
        match self.orders.first() {
            Some(("$createdAt" | "$updatedAt", true)) => other.0.cmp(&one.0),
            _ => one.0.cmp(&other.0),
        }
    }
}

/// The words of a text, as they count in these tests: there are no stop words among them.
fn searched(user: &User, search: &str) -> bool {
    let mut text = format!(
        "{} {} {} {}",
        user.id,
        user.email.as_deref().unwrap_or_default(),
        user.name,
        user.phone.as_deref().unwrap_or_default()
    );
    for label in &user.labels {
        text += &format!(" label:{label}");
    }
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
    };
    let counts = |word: &&String| word.chars().count() >= 3;
    let (text, search) = (words(&text), words(search));
    let (last, others) = search.split_last().unwrap();
    let others: Vec<_> = others.iter().filter(counts).collect();
    text.iter()
        .filter(counts)
        .any(|word| others.contains(&word) || (counts(&last) && word.starts_with(last.as_str())))
}

/// A value as it is compared: null, a flag, a number, text (in lower case unless it is an id).
fn value(attribute: &str, seq: usize, user: &User) -> Value {
    let raw = match attribute {
        "$id" => json!(user.id),
        "$sequence" => json!(seq),
        "$createdAt" | "registration" => json!(user.created.0),
        "$updatedAt" => json!(user.updated.0),
        "accessedAt" => json!(user.accessed.map(|time| time.0)),
        "email" => json!(user.email),
        "labels" => json!(user.labels),
        "name" => json!(user.name),
        "passwordUpdate" => json!(user.password_updated.map(|time| time.0)),
        "phone" => json!(user.phone),
        "status" => json!(user.status),
        other => panic!("{other}"),
    };
    lower(attribute, &raw)
}

/// Lower case where case does not count; milliseconds where it is the time of these tests.
fn lower(attribute: &str, value: &Value) -> Value {
    let instant = matches!(
        attribute,
        "$createdAt" | "registration" | "$updatedAt" | "accessedAt" | "passwordUpdate"
    );
    match value {
        Value::String(text) if instant => {
            let (seconds, millis) = (&text[17..19], &text[20..23]);
            json!(seconds.parse::<i64>().unwrap() * 1000 + millis.parse::<i64>().unwrap())
        }
        Value::String(text) if matches!(attribute, "name" | "email" | "phone") => {
            json!(text.to_ascii_lowercase())
        }
        other => other.clone(),
    }
}

fn order(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => one.as_i64().cmp(&other.as_i64()),
        (Value::String(one), Value::String(other)) => one.cmp(other),
        other => panic!("{other:?}"),
    }
}
