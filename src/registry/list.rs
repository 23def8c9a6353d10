//! Listing users: the filters, the order and the page that queries ask for.
//!
//! # What a query costs
//!
//! Nothing clones or sorts the table. With *n* users:
//!
//! | query | cost |
//! |---|---|
//! | default order | the page, and the slots that the offset skips |
//! | order by name, email, phone, `$createdAt` or `registration`, `$updatedAt`, `passwordUpdate`, `accessedAt` | a descent of an index, the page and what the offset skips |
//! | `equal` on `$id`, `email`, `phone` | a look-up for each value |
//! | `equal`, `between`, `startsWith`, comparisons and `isNull` on an indexed attribute, if at most 5000 and a sixteenth of *n* pass | those who pass |
//! | `search` | those who have one of the words |
//! | any other filter | a scan, until 5000 match or the table ends; if more match, the order is walked until the page is full |
//! | order by several attributes, by one without an index, or at random | those who match are tested, and their slots (4 bytes each) put in order as far as the page |
//!
//! A cursor costs a look-up. `Count::No` spares the scan that only counts.
use super::index::Slots;
use super::query::{
    Attribute, By, Datum, Direction, Filter, Listing, Op, Operand, Order, Paging, Side,
};
use super::search::{self, Pattern};
use super::store::{Seq, State};
use super::{Count, Page, User, UsersError};
use core::cmp::Ordering;
use std::sync::Arc;

/// How many matches are counted.
const TOTAL_MAX: usize = 5000;
/// How many characters a search has.
const SEARCH_CHARS_MAX: usize = 256;

/// The users that queries and a search ask for.
pub(super) fn list(
    state: &State,
    queries: &[String],
    search: Option<&str>,
    count: Count,
) -> Result<Page<Arc<User>>, UsersError> {
    let listing = Listing::read(queries)?;
    let pattern = search.map(pattern).transpose()?;
    let plan = Plan::new(state, listing, pattern)?;
    let (total, mut page) = plan.page(count);
    if plan.side == Side::Before {
        page.reverse();
    }
    let items = page.into_iter().filter_map(|seq| state.user(seq).cloned()).collect();
    Ok(Page { total, items })
}

fn pattern(search: &str) -> Result<Pattern, UsersError> {
    if search.is_empty() || search.chars().count() > SEARCH_CHARS_MAX {
        return Err(UsersError::argument(
            "search",
            format!(
                "Value must be a valid string and at least 1 chars and no longer than \
                 {SEARCH_CHARS_MAX} chars"
            ),
        ));
    }
    Ok(Pattern::read(search))
}

/// A list that is to be answered.
struct Plan<'a> {
    state: &'a State,
    filters: Vec<Filter>,
    /// A phrase is looked for in the text of each candidate.
    phrase: Option<Pattern>,
    /// Slots that may match, in order of insertion; all, if nothing narrows them down.
    candidates: Option<Vec<Seq>>,
    /// Ends in the order of insertion. Turned round before a cursor: what is nearest comes first.
    order: Vec<Order>,
    cursor: Option<(Seq, &'a User)>,
    side: Side,
    offset: usize,
    limit: usize,
}

impl<'a> Plan<'a> {
    fn new(
        state: &'a State,
        listing: Listing,
        pattern: Option<Pattern>,
    ) -> Result<Self, UsersError> {
        let Listing { filters, order, paging, cursor } = listing;
        let side = cursor.as_ref().map_or(Side::After, |(side, _)| *side);
        let cursor = cursor.map(|(_, id)| find_cursor(state, id, &order)).transpose()?;
        let mut order = total_order(order);
        if side == Side::Before {
            for key in &mut order {
                key.direction = key.direction.turned();
            }
        }
        let candidates = match &pattern {
            Some(pattern) => Some(state.indexes.search(pattern)),
            None => filters.iter().find_map(|filter| narrow(state, filter)),
        };
        let phrase = pattern.filter(Pattern::is_phrase);
        let Paging { limit, offset } = paging;
        Ok(Self { state, filters, phrase, candidates, order, cursor, side, offset, limit })
    }

