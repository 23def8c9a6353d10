//! What is wrong with a query, in the very words.
use crate::{list, new, registry};
use hashlift::registry::UsersError;

/// The rule that queries break.
fn rule(queries: &[&str]) -> String {
    let users = registry();
    users.create(new("a", "", "", "")).unwrap();
    match list(&users, queries, None) {
        Err(UsersError::Argument { param: "queries", rule }) => rule,
        other => panic!("{queries:?}: {other:?}"),
    }
}

const SYNTAX: &str = "Invalid query: Invalid query: Syntax error";
const UID: &str = "Invalid query: Invalid cursor: UID must contain at most 36 chars. Valid chars are \
                   a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore";
const LIMIT: &str = "Invalid query: Invalid limit: Value must be a valid range between 1 and \
                     9,223,372,036,854,775,807";
const OFFSET: &str = "Invalid query: Invalid offset: Value must be a valid range between 0 and \
                      9,223,372,036,854,775,807";

#[test]
fn each_error_has_its_words_in_both_syntaxes() {
    for (query, expected) in [
        ("", SYNTAX),
        ("equal", SYNTAX),
        ("equal(\"name\", [\"x\"", SYNTAX),
        ("equal(\"name\", \"x)", SYNTAX),
        ("equal(\"name\", [[\"x\"]])", SYNTAX),
        ("{\"method\":\"equal\"", SYNTAX),
        ("{\"attribute\":\"name\"}", SYNTAX),
        ("{\"method\":5}", SYNTAX),
        ("{\"method\":\"equal\",\"attribute\":5}", SYNTAX),
        ("{\"method\":\"equal\",\"attribute\":\"name\",\"values\":\"x\"}", SYNTAX),
        ("or(\"a\",\"b\")", SYNTAX),
        ("fooBar(\"name\", [\"x\"])", "Invalid query: Invalid query method: fooBar"),
        ("a.equal(\"name\")", "Invalid query: Invalid query method: a.equal"),
        ("{\"method\":\"Equal\"}", "Invalid query: Invalid query method: Equal"),
        ("select([\"name\"])", "Invalid query method: select"),
        ("{\"method\":\"select\",\"values\":[\"name\"]}", "Invalid query method: select"),
        ("equal(\"nope\", [1])", "Invalid query: Attribute not found in schema: nope"),
        ("search(\"search\", [\"man\"])", "Invalid query: Attribute not found in schema: search"),
        ("{\"method\":\"isNull\"}", "Invalid query: Attribute not found in schema: "),
        ("orderAsc(\"nope\")", "Invalid query: Attribute not found in schema: nope"),
        (
            "equal(\"status\", [\"true\"])",
            "Invalid query: Query value is invalid for attribute \"status\"",
        ),
        ("equal(\"name\", [5])", "Invalid query: Query value is invalid for attribute \"name\""),
        ("equal(\"name\", [null])", "Invalid query: Query value is invalid for attribute \"name\""),
        (
            "equal(\"$sequence\", [1.5])",
            "Invalid query: Query value is invalid for attribute \"$sequence\"",
        ),
        (
            "equal(\"registration\", [\"soon\"])",
            "Invalid query: Query value is invalid for attribute \"registration\"",
        ),
        (
            "equal(\"registration\", [5])",
            "Invalid query: Query value is invalid for attribute \"registration\"",
        ),
        ("equal(\"name\", [])", "Invalid query: Equal queries require at least one value."),
        (
            "{\"method\":\"contains\",\"attribute\":\"name\"}",
            "Invalid query: Contains queries require at least one value.",
        ),
        (
            "notEqual(\"name\", [\"a\", \"b\"])",
            "Invalid query: NotEqual queries require exactly one value.",
        ),
        ("lessThan(\"name\")", "Invalid query: LessThan queries require exactly one value."),
        (
            "search(\"name\", [\"a\",\"b\"])",
            "Invalid query: Search queries require exactly one value.",
        ),
        (
            "between(\"name\", [\"a\"])",
            "Invalid query: Between queries require exactly two values.",
        ),
        (
            "notBetween(\"name\", \"a\", \"b\", \"c\")",
            "Invalid query: NotBetween queries require exactly two values.",
        ),
        (
            "equal(\"labels\", [\"a\"])",
            "Invalid query: Cannot query equal on attribute \"labels\" because it is an array.",
        ),
        (
            "orderAsc(\"labels\")",
            "Invalid query: Cannot query orderAsc on attribute \"labels\" because it is an array.",
        ),
        (
            "contains(\"status\", [true])",
            "Invalid query: Cannot query contains on attribute \"status\" because it is not an array or string.",
        ),
        (
            "startsWith(\"status\", [true])",
            "Invalid query: Cannot query startsWith on attribute \"status\" because it is not a string.",
        ),
        ("limit(0)", LIMIT),
        ("limit(-1)", LIMIT),
        ("limit(\"5\")", LIMIT),
        ("limit()", LIMIT),
        ("{\"method\":\"limit\",\"values\":[9223372036854775808]}", LIMIT),
        ("offset(-1)", OFFSET),
        ("offset(1.5)", OFFSET),
        ("cursorAfter(\"_a\")", UID),
        ("cursorBefore(\"\")", UID),
        ("cursorAfter(\"0123456789012345678901234567890123456\")", UID),
        ("{\"method\":\"cursorAfter\",\"values\":[5]}", UID),
        ("or()", "Invalid query: Or queries require at least two queries"),
        (
            "{\"method\":\"and\",\"values\":[{\"method\":\"isNull\",\"attribute\":\"email\"}]}",
            "Invalid query: And queries require at least two queries",
        ),
        (
            "{\"method\":\"or\",\"values\":[{\"method\":\"limit\",\"values\":[1]},{\"method\":\"limit\",\"values\":[1]}]}",
            "Invalid query: Or queries can only contain filter queries",
        ),
        ("{\"method\":\"or\",\"values\":[1,2]}", SYNTAX),
    ] {
        assert_eq!(rule(&[query]), expected, "{query}");
        // One bad query spoils the list, wherever it stands.
        assert_eq!(rule(&["limit(5)", query]), expected, "{query}");
    }
}

