//! Order, limit, offset, cursors, totals.
use crate::{ids, list, new, registry};
use hashlift::registry::{Count, Users};

/// Ten users, `u0` to `u9`; their names are `a`, `b`, `c`, `a`, ...; every other one has a phone.
fn ten() -> Users {
    let users = registry();
    for n in 0..10 {
        let phone = if n % 2 == 0 { format!("+491234567{n}") } else { String::new() };
        users.create(new(&format!("u{n}"), ["a", "B", "c"][n % 3], "", &phone)).unwrap();
    }
    users
}

#[test]
fn a_page_is_25_long_and_the_order_that_of_insertion() {
    let users = registry();
    for n in 0..30 {
        users.create(new(&format!("z{}", 99 - n), "", "", "")).unwrap();
    }
    let (total, page) = list(&users, &[], None).unwrap();
    assert_eq!((total, page.len()), (30, 25));
    assert_eq!((page[0].as_str(), page[24].as_str()), ("z99", "z75"));
    assert_eq!(list(&users, &["limit(9223372036854775807)"], None).unwrap().1.len(), 30);
}

#[test]
fn orders_are_lexicographic_nulls_least_and_ties_as_inserted() {
    let users = ten();
    for (queries, expected) in [
        (vec!["orderAsc(\"name\")"], "u0 u3 u6 u9 u1 u4 u7 u2 u5 u8"),
        (vec!["orderDesc(\"name\")"], "u2 u5 u8 u1 u4 u7 u0 u3 u6 u9"),
        (vec!["orderAsc(\"phone\")"], "u1 u3 u5 u7 u9 u0 u2 u4 u6 u8"),
        (vec!["orderDesc(\"phone\")"], "u8 u6 u4 u2 u0 u1 u3 u5 u7 u9"),
        (vec!["orderDesc(\"name\")", "orderDesc(\"$id\")"], "u8 u5 u2 u7 u4 u1 u9 u6 u3 u0"),
        (vec!["orderDesc(\"status\")"], "u0 u1 u2 u3 u4 u5 u6 u7 u8 u9"),
        (vec!["orderDesc(\"$createdAt\")"], "u9 u8 u7 u6 u5 u4 u3 u2 u1 u0"),
        (vec!["orderDesc(\"$sequence\")"], "u9 u8 u7 u6 u5 u4 u3 u2 u1 u0"),
        (vec!["orderAsc(\"accessedAt\")"], "u0 u1 u2 u3 u4 u5 u6 u7 u8 u9"),
    ] {
        assert_eq!(ids(&users, &queries), expected, "{queries:?}");
    }
}

#[test]
fn cursors_page_both_ways() {
    let users = ten();
    for (queries, expected) in [
        (vec!["cursorAfter(\"u6\")", "limit(2)"], "u7 u8"),
        (vec!["cursorAfter(\"u9\")"], ""),
        (vec!["cursorBefore(\"u6\")", "limit(2)"], "u4 u5"),
        (vec!["cursorBefore(\"u0\")"], ""),
        // Before a cursor the offset counts from the cursor.
        (vec!["cursorBefore(\"u6\")", "limit(2)", "offset(1)"], "u3 u4"),
        (vec!["cursorAfter(\"u2\")", "limit(2)", "offset(3)"], "u6 u7"),
        (vec!["orderDesc(\"name\")", "cursorAfter(\"u5\")", "limit(3)"], "u8 u1 u4"),
        (vec!["orderDesc(\"name\")", "cursorBefore(\"u4\")", "limit(3)"], "u5 u8 u1"),
        (vec!["orderDesc(\"\")", "cursorAfter(\"u3\")"], "u2 u1 u0"),
        (vec!["orderDesc(\"\")", "cursorBefore(\"u7\")"], "u9 u8"),
        // The cursor need not pass the filters.
        (vec!["equal(\"name\", [\"c\"])", "cursorAfter(\"u4\")"], "u5 u8"),
        // The first stands.
        (vec!["limit(1)", "limit(9)", "cursorAfter(\"u1\")", "cursorBefore(\"u9\")"], "u2"),
        (vec!["offset(8)", "offset(1)"], "u8 u9"),
        (vec!["offset(10)"], ""),
    ] {
        assert_eq!(ids(&users, &queries), expected, "{queries:?}");
    }
}

#[test]
fn the_total_ignores_the_page_and_may_be_left_out() {
    let users = ten();
    for queries in [
        vec!["equal(\"name\", [\"a\"])", "limit(1)"],
        vec!["equal(\"name\", [\"a\"])", "offset(9)"],
        vec!["equal(\"name\", [\"a\"])", "cursorAfter(\"u9\")"],
        vec!["contains(\"name\", [\"A\"])", "orderDesc(\"phone\")"],
    ] {
        assert_eq!(list(&users, &queries, None).unwrap().0, 4, "{queries:?}");
    }
    for queries in [vec![], vec!["contains(\"name\", [\"a\"])".to_owned()]] {
        let page = users.list(&queries, None, Count::No).unwrap();
        assert_eq!((page.total, page.items[0].id.as_str()), (0, "u0"));
    }
    assert_eq!(users.list(&[], Some("+4912345670"), Count::No).unwrap().total, 0);
}

#[test]
fn who_is_deleted_is_not_listed_and_who_comes_back_is_the_last() {
    let users = ten();
    users.delete("u0").unwrap();
    users.delete("u5").unwrap();
    users.create(new("u0", "", "", "")).unwrap();
    assert_eq!(list(&users, &[], None).unwrap().0, 9);
    assert_eq!(ids(&users, &[]), "u1 u2 u3 u4 u6 u7 u8 u9 u0");
}
