//! Whatever is done and whatever is asked, the registry and a plain `Vec` say the same.
use crate::naive::{Ask, Cond};
use crate::{access, import, moment, new, registry};
use hashlift::registry::{Client, Count, Time, User, Users, UsersError};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::sync::Arc;

/// Something that is done to the user of that number.
#[derive(Clone, Debug)]
enum Deed {
    Access,
    Create,
    Delete,
    Email(&'static str),
    Import,
    Labels(Vec<&'static str>),
    Name(&'static str),
    Phone(&'static str),
    Status(bool),
}

const NAMES: &[&str] = &["", "ann", "Ann Lee", "ANN", "bob", "Bob Ross", "zoë", "ronaldo"];
const EMAILS: &[&str] = &["", "ann@one.io", "bob@one.io", "Ann@two.io", "c.d@three.io"];
const PHONES: &[&str] = &["", "+4912345678", "+4912345679", "+15551234567"];
const LABELS: &[&str] = &["vip", "Vip", "beta"];
const PARTS: &[&str] = &["", "a", "AN", "ann", "o", "+49", "+4912345678", "ann@one.io", "Bob Ross"];
const SEARCHES: &[&str] =
    &["ann", "an", "ron", "bob one", "one.io", "vip label", "user0", "123", "+4912345678"];

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        1 => Just(Deed::Access),
        4 => Just(Deed::Create),
        2 => Just(Deed::Delete),
        2 => Just(Deed::Import),
        2 => select(EMAILS).prop_map(Deed::Email),
        2 => vec(select(LABELS), 0..3).prop_map(Deed::Labels),
        3 => select(NAMES).prop_map(Deed::Name),
        2 => select(PHONES).prop_map(Deed::Phone),
        2 => any::<bool>().prop_map(Deed::Status),
    ]
}

fn cond() -> impl Strategy<Value = Cond> {
    let text = select(&["name", "email", "phone", "$id"][..]);
    let instant =
        select(&["$createdAt", "registration", "$updatedAt", "accessedAt", "passwordUpdate"][..]);
    let part = || select(PARTS).prop_map(|part| json!(part));
    let time = || (0..60_i64).prop_map(|at| json!(moment(Time(at))));
    let one =
        select(&["lessThan", "lessThanEqual", "greaterThan", "greaterThanEqual", "notEqual"][..]);
    let ends = select(&["startsWith", "notStartsWith", "endsWith", "notEndsWith"][..]);
    let any = select(&["equal", "contains", "containsAny", "containsAll", "notContains"][..]);
    let two = || select(&["between", "notBetween"][..]);
    let leaf = prop_oneof![
        (any, text.clone(), vec(part(), 1..4)).prop_map(|(m, a, v)| Cond::One(m, a, v)),
        (one.clone(), text.clone(), part()).prop_map(|(m, a, v)| Cond::One(m, a, vec![v])),
        (ends, text.clone(), part()).prop_map(|(m, a, v)| Cond::One(m, a, vec![v])),
        (two(), text.clone(), vec(part(), 2)).prop_map(|(m, a, v)| Cond::One(m, a, v)),
        (one, instant.clone(), time()).prop_map(|(m, a, v)| Cond::One(m, a, vec![v])),
        (two(), instant.clone(), vec(time(), 2)).prop_map(|(m, a, v)| Cond::One(m, a, v)),
        (instant.clone(), vec(time(), 1..4)).prop_map(|(a, v)| Cond::One("equal", a, v)),
        (select(&["isNull", "isNotNull"][..]), prop_oneof![text, instant])
            .prop_map(|(m, a)| Cond::One(m, a, vec![])),
        any_flag().prop_map(|v| Cond::One("equal", "status", v)),
        (0..9_i64).prop_map(|n| Cond::One("greaterThan", "$sequence", vec![json!(n)])),
        (select(&["contains", "containsAll", "notContains"][..]), vec(select(LABELS), 1..3))
            .prop_map(|(m, v)| Cond::One(m, "labels", v.into_iter().map(|v| json!(v)).collect())),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Cond::And),
            vec(inner, 2..4).prop_map(Cond::Or),
        ]
    })
}

fn any_flag() -> impl Strategy<Value = Vec<Value>> {
    vec(any::<bool>().prop_map(|flag| json!(flag)), 1..3)
}

fn ask() -> impl Strategy<Value = (Ask, Option<(usize, bool)>)> {
    let by = select(
        &[
            "name",
            "email",
            "phone",
            "$id",
            "$createdAt",
            "registration",
            "$updatedAt",
            "accessedAt",
            "passwordUpdate",
            "status",
            "$sequence",
        ][..],
    );
    (
        vec(cond(), 0..3),
        vec((by, any::<bool>()), 0..3),
        of(1..7_usize),
        0..4_usize,
        of((any::<usize>(), any::<bool>())),
        of(select(SEARCHES)),
    )
        .prop_map(|(conds, orders, limit, offset, cursor, search)| {
            (Ask { conds, orders, limit, offset, cursor: None, search }, cursor)
        })
}

/// The registry and the `Vec`, side by side.
struct Both {
    users: Users,
    slots: Vec<Option<Arc<User>>>,
}

impl Both {
    fn new() -> Self {
        Self { users: registry(), slots: Vec::new() }
    }