    /// How many match, and the slots of the page.
    fn page(&self, count: Count) -> (u64, Vec<Seq>) {
        let everybody = self.candidates.is_none() && self.filters.is_empty();
        let total = |matches: usize| match count {
            Count::Yes => matches.min(TOTAL_MAX) as u64,
            Count::No => 0,
        };
        let uncounted = everybody || (count == Count::No && self.candidates.is_none());
        if uncounted && let Some(walk) = self.walk() {
            return (total(self.state.len()), self.cut(walk.filter(|seq| self.holds(*seq))));
        }
        let mut matches = self.candidates().filter(|seq| self.holds(*seq));
        let mut known: Vec<Seq> = matches.by_ref().take(TOTAL_MAX).collect();
        let total = total(known.len());
        if let Some(next) = matches.next() {
            if let Some(walk) = self.walk() {
                return (
                    total,
                    self.cut(walk.filter(|seq| self.is_candidate(*seq) && self.holds(*seq))),
                );
            }
            known.push(next);
            known.extend(matches);
        }
        (total, self.sort(known))
    }

    fn candidates(&self) -> Slots<'_> {
        match &self.candidates {
            Some(candidates) => Box::new(candidates.iter().copied()),
            None => self.slots(None, Direction::Up),
        }
    }

    fn is_candidate(&self, seq: Seq) -> bool {
        self.candidates.as_ref().is_none_or(|candidates| candidates.binary_search(&seq).is_ok())
    }

    fn holds(&self, seq: Seq) -> bool {
        self.state.user(seq).is_some_and(|user| {
            self.filters.iter().all(|filter| filter.holds(seq, user))
                && self.phrase.as_ref().is_none_or(|phrase| phrase.matches(&search::text(user)))
        })
    }

    /// All slots in the order asked for, from the cursor on, if an index has that order.
    fn walk(&self) -> Option<Slots<'_>> {
        match *self.order.as_slice() {
            [Order { by: By::Attribute(Attribute::Sequence), direction }] => {
                Some(self.slots(self.cursor.map(|(seq, _)| seq), direction))
            }
            [Order { by: By::Attribute(attribute), direction: keys }, Order { direction, .. }] => {
                self.state.indexes.walk(attribute, self.cursor, keys, direction)
            }
            _ => None,
        }
    }

    /// The slots in use, or those after one.
    fn slots(&self, after: Option<Seq>, direction: Direction) -> Slots<'_> {
        let end = Seq::try_from(self.state.slots.len()).unwrap_or(Seq::MAX);
        let used = |seq: &Seq| self.state.user(*seq).is_some();
        match direction {
            Direction::Up => {
                let from = after.map_or(0, |seq| seq.saturating_add(1));
                Box::new((from..end).filter(used))
            }
            Direction::Down => Box::new((0..after.unwrap_or(end)).rev().filter(used)),
        }
    }

    fn cut(&self, slots: impl Iterator<Item = Seq>) -> Vec<Seq> {
        slots.skip(self.offset).take(self.limit).collect()
    }

    /// The page of slots that have no order yet.
    fn sort(&self, mut slots: Vec<Seq>) -> Vec<Seq> {
        if let Some((cursor, _)) = self.cursor {
            slots.retain(|seq| self.compare(*seq, cursor) == Ordering::Greater);
        }
        let end = self.offset.saturating_add(self.limit);
        if end < slots.len() {
            slots.select_nth_unstable_by(end, |one, other| self.compare(*one, *other));
            slots.truncate(end);
        }
        slots.sort_unstable_by(|one, other| self.compare(*one, *other));
        self.cut(slots.into_iter())
    }

    fn compare(&self, one: Seq, other: Seq) -> Ordering {
        let user = |seq| self.state.user(seq);
        let (Some(a), Some(b)) = (user(one), user(other)) else { return one.cmp(&other) };
        self.order
            .iter()
            .map(|key| {
                let (a, b) = (key.by.of(one, a), key.by.of(other, b));
                match key.direction {
                    Direction::Up => a.compare(&b),
                    Direction::Down => b.compare(&a),
                }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl By {
    fn of(self, seq: Seq, user: &User) -> Datum<'_> {
        match self {
            Self::Attribute(attribute) => attribute.of(seq, user),
            Self::Random(seed) => Datum::Number(shuffled(seed, seq)),
        }
    }
}

/// A number that looks as if it had nothing to do with the slot.
fn shuffled(seed: u64, seq: Seq) -> i64 {
    // The finaliser of SplitMix64.
    let mut word = seed ^ u64::from(seq).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (word ^ (word >> 31)).cast_signed()
}

/// An order in which no two users are equal. Ties are in order of insertion; those of times of
/// creation and change go the way of the times.
fn total_order(mut order: Vec<Order>) -> Vec<Order> {
    let sequence = By::Attribute(Attribute::Sequence);
    if let Some(at) = order.iter().position(|key| key.by == sequence) {
        order.truncate(at.saturating_add(1));
        return order;
    }
    let direction = match order.first() {
        Some(Order {
            by: By::Attribute(Attribute::Created | Attribute::Updated),
            direction: Direction::Down,
        }) => Direction::Down,
        _ => Direction::Up,
    };
    order.push(Order { by: sequence, direction });
    order
}

fn find_cursor<'a>(
    state: &'a State,
    id: String,
    order: &[Order],
) -> Result<(Seq, &'a User), UsersError> {
    let found = state.seq_of(&id).and_then(|seq| Some((seq, state.user(seq)?.as_ref())));
    let (seq, user) = found.ok_or(UsersError::CursorNotFound { id })?;
    for key in order {
        match key.by {
            By::Attribute(attribute) if attribute.of(seq, user).is_null() => {
                return Err(UsersError::CursorNull { attribute: attribute.name().to_owned() });
            }
            By::Attribute(_) => {}
            By::Random(_) => {
                let why = "Cursor pagination cannot be used with a random order.".to_owned();
                return Err(UsersError::QueryInvalid { why });
            }
        }
    }
    Ok((seq, user))
}

/// The slots of those who may pass a filter, in order of insertion, if an index knows them and they
/// are few.
fn narrow(state: &State, filter: &Filter) -> Option<Vec<Seq>> {
    let test = match filter {
        Filter::All(filters) => return filters.iter().find_map(|filter| narrow(state, filter)),
        Filter::Any(filters) => {
            let found: Option<Vec<_>> =
                filters.iter().map(|filter| narrow(state, filter)).collect();
            return found.map(|found| sorted(found.concat()));
        }
        Filter::Test(test) => test,
    };
    let by: fn(&State, &str) -> Option<Seq> = match (test.op, test.negated, test.attribute) {
        (Op::Equal, false, Attribute::Id) => State::seq_of,
        (Op::Equal, false, Attribute::Email) => State::seq_of_email,
        (Op::Equal, false, Attribute::Phone) => State::seq_of_phone,
        _ => return state.indexes.narrow(test, few(state)),
    };
    let found = test.operands.iter().filter_map(|operand| match operand {
        Operand::Text(text) => by(state, text),
        _ => None,
    });
    Some(sorted(found.collect()))
}

/// How many are worth taking from an index rather than meeting them on the way: where more pass, a
/// page and the count are soon full.
fn few(state: &State) -> usize {
    (state.len() / 16).saturating_add(TOTAL_MAX)
}

fn sorted(mut slots: Vec<Seq>) -> Vec<Seq> {
    slots.sort_unstable();
    slots.dedup();
    slots
}
