//! The search parameter.
use crate::{import, list, new, registry};
use hashlift::registry::{Client, Users};

fn crowd() -> Users {
    let users = registry();
    for (n, name) in
        ["Lionel Messi", "Kylian Mbappé", "Neymar", "Ødegaard Martin"].iter().enumerate()
    {
        import(&users, &format!("other{n}"), name, &format!("user.{n}@psg{n}.fr"));
    }
    for n in 4..10 {
        users.create(new(&format!("other{n}"), "", "", &format!("+33123456{n:03}"))).unwrap();
    }
    import(
        &users,
        "66c5d2e1000f1b2a3c4d",
        "Cristiano Ronaldo",
        "cristiano.ronaldo@manchester-united.co.uk",
    );
    users
}

fn found(users: &Users, search: &str) -> Vec<String> {
    let (total, found) = list(users, &[], Some(search)).unwrap();
    assert_eq!(total, found.len() as u64, "{search}");
    found
}

#[test]
fn one_user_among_ten_others_is_found_by_each_part() {
    let users = crowd();
    for search in [
        "Ronaldo",
        "cristiano.ronaldo@manchester-united.co.uk",
        "cristiano.ronaldo",
        "manchester",
        "united.co.uk",
        "man",
        "66c5d2e1000f1b2a3c4d",
        "RONALDO",
        "nobody ronaldo",
        "\"manchester united\"",
        "\"united.co.uk\"",
    ] {
        assert_eq!(found(&users, search), ["66c5d2e1000f1b2a3c4d"], "{search}");
    }
}

#[test]
fn a_changed_email_or_phone_is_found_and_the_old_one_is_not() {
    let users = crowd();
    let client = Client::default();
    users.set_email("other1", "users.service@updated.com", &client).unwrap();
    users.set_phone("other2", "+910000000000", &client).unwrap();
    assert_eq!(found(&users, "\"users.service@updated.com\""), ["other1"]);
    assert_eq!(found(&users, "+910000000000"), ["other2"]);
    assert_eq!(found(&users, "psg1"), [""; 0]);
    users.set_labels("other3", vec!["goalie".to_owned()], &client).unwrap();
    assert_eq!(found(&users, "\"label:goalie\""), ["other3"]);
    users.delete("other3").unwrap();
    assert_eq!(found(&users, "goalie"), [""; 0]);
}

#[test]
fn what_has_no_word_that_counts_finds_nobody() {
    let users = crowd();
    for search in
        [">", "co", "uk", "the com", "\"\"", "\"", "\"co uk\"", "- + *", "aldo", "ron man2"]
    {
        assert_eq!(found(&users, search), [""; 0], "{search}");
    }
}

#[test]
fn the_last_word_alone_may_be_a_beginning() {
    let users = crowd();
    assert_eq!(found(&users, "ron mess"), ["other0"]);
    assert_eq!(found(&users, "ronaldo mess"), ["other0", "66c5d2e1000f1b2a3c4d"]);
    assert_eq!(found(&users, "\"cristiano ron\""), [""; 0]);
    assert_eq!(found(&users, "\"ronaldo cristiano ronaldo\""), ["66c5d2e1000f1b2a3c4d"; 0]);
    assert_eq!(found(&users, "ødeg"), ["other3"]);
    assert_eq!(found(&users, "MBAPPÉ"), ["other1"]);
}

#[test]
fn a_search_is_paged_ordered_and_filtered_like_any_list() {
    let users = crowd();
    let page = |queries: &[&str]| list(&users, queries, Some("user psg")).unwrap();
    assert_eq!(page(&["limit(2)"]), (4, vec!["other0".to_owned(), "other1".to_owned()]));
    assert_eq!(page(&["orderDesc(\"name\")", "limit(1)"]), (4, vec!["other3".to_owned()]));
    assert_eq!(page(&["startsWith(\"name\", [\"ney\"])"]), (1, vec!["other2".to_owned()]));
    assert_eq!(page(&["cursorAfter(\"other2\")"]), (4, vec!["other3".to_owned()]));
}

#[test]
fn a_search_has_1_to_256_characters() {
    let users = crowd();
    assert!(list(&users, &[], Some(&"é".repeat(256))).is_ok());
    for search in [String::new(), "é".repeat(257)] {
        assert_eq!(
            list(&users, &[], Some(&search)).unwrap_err().to_string(),
            "Invalid `search` param: Value must be a valid string and at least 1 chars and no \
             longer than 256 chars"
        );
    }
    // Queries come first.
    let error = list(&users, &["limit(0)"], Some("")).unwrap_err();
    assert!(error.to_string().starts_with("Invalid `queries` param: "));
}