    fn add(&mut self, user: Arc<User>) {
        self.slots.push(Some(user));
    }

    /// Do it to one of those who are there. What conflicts or is refused changes nothing.
    fn act(&mut self, number: usize, deed: &Deed) {
        let client = Client::default();
        let fresh = format!("user{}", self.slots.len());
        match deed {
            Deed::Create => {
                let user =
                    self.users.create(new(&fresh, NAMES[number % NAMES.len()], "", "")).unwrap();
                return self.add(user);
            }
            Deed::Import => {
                let email = format!("{fresh}@one.io");
                let user = import(&self.users, &fresh, NAMES[number % NAMES.len()], &email);
                return self.add(user);
            }
            _ => {}
        }
        let there: Vec<usize> =
            (0..self.slots.len()).filter(|at| self.slots[*at].is_some()).collect();
        let Some(at) = there.get(number % there.len().max(1)).copied() else { return };
        let id = self.slots[at].as_ref().unwrap().id.clone();
        let users = &self.users;
        match deed {
            Deed::Access if self.slots[at].as_ref().unwrap().status => access(users, &id),
            Deed::Delete => users.delete(&id).unwrap(),
            Deed::Email(email) => drop(users.set_email(&id, email, &client)),
            Deed::Labels(labels) => {
                let labels = labels.iter().map(ToString::to_string).collect();
                users.set_labels(&id, labels, &client).map(drop).unwrap();
            }
            Deed::Name(name) => users.set_name(&id, name, &client).map(drop).unwrap(),
            Deed::Phone(phone) => drop(users.set_phone(&id, phone, &client)),
            Deed::Status(status) => users.set_status(&id, *status, &client).map(drop).unwrap(),
            Deed::Access | Deed::Create | Deed::Import => {}
        }
        self.slots[at] = users.get(&id).ok();
    }

    fn compare(&self, ask: &Ask) {
        let queries = ask.queries();
        let got = match self.users.list(&queries, ask.search, Count::Yes) {
            Ok(page) => Ok((page.total, page.items.iter().map(|user| user.id.clone()).collect())),
            Err(UsersError::CursorNull { attribute }) => Err(attribute),
            Err(error) => panic!("{error}: {queries:?}"),
        };
        let expected = ask.answer(&self.slots).map_err(str::to_owned);
        assert_eq!(got, expected, "{queries:?} {:?}", ask.search);
        // Not to count changes the total and nothing else.
        if let (Ok((_, ids)), Ok(page)) = (got, self.users.list(&queries, ask.search, Count::No)) {
            let uncounted: Vec<_> = page.items.iter().map(|user| user.id.clone()).collect();
            assert_eq!((page.total, uncounted), (0, ids), "{queries:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happened_every_list_is_the_naive_one(
        deeds in vec((any::<usize>(), deed()), 0..40),
        asks in vec(ask(), 1..12),
    ) {
        let mut both = Both::new();
        for (number, deed) in &deeds {
            both.act(*number, deed);
        }
        let there: Vec<_> = both.slots.iter().flatten().map(|user| user.id.clone()).collect();
        for (mut ask, cursor) in asks {
            let cursor = cursor.filter(|_| !there.is_empty());
            ask.cursor = cursor.map(|(n, before)| (there[n % there.len()].clone(), before));
            both.compare(&ask);
        }
    }
}

/// Beyond 5000 matches nothing is counted, and other ways lead to the page.
#[test]
fn a_list_of_more_than_is_counted_is_the_naive_one() {
    let mut both = Both::new();
    for n in 0..6000_usize {
        let name = NAMES[n % 7];
        let phone = if n % 3 == 0 { format!("+49{:08}", 7_000_000 - n) } else { String::new() };
        // Nine of ten are found by how their ids begin: more than is counted, and not all.
        let id = format!("{}{n}", if n % 10 == 0 { "other" } else { "user" });
        let user = both.users.create(new(&id, name, "", &phone)).unwrap();
        both.add(user);
    }
    for n in (0..6000).step_by(50) {
        both.act(n, &Deed::Delete);
    }
    for n in 0..20 {
        both.act(n * 123, &Deed::Name("zzz"));
        both.act(n * 77, &Deed::Access);
    }
    let dense = |method, attribute, values| vec![Cond::One(method, attribute, values)];
    for conds in [
        vec![],
        dense("equal", "status", vec![json!(true)]),
        dense("notContains", "name", vec![json!("zzz")]),
        dense("greaterThan", "registration", vec![json!(moment(Time(100)))]),
        dense("isNull", "phone", vec![]),
    ] {
        for orders in [
            vec![],
            vec![("name", true)],
            vec![("name", false)],
            vec![("phone", true)],
            vec![("$updatedAt", true)],
            vec![("status", true)],
            vec![("name", true), ("$id", true)],
        ] {
            for cursor in [None, Some(false), Some(true)] {
                for search in [None, Some("zzz use")] {
                    let cursor = cursor.map(|before| ("user3003".to_owned(), before));
                    let (conds, orders) = (conds.clone(), orders.clone());
                    both.compare(&Ask { conds, orders, limit: Some(5), offset: 2, cursor, search });
                }
            }
        }
    }
}
