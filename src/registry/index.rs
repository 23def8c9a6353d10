//! The indexes that lists are answered from.
//!
//! Users by the attributes that have an order worth keeping, and by the words of their texts. Each
//! holds slots, never users: an update touches the indexes of what it changed, and no more.
//!
//! A user with a name, an email and a password, one of a million, takes about 660 bytes here: 150 for
//! four instants, 230 for texts, 280 for words.
use super::User;
use super::query::{Attribute, Datum, Direction, Op, Operand, Test};
use super::search::{self, Pattern, Words};
use super::store::Seq;
use core::iter::successors;
use core::ops::Bound::{Excluded, Included, Unbounded};
use std::collections::BTreeSet;

/// Attributes with an index of instants.
const INSTANTS: [Attribute; 4] =
    [Attribute::Accessed, Attribute::Created, Attribute::PasswordUpdated, Attribute::Updated];
/// Attributes with an index of texts.
const TEXTS: [Attribute; 3] = [Attribute::Email, Attribute::Name, Attribute::Phone];

/// Slots, in whatever order.
pub(super) type Slots<'a> = Box<dyn Iterator<Item = Seq> + 'a>;

/// Kept in step by the store on every insert, replacement and removal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Indexes {
    instants: [Ordered<i64>; INSTANTS.len()],
    texts: [Ordered<Option<Box<str>>>; TEXTS.len()],
    words: Words,
}

impl Indexes {
    pub(super) fn insert(&mut self, seq: Seq, user: &User) {
        self.change(seq, None, Some(user));
    }

    pub(super) fn remove(&mut self, seq: Seq, user: &User) {
        self.change(seq, Some(user), None);
    }

    /// Put a changed user in the place of the old one.
    pub(super) fn replace(&mut self, seq: Seq, old: &User, new: &User) {
        self.change(seq, Some(old), Some(new));
    }

    fn change(&mut self, seq: Seq, old: Option<&User>, new: Option<&User>) {
        for (attribute, index) in INSTANTS.iter().zip(&mut self.instants) {
            index.change(*attribute, seq, old, new);
        }
        for (attribute, index) in TEXTS.iter().zip(&mut self.texts) {
            index.change(*attribute, seq, old, new);
        }
        let text = |user: Option<&User>| user.map(search::text);
        self.words.change(seq, text(old).as_deref(), text(new).as_deref());
    }

    /// Whose text may have the pattern, in order of insertion.
    pub(super) fn search(&self, pattern: &Pattern) -> Vec<Seq> {
        self.words.find(pattern)
    }

    /// All slots in the order of an attribute, or those after a user. `None` without an index.
    pub(super) fn walk(
        &self,
        attribute: Attribute,
        after: Option<(Seq, &User)>,
        keys: Direction,
        ties: Direction,
    ) -> Option<Slots<'_>> {
        if let Some(index) = pick(attribute, &INSTANTS, &self.instants) {
            return Some(index.walk(attribute, after, keys, ties));
        }
        pick(attribute, &TEXTS, &self.texts).map(|index| index.walk(attribute, after, keys, ties))
    }

    /// Who passes a test, in order of insertion. `None` without an index that serves it, or if more
    /// than `max` pass.
    pub(super) fn narrow(&self, test: &Test, max: usize) -> Option<Vec<Seq>> {
        if let Some(index) = pick(test.attribute, &INSTANTS, &self.instants) {
            return index.narrow(test, max);
        }
        pick(test.attribute, &TEXTS, &self.texts)?.narrow(test, max)
    }
}

fn pick<'a, T>(attribute: Attribute, all: &[Attribute], indexes: &'a [T]) -> Option<&'a T> {
    all.iter().zip(indexes).find(|(known, _)| **known == attribute).map(|(_, index)| index)
}

/// What an index is sorted by.
trait Key: Clone + Ord {
    /// No value; the least of all.
    const NULL: Self;
    fn of(datum: Datum<'_>) -> Self;
    fn wanted(operand: &Operand) -> Option<Self>;
    fn starts_with(&self, prefix: &Self) -> bool;
}

/// Milliseconds; the least of all numbers is none.
impl Key for i64 {
    const NULL: Self = Self::MIN;

    fn of(datum: Datum<'_>) -> Self {
        if let Datum::Number(number) = datum { number } else { Self::NULL }
    }

    fn wanted(operand: &Operand) -> Option<Self> {
        if let Operand::Number(number) = operand { Some(*number) } else { None }
    }

    fn starts_with(&self, prefix: &Self) -> bool {
        self == prefix
    }
}

/// Text in lower case, as far as ASCII goes.
impl Key for Option<Box<str>> {
    const NULL: Self = None;

    fn of(datum: Datum<'_>) -> Self {
        if let Datum::Text(text) = datum { Some(text.to_ascii_lowercase().into()) } else { None }
    }

    fn wanted(operand: &Operand) -> Option<Self> {
        if let Operand::Text(text) = operand { Some(Some(text.as_str().into())) } else { None }
    }

    fn starts_with(&self, prefix: &Self) -> bool {
        self.as_deref().is_some_and(|text| text.starts_with(prefix.as_deref().unwrap_or_default()))
    }
}

/// Slots by a key, and by number where keys are equal.
#[derive(Debug, PartialEq, Eq)]
struct Ordered<K>(BTreeSet<(K, Seq)>);

impl<K> Default for Ordered<K> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<K: Key> Ordered<K> {
    fn change(&mut self, attribute: Attribute, seq: Seq, old: Option<&User>, new: Option<&User>) {
        let key = |user: Option<&User>| user.map(|user| K::of(attribute.of(seq, user)));
        let (old, new) = (key(old), key(new));
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.0.remove(&(old, seq));
        }
        if let Some(new) = new {
            self.0.insert((new, seq));
        }
    }