#[test]
fn what_is_secret_or_unlisted_cannot_be_asked_for() {
    for attribute in [
        "password",
        "hash",
        "hashOptions",
        "prefs",
        "mfa",
        "targets",
        "passwordHistory",
        "sessions",
        "Name",
    ] {
        let expected = format!("Invalid query: Attribute not found in schema: {attribute}");
        for query in [
            format!("startsWith(\"{attribute}\", [\"$argon2\"])"),
            format!("isNull(\"{attribute}\")"),
            format!("orderDesc(\"{attribute}\")"),
            format!("{{\"method\":\"search\",\"attribute\":\"{attribute}\",\"values\":[\"a\"]}}"),
        ] {
            assert_eq!(rule(&[&query]), expected, "{query}");
        }
    }
}

#[test]
fn a_hundred_queries_of_4096_characters_and_500_values_are_the_most() {
    let users = registry();
    let long = |characters: usize| {
        let frame = "equal(\"name\", [\"\"])".len();
        format!("equal(\"name\", [\"{}\"])", "é".repeat(characters - frame))
    };
    assert!(list(&users, &vec![long(4096).as_str(); 100], None).is_ok());
    assert_eq!(rule(&vec!["limit(1)"; 101]), "Invalid query: At most 100 queries are allowed.");
    assert_eq!(rule(&[&long(4097)]), "Invalid query: A query has at most 4096 characters.");
    let values = |count: usize| {
        format!("equal(\"name\", [{}])", vec!["1"; count].join(",").replace('1', "\"1\""))
    };
    assert!(list(&users, &[&values(500)], None).is_ok());
    assert_eq!(
        rule(&[&values(501)]),
        "Invalid query: Query on attribute has greater than 500 values: name"
    );
}

#[test]
fn logical_queries_nest_eight_deep_and_json_does_not_overflow_the_stack() {
    let nested = |depth: usize| {
        let test = r#"{"method":"isNull","attribute":"email"}"#;
        (0..depth).fold(test.to_owned(), |inner, _| {
            format!(r#"{{"method":"or","values":[{test},{inner}]}}"#)
        })
    };
    assert!(list(&registry(), &[&nested(8)], None).is_ok());
    assert_eq!(rule(&[&nested(9)]), "Invalid query: Queries can be nested at most 8 deep");
    let brackets = format!("{{\"method\":\"equal\",\"values\":{}", "[".repeat(4000));
    assert_eq!(rule(&[&brackets]), SYNTAX);
}

#[test]
fn a_cursor_must_exist_and_have_what_the_list_is_ordered_by() {
    let users = registry();
    users.create(new("a", "", "", "")).unwrap();
    let error = |queries: &[&str]| list(&users, queries, None).unwrap_err();
    let unknown = error(&["cursorAfter(\"b\")"]);
    assert_eq!(unknown.to_string(), "User 'b' for the 'cursor' value not found.");
    assert_eq!(unknown.code(), (400, "general_cursor_not_found"));
    let null = error(&["orderDesc(\"email\")", "cursorBefore(\"a\")"]);
    assert_eq!(
        null.to_string(),
        "The order attribute 'email' had a null value. Cursor pagination requires all documents \
         order attribute values are non-null."
    );
    assert_eq!(null.code(), (400, "database_query_order_null"));
    let random = error(&["orderRandom()", "cursorAfter(\"a\")"]);
    assert_eq!(random.to_string(), "Cursor pagination cannot be used with a random order.");
    assert_eq!(random.code(), (400, "general_query_invalid"));
}

#[test]
fn logs_take_limit_and_offset_alone() {
    let users = registry();
    users.create(new("a", "", "", "")).unwrap();
    let logs = |query: &str| users.logs("a", &[query.to_owned()], Default::default());
    assert!(logs("limit(1)").is_ok() && logs("offset(1)").is_ok());
    for (query, expected) in [
        ("equal(\"userId\", [\"a\"])", "Invalid `queries` param: Invalid query method: equal"),
        ("orderAsc(\"\")", "Invalid `queries` param: Invalid query method: orderAsc"),
        ("cursorAfter(\"a\")", "Invalid `queries` param: Invalid query method: cursorAfter"),
        ("wat(1)", "Invalid `queries` param: Invalid query: Invalid query method: wat"),
    ] {
        assert_eq!(logs(query).unwrap_err().to_string(), expected);
    }
    assert_eq!(
        logs("limit(-1)").unwrap_err().to_string(),
        format!("Invalid `queries` param: {LIMIT}")
    );
    assert_eq!(
        logs("offset(-1)").unwrap_err().to_string(),
        format!("Invalid `queries` param: {OFFSET}")
    );
}
