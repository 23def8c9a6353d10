//! Every method on every kind of attribute.
use crate::{access, ids, import, list, moment, new, registry};
use hashlift::registry::{Client, Users};

/// Ann with everything, Bob with little, cid with nothing but an id.
fn three() -> Users {
    let users = registry();
    let client = Client::default();
    import(&users, "Ann", "Ann Lee", "ann@x.io");
    users.create(new("bob", "bob", "", "+4912345678")).unwrap();
    users.create(new("cid", "", "", "")).unwrap();
    users.set_phone("Ann", "+15551234567", &client).unwrap();
    users.set_email_verified("Ann", true, &client).unwrap();
    users.set_labels("Ann", vec!["vip".to_owned(), "Beta".to_owned()], &client).unwrap();
    users.set_labels("bob", vec!["vip".to_owned()], &client).unwrap();
    users.set_status("bob", false, &client).unwrap();
    access(&users, "Ann");
    users
}

#[test]
fn each_method_answers_as_written_in_both_syntaxes() {
    let users = three();
    let ann = users.get("Ann").unwrap();
    let (made, changed) = (moment(ann.created), moment(ann.updated));
    let bob = moment(users.get("bob").unwrap().created);
    for (method, attribute, values, expected) in [
        // Text: ASCII case does not count; null passes nothing but isNull.
        ("equal", "name", r#""ANN LEE""#, "Ann"),
        ("equal", "name", r#""BOB","ann lee""#, "Ann bob"),
        ("equal", "name", r#""""#, "cid"),
        ("notEqual", "name", r#""Bob""#, "Ann cid"),
        ("notEqual", "email", r#""b@x.io""#, "Ann"),
        ("equal", "email", r#""ANN@x.io","b@x.io""#, "Ann"),
        ("equal", "phone", r#""+4912345678""#, "bob"),
        ("lessThan", "name", r#""B""#, "Ann cid"),
        ("lessThanEqual", "name", r#""BOB""#, "Ann bob cid"),
        ("greaterThan", "name", r#""ann lee""#, "bob"),
        ("greaterThanEqual", "name", r#""ann lee""#, "Ann bob"),
        ("between", "name", r#""a","b""#, "Ann"),
        ("between", "name", r#""b","a""#, ""),
        ("notBetween", "name", r#""a","b""#, "bob cid"),
        ("notBetween", "email", r#""b","c""#, "Ann"),
        ("startsWith", "name", r#""aNN""#, "Ann"),
        ("notStartsWith", "name", r#""aNN""#, "bob cid"),
        ("startsWith", "phone", r#""+1""#, "Ann"),
        ("endsWith", "name", r#""LEE""#, "Ann"),
        ("endsWith", "email", r#"".io""#, "Ann"),
        ("notEndsWith", "email", r#"".org""#, "Ann"),
        ("contains", "name", r#""N l""#, "Ann"),
        ("contains", "name", r#""zzz","OB""#, "bob"),
        ("contains", "name", r#""""#, "Ann bob cid"),
        ("containsAny", "email", r#""@X""#, "Ann"),
        ("containsAll", "name", r#""ann","lee""#, "Ann"),
        ("containsAll", "name", r#""ann","bob""#, ""),
        ("notContains", "name", r#""ann","bob""#, "cid"),
        ("search", "name", r#""lee""#, "Ann"),
        ("search", "name", r#""nobody bo""#, ""),
        ("search", "email", r#""\"ann x io\"""#, "Ann"),
        ("notSearch", "name", r#""lee""#, "bob cid"),
        ("isNull", "email", "", "bob cid"),
        ("isNotNull", "email", "", "Ann"),
        ("isNull", "name", "", ""),
        ("isNull", "passwordUpdate", "", "bob cid"),
        ("isNotNull", "accessedAt", "", "Ann"),
        ("isNull", "labels", "", ""),
        // Ids: case counts.
        ("equal", "$id", r#""ann","bob","nobody""#, "bob"),
        ("startsWith", "$id", r#""A""#, "Ann"),
        ("greaterThan", "$id", r#""Ann""#, "bob cid"),
        ("contains", "$id", r#""I""#, ""),
        // Flags.
        ("equal", "status", "true", "Ann cid"),
        ("equal", "status", "true,false", "Ann bob cid"),
        ("notEqual", "status", "true", "bob"),
        ("equal", "emailVerification", "true", "Ann"),
        ("equal", "phoneVerification", "true", ""),
        ("equal", "impersonator", "false", "Ann bob cid"),
        ("lessThan", "status", "true", "bob"),
        // Numbers.
        ("equal", "$sequence", "0,2", "Ann cid"),
        ("between", "$sequence", "1,9", "bob cid"),
        // Lists.
        ("contains", "labels", r#""vip""#, "Ann bob"),
        ("containsAny", "labels", r#""Beta","x""#, "Ann"),
        ("containsAll", "labels", r#""vip","Beta""#, "Ann"),
        ("contains", "labels", r#""beta""#, ""),
        ("notContains", "labels", r#""Beta""#, "bob cid"),
    ] {
        let json =
            format!(r#"{{"method":"{method}","attribute":"{attribute}","values":[{values}]}}"#);
        assert_eq!(ids(&users, &[&json]), expected, "{json}");
        let old = format!(r#"{method}("{attribute}", [{values}])"#);
        assert_eq!(ids(&users, &[&old]), expected, "{old}");
        let bare = format!(r#"{method}("{attribute}",{values})"#);
        assert_eq!(ids(&users, &[&bare]), expected, "{bare}");
    }
    for (method, attribute, values, expected) in [
        ("equal", "registration", vec![&made], "Ann"),
        ("equal", "$createdAt", vec![&made, &bob], "Ann bob"),
        ("equal", "passwordUpdate", vec![&made], "Ann"),
        ("notEqual", "passwordUpdate", vec![&bob], "Ann"),
        ("lessThan", "registration", vec![&bob], "Ann"),
        ("lessThanEqual", "registration", vec![&bob], "Ann bob"),
        ("greaterThan", "$createdAt", vec![&bob], "cid"),
        ("greaterThanEqual", "$createdAt", vec![&bob], "bob cid"),
        ("between", "$createdAt", vec![&made, &bob], "Ann bob"),
        ("notBetween", "$createdAt", vec![&made, &bob], "cid"),
        ("equal", "$updatedAt", vec![&changed], "Ann"),
    ] {
        let query = format!("{method}(\"{attribute}\", {values:?})");
        assert_eq!(ids(&users, &[&query]), expected, "{query}");
    }
}

#[test]
fn an_instant_is_found_by_any_of_its_offsets() {
    let users = three();
    let made = users.get("bob").unwrap().created.0;
    for text in [
        format!("1970-01-01T01:00:00.{made:03}+01:00"),
        format!("1969-12-31 19:00:00.{made:03}-0500"),
        format!("1970-01-01T00:00:00.{made:03}Z"),
    ] {
        let query = format!("equal(\"registration\", [\"{text}\"])");
        assert_eq!(ids(&users, &[&query]), "bob", "{query}");
    }
}

#[test]
fn several_filters_must_all_hold_and_logical_ones_nest() {
    let users = three();
    assert_eq!(ids(&users, &["equal(\"status\", true)", "isNull(\"email\")"]), "cid");
    let nested = r#"{"method":"or","values":[
        {"method":"equal","attribute":"name","values":["bob"]},
        {"method":"and","values":[
            {"method":"isNotNull","attribute":"email"},
            {"method":"equal","attribute":"status","values":[true]}]}]}"#;
    assert_eq!(ids(&users, &[nested]), "Ann bob");
    assert_eq!(ids(&users, &[nested, "equal(\"status\", [false])"]), "bob");
}

#[test]
fn the_old_syntax_is_read_as_its_clients_write_it() {
    let users = registry();
    for (id, name) in
        [("a", "x, y"), ("b", "say \"hi\""), ("c", "[z]"), ("d", "it's"), ("e", "a\\b")]
    {
        users.create(new(id, name, "", "")).unwrap();
    }
    for (query, expected) in [
        (r#"equal("name", ["x, y"])"#, "a"),
        (r#"equal('name', 'x, y')"#, "a"),
        (r#"equal("name", ["say \"hi\""])"#, "b"),
        (r#"equal("name", ["[z]"])"#, "c"),
        (r#"equal("name", ["it's"])"#, "d"),
        (r#"equal("name", ['it\'s'])"#, "d"),
        (r#"equal("name", ["a\b"])"#, "e"),
        (r#"  equal ( name , [ "[z]" , 'it\'s' ] ) "#, "c d"),
        (r#"orderDesc("")"#, "e d c b a"),
        (r#"orderDesc()"#, "e d c b a"),
        (r#"orderAsc("")"#, "a b c d e"),
    ] {
        assert_eq!(ids(&users, &[query]), expected, "{query}");
    }
}

#[test]
fn a_random_order_lists_everybody_once() {
    let users = registry();
    let all: Vec<_> = (0..50).map(|n| format!("u{n:02}")).collect();
    for id in &all {
        users.create(new(id, "", "", "")).unwrap();
    }
    let random = r#"{"method":"orderRandom"}"#;
    let (total, mut one) = list(&users, &[random, "limit(50)"], None).unwrap();
    assert_eq!(total, 50);
    assert_ne!(one, all);
    one.sort();
    assert_eq!(one, all);
}