    fn walk<'a>(
        &'a self,
        attribute: Attribute,
        after: Option<(Seq, &User)>,
        keys: Direction,
        ties: Direction,
    ) -> Slots<'a> {
        let after = after.map(|(seq, user)| (K::of(attribute.of(seq, user)), seq));
        let bound = after.clone().map_or(Unbounded, Excluded);
        match (keys, ties) {
            (Direction::Up, Direction::Up) => {
                Box::new(self.0.range((bound, Unbounded)).map(|(_, seq)| *seq))
            }
            (Direction::Down, Direction::Down) => {
                Box::new(self.0.range((Unbounded, bound)).rev().map(|(_, seq)| *seq))
            }
            // Keys go one way and ties the other: step from key to key.
            _ => {
                let first = self.next_key(after.as_ref().map(|(key, _)| key), keys);
                let rest = after.map(|(key, seq)| self.group(&key, Some(seq), ties));
                let groups = successors(first, move |key| self.next_key(Some(key), keys));
                let later = groups.flat_map(move |key| self.group(&key, None, ties));
                Box::new(rest.into_iter().flatten().chain(later))
            }
        }
    }

    /// The key beyond another, or the one to begin with.
    fn next_key(&self, key: Option<&K>, keys: Direction) -> Option<K> {
        let next = match (keys, key.cloned()) {
            (Direction::Up, None) => self.0.first(),
            (Direction::Down, None) => self.0.last(),
            (Direction::Up, Some(key)) => {
                self.0.range((Excluded((key, Seq::MAX)), Unbounded)).next()
            }
            (Direction::Down, Some(key)) => self.0.range(..(key, 0)).next_back(),
        };
        next.map(|(key, _)| key.clone())
    }

    /// The slots of a key, or those after one of them.
    fn group<'a>(&'a self, key: &K, after: Option<Seq>, ties: Direction) -> Slots<'a> {
        let at = |seq: Seq| (key.clone(), seq);
        let bound = |seq| after.map_or_else(|| Included(at(seq)), |after| Excluded(at(after)));
        let (from, to) = match ties {
            Direction::Up => (bound(0), Included(at(Seq::MAX))),
            Direction::Down => (Included(at(0)), bound(Seq::MAX)),
        };
        let slots = self.0.range((from, to)).map(|(_, seq)| *seq);
        match ties {
            Direction::Up => Box::new(slots),
            Direction::Down => Box::new(slots.rev()),
        }
    }

    fn narrow(&self, test: &Test, max: usize) -> Option<Vec<Seq>> {
        let least = |key: &K| (key.clone(), 0);
        let most = |key: &K| (key.clone(), Seq::MAX);
        let some = Excluded(most(&K::NULL));
        let keys: Vec<K> = test.operands.iter().map(K::wanted).collect::<Option<_>>()?;
        let ranges = match (test.op, test.negated, keys.as_slice()) {
            (Op::Between, false, [low, high]) if low > high => vec![],
            (Op::Between, false, [low, high]) => vec![(Included(least(low)), Included(most(high)))],
            (Op::Equal, false, keys) => {
                keys.iter().map(|key| (Included(least(key)), Included(most(key)))).collect()
            }
            (Op::GreaterThan, false, [key]) => vec![(Excluded(most(key)), Unbounded)],
            (Op::GreaterThanEqual | Op::StartsWith, false, [key]) => {
                vec![(Included(least(key)), Unbounded)]
            }
            (Op::IsNull, false, _) => vec![(Unbounded, Included(most(&K::NULL)))],
            (Op::IsNull, true, _) => vec![(some, Unbounded)],
            (Op::LessThan, false, [key]) => vec![(some, Excluded(least(key)))],
            (Op::LessThanEqual, false, [key]) => vec![(some, Included(most(key)))],
            _ => return None,
        };
        let prefix = keys.first().filter(|_| test.op == Op::StartsWith);
        let mut found: Vec<Seq> = ranges
            .into_iter()
            .flat_map(|range| self.0.range(range))
            .take_while(|(key, _)| prefix.is_none_or(|prefix| key.starts_with(prefix)))
            .map(|(_, seq)| *seq)
            .take(max.saturating_add(1))
            .collect();
        if found.len() > max {
            return None;
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::Indexes;
    use crate::registry::{Client, NewUser, Options, Users};
    use proptest::prelude::*;

    const TEXTS: &[&str] = &["", "Ann", "ann lee", "bob", "Bob ann"];
    const EMAILS: &[&str] = &["", "ann@one.io", "bob@one.io", "ann.bob@two.io"];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn indexes_kept_in_step_are_those_of_a_fresh_start(
            deeds in proptest::collection::vec((0..5_u8, 0..8_usize, 0..4_usize), 0..60),
        ) {
            let users = Users::new(Options::default());
            let client = Client::default();
            for (deed, user, value) in deeds {
                let id = format!("user{user}");
                // What is refused must leave no trace.
                let _refused = match deed {
                    0 | 1 => users.create(NewUser { id, ..NewUser::default() }).is_err(),
                    2 => users.delete(&id).is_err(),
                    3 => users.set_name(&id, TEXTS[value], &client).is_err(),
                    _ => users.set_email(&id, EMAILS[value], &client).is_err(),
                };
            }
            let state = users.read();
            let mut fresh = Indexes::default();
            for (seq, user) in (0..).zip(&state.slots) {
                if let Some(user) = user {
                    fresh.insert(seq, user);
                }
            }
            prop_assert_eq!(&state.indexes, &fresh);
        }
    }
}
