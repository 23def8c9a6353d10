//! Each operation of the Users API without HTTP: what it answers, and each way it is refused.
#![cfg(feature = "users")]
use hashlift::registry::{Count, NewTarget, NewUser, Time, UsersError};
use serde_json::json;

mod registry;
use registry::{argument, client, md5, new, refusal, users, with_password};

const NOT_FOUND: (u16, &str, &str) =
    (404, "user_not_found", "User with the requested ID could not be found.");
const UID: &str = "UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and \
                   underscore. Can't start with a leading underscore";

#[test]
fn a_new_user_has_what_was_given_and_the_defaults() {
    let users = users();
    let user = users
        .create(NewUser {
            id: "user1".to_owned(),
            email: Some("Lionel.Messi@PSG.fr".to_owned()),
            phone: Some("+16175551212".to_owned()),
            password: Some("password".to_owned().into()),
            name: Some("Lionel Messi".to_owned()),
        })
        .unwrap();
    assert_eq!(user.email.as_deref(), Some("lionel.messi@psg.fr"));
    assert_eq!(user.phone.as_deref(), Some("+16175551212"));
    assert_eq!((user.name.as_str(), user.status, user.mfa), ("Lionel Messi", true, false));
    assert_eq!((user.email_verified, user.phone_verified), (false, false));
    assert_eq!((user.created, Some(user.created)), (user.updated, user.password_updated));
    assert!(user.prefs.is_empty() && user.labels.is_empty() && user.accessed.is_none());
    let targets: Vec<_> =
        user.targets.iter().map(|t| (t.provider_type.as_str(), t.identifier.as_str())).collect();
    assert_eq!(targets, [("email", "lionel.messi@psg.fr"), ("sms", "+16175551212")]);
    let bare = users.create(NewUser { id: "unique()".to_owned(), ..NewUser::default() }).unwrap();
    assert!(bare.id.len() == 20 && bare.id.bytes().all(|b| b.is_ascii_hexdigit()));
    assert!(bare.password.is_none() && bare.password_updated.is_none() && bare.name.is_empty());
    assert!(bare.created > user.created);
    assert_eq!(users.default_options()["memory_cost"], json!(64));
}

#[test]
fn an_id_an_email_and_a_phone_number_are_one_users() {
    let users = users();
    let phone = |id: &str| NewUser {
        id: id.to_owned(),
        phone: Some("+16175551212".to_owned()),
        ..NewUser::default()
    };
    users.create(new("a", "a@example.com")).unwrap();
    users.create(phone("b")).unwrap();
    let exists = (
        409,
        "user_already_exists",
        "A user with the same id, email, or phone already exists in this project.".to_owned(),
    );
    assert_eq!(refusal(users.create(new("a", "c@example.com"))), exists);
    assert_eq!(refusal(users.create(new("c", "A@EXAMPLE.com"))), exists);
    assert_eq!(refusal(users.create(phone("c"))), exists);
    assert_eq!(refusal(users.create(with_password("a", "x@example.com", "password"))), exists);
    let hash = md5("144fa7eaa4904e8ee120651997f70dcc");
    assert_eq!(refusal(users.import(new("c", "a@example.com"), hash)), exists);
    assert!(users.create(new("A", "c@example.com")).is_ok(), "ids have a case");
}

#[test]
fn an_import_needs_an_email() {
    let new = NewUser { id: "a".to_owned(), ..NewUser::default() };
    let refused = refusal(users().import(new, md5("144fa7eaa4904e8ee120651997f70dcc")));
    let message = "Param \"email\" is not optional.".to_owned();
    assert_eq!(refused, (400, "general_argument_invalid", message));
}

/// Every operation on one user, by name.
fn on_one(users: &hashlift::registry::Users, id: &str) -> Vec<(&'static str, Option<UsersError>)> {
    let c = client();
    vec![
        ("get", users.get(id).err()),
        ("prefs", users.prefs(id).err()),
        ("logs", users.logs(id, &[], Count::Yes).err()),
        ("memberships", users.memberships(id, &[], None).err()),
        ("sessions", users.sessions(id).err()),
        ("set_email", users.set_email(id, "z@example.com", &c).err()),
        ("set_email_verified", users.set_email_verified(id, true, &c).err()),
        ("set_name", users.set_name(id, "z", &c).err()),
        ("set_password", users.set_password(id, "password", &c).err()),
        ("set_phone", users.set_phone(id, "+4915112345678", &c).err()),
        ("set_phone_verified", users.set_phone_verified(id, true, &c).err()),
        ("set_prefs", users.set_prefs(id, hashlift::registry::Prefs::new(), &c).err()),
        ("set_status", users.set_status(id, true, &c).err()),
        ("set_labels", users.set_labels(id, vec![], &c).err()),
        ("set_mfa", users.set_mfa(id, true, &c).err()),
        ("open_session", users.open_session(id, &c).err()),
        ("create_token", users.create_token(id, None, None).err()),
        ("targets", users.targets(id, &[]).err()),
        ("delete_sessions", users.delete_sessions(id, &c).err()),
        ("delete", users.delete(id).err()),
    ]
}

#[test]
fn each_operation_refuses_a_malformed_id_and_one_that_nobody_has() {
    let users = users();
    users.create(new("a", "a@example.com")).unwrap();
    for bad in ["", "_a", "a b", "unique()", &"a".repeat(37), "ä"] {
        for (name, error) in on_one(&users, bad) {
            let refused = refusal(Err::<(), _>(error.unwrap_or_else(|| panic!("{name} {bad}"))));
            assert_eq!(refused, argument("userId", UID), "{name} {bad:?}");
        }
    }
    for (name, error) in on_one(&users, "nobody") {
        let (status, kind, message) = refusal(Err::<(), _>(error.unwrap()));
        assert_eq!((status, kind, message.as_str()), NOT_FOUND, "{name}");
    }
    for (name, error) in on_one(&users, "a") {
        assert_eq!(error, None, "{name}");
    }
    assert!(users.is_empty());
}

#[test]
fn an_email_is_set_cleared_and_kept_apart() {
    let users = users();
    users.create(new("a", "a@example.com")).unwrap();
    users.create(new("b", "b@example.com")).unwrap();
    users.set_email_verified("a", true, &client()).unwrap();
    let taken = "A user with the same email already exists in the current project.".to_owned();
    let refused = refusal(users.set_email("a", "B@example.com", &client()));
    assert_eq!(refused, (409, "user_email_already_exists", taken));
    assert!(users.get("a").unwrap().email_verified, "a refusal changes nothing");
    let same = users.set_email("a", "a@example.com", &client()).unwrap();
    assert!(!same.email_verified, "the same email is taken, and no longer verified");
    let moved = users.set_email("a", "C@example.com", &client()).unwrap();
    assert_eq!(moved.email.as_deref(), Some("c@example.com"));
    assert_eq!(moved.targets.len(), 1);
    assert_eq!(moved.targets[0].identifier, "c@example.com");
    assert!(moved.updated > moved.created);
    users.set_email("b", "a@example.com", &client()).unwrap();
    for id in ["a", "b"] {
        let cleared = users.set_email(id, "", &client()).unwrap();
        assert!(cleared.email.is_none() && cleared.targets.is_empty());
    }
}

#[test]
fn a_phone_number_is_set_cleared_and_kept_apart() {
    let users = users();
    users.create(new("a", "a@example.com")).unwrap();
    users.create(new("b", "b@example.com")).unwrap();
    users.set_phone("a", "+910000000000", &client()).unwrap();
    let taken = "A user with the same phone number already exists in the current project.";
    let refused = refusal(users.set_phone("b", "+910000000000", &client()));
    assert_eq!(refused, (409, "user_phone_already_exists", taken.to_owned()));
    users.set_phone_verified("a", true, &client()).unwrap();
    let same = users.set_phone("a", "+910000000000", &client()).unwrap();
    assert!(!same.phone_verified);
    for id in ["a", "b"] {
        assert!(users.set_phone(id, "", &client()).unwrap().phone.is_none());
    }
}

#[test]
fn a_password_is_set_and_cleared() {
    let users = users();
    users.create(new("a", "a@example.com")).unwrap();
    let set = users.set_password("a", "password", &client()).unwrap();
    assert!(set.password.as_ref().unwrap().text().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    users.login("a@example.com", "password", &client()).unwrap();
    let cleared = users.set_password("a", "", &client()).unwrap();
    assert_eq!(cleared.password.as_ref().unwrap().text(), "");
    assert!(cleared.password_updated > set.password_updated);
    let login = users.login("a@example.com", "password", &client());
    let message = "Invalid credentials. Please check the email and password.".to_owned();
    assert_eq!(refusal(login), (401, "user_invalid_credentials", message));
}

#[test]
fn a_blocked_user_is_told_so_only_with_the_right_password() {
    let users = users();
    users.create(with_password("a", "a@example.com", "password")).unwrap();
    let (session, secret) = users.login("a@example.com", "password", &client()).unwrap();
    users.set_status("a", false, &client()).unwrap();
    let blocked = (403, "user_blocked", "The current user has been blocked.".to_owned());
    assert_eq!(refusal(users.login("a@example.com", "password", &client())), blocked);
    assert_eq!(refusal(users.authenticate("a", secret.expose())), blocked);
    let wrong = users.login("a@example.com", "passwordx", &client());
    assert_eq!(wrong.unwrap_err(), UsersError::InvalidCredentials);
    assert_eq!(users.sessions("a").unwrap().len(), 1);
    users.set_status("a", true, &client()).unwrap();
    let (user, again) = users.authenticate("a", secret.expose()).unwrap();
    assert_eq!((again.id, user.accessed.is_some()), (session.id, true));
}

#[test]
fn sessions_are_opened_listed_and_ended() {
    let users = users();
    users.create(with_password("a", "a@example.com", "password")).unwrap();
    users.create(new("b", "b@example.com")).unwrap();
    let (first, secret) = users.login("A@example.com", "password", &client()).unwrap();
    assert_eq!((first.provider, first.factor), ("email", "password"));
    assert_eq!(first.provider_uid, "a@example.com");
    assert_eq!(first.expires, Time(first.created.0 + 31_536_000_000));
    let (server, _) = users.open_session("a", &client()).unwrap();
    assert_eq!((server.provider, server.factor), ("server", "server"));
    let missing = "The current user session could not be found.".to_owned();
    let missing = (404, "user_session_not_found", missing);
    assert_eq!(refusal(users.delete_session("b", &first.id, &client())), missing, "not theirs");
    assert_eq!(refusal(users.authenticate("b", secret.expose())), missing);
    assert_eq!(refusal(users.authenticate("a", b"")), missing);
    let malformed = users.delete_session("a", "_x", &client());
    assert_eq!(refusal(malformed), argument("sessionId", UID));
    users.delete_session("a", &first.id, &client()).unwrap();
    assert_eq!(refusal(users.authenticate("a", secret.expose())), missing);
    for _ in 0..12 {
        users.open_session("a", &client()).unwrap();
    }
    let left = users.sessions("a").unwrap();
    assert_eq!(left.len(), 10);
    assert!(left.iter().all(|session| session.id != server.id), "the oldest go");
    assert!(left.is_sorted_by_key(|session| session.created));
    users.delete_sessions("a", &client()).unwrap();
    users.delete_sessions("a", &client()).unwrap();
    assert!(users.sessions("a").unwrap().is_empty());
}

#[test]
fn a_deleted_user_leaves_nothing_behind() {
    let users = users();
    users.create(with_password("a", "a@example.com", "password")).unwrap();
    let (_, secret) = users.login("a@example.com", "password", &client()).unwrap();
    users.delete("a").unwrap();
    assert_eq!(users.get("a").unwrap_err(), UsersError::UserNotFound);
    users.create(new("a", "a@example.com")).unwrap();
    assert!(users.sessions("a").unwrap().is_empty());
    assert!(users.authenticate("a", secret.expose()).is_err());
    assert_eq!(users.logs("a", &[], Count::Yes).unwrap().total, 0);
}

#[test]
fn each_change_is_in_the_log_newest_first() {
    let users = users();
    users.create(with_password("a", "a@example.com", "password")).unwrap();
    users.set_name("a", "A", &client()).unwrap();
    users.set_email_verified("a", true, &client()).unwrap();
    users.login("a@example.com", "password", &client()).unwrap();
    users.delete_sessions("a", &client()).unwrap();
    let log = users.logs("a", &[], Count::Yes).unwrap();
    let events: Vec<_> = log.items.iter().map(|entry| entry.event).collect();
    let expected = ["session.delete", "session.create", "verification.update", "user.update"];
    assert_eq!((log.total, events.as_slice()), (4, expected.as_slice()));
    assert_eq!(log.items[0].client, client());
    assert_eq!(users.logs("a", &[], Count::No).unwrap().total, 0);
}

#[test]
fn tokens_have_the_length_and_the_life_that_were_asked_for() {
    let users = users();
    users.create(new("a", "a@example.com")).unwrap();
    let token = users.create_token("a", None, None).unwrap();
    assert_eq!((token.secret.len(), token.expires.0 - token.created.0), (6, 900_000));
    let token = users.create_token("a", Some(15), Some(60)).unwrap();
    assert_eq!((token.secret.len(), token.expires.0 - token.created.0), (15, 60_000));
    let length = "Value must be a valid range between 4 and 128";
    assert_eq!(refusal(users.create_token("a", Some(1), None)), argument("length", length));
    let expire = "Value must be a valid range between 60 and 31536000";
    for seconds in [1, i64::MAX] {
        let refused = refusal(users.create_token("a", None, Some(seconds)));
        assert_eq!(refused, argument("expire", expire));
    }
}

#[test]
fn targets_are_added_changed_and_removed() {
    let users = users();
    users.create(new("a", "a@example.com")).unwrap();
    users.create(new("b", "b@example.com")).unwrap();
    let email = |identifier: &str| NewTarget {
        id: "unique()".to_owned(),
        provider_type: "email".to_owned(),
        identifier: identifier.to_owned(),
        ..NewTarget::default()
    };
    let exists = "A target with the same ID already exists.".to_owned();
    let exists = (409, "user_target_already_exists", exists);
    assert_eq!(refusal(users.create_target("a", email("b@example.com"))), exists);
    let target = users.create_target("a", email("more@example.com")).unwrap();
    assert_eq!(refusal(users.create_target("b", email("more@example.com"))), exists);
    assert_eq!(refusal(users.set_email("b", "more@example.com", &client())), exists);
    assert_eq!(users.targets("a", &[]).unwrap().total, 2);
    let changed =
        users.update_target("a", &target.id, Some("new@example.com"), None, Some("mine")).unwrap();
    assert_eq!((changed.identifier.as_str(), changed.name.as_str()), ("new@example.com", "mine"));
    assert!(users.create_target("b", email("more@example.com")).is_ok(), "it is free again");
    users.delete_target("a", &target.id).unwrap();
    assert_eq!(users.target("a", &target.id).unwrap_err(), UsersError::TargetNotFound);
}

#[test]
fn memberships_and_identities_are_empty() {
    let users = users();
    users.create(new("a", "a@example.com")).unwrap();
    assert_eq!(users.memberships("a", &[], None).unwrap().total, 0);
    assert_eq!(users.identities(&[], None).unwrap().total, 0);
    let (status, kind, _) = refusal(users.identities(&[], Some("x")));
    assert_eq!((status, kind), (400, "general_query_invalid"));
}

#[test]
fn labels_are_letters_and_digits_each_once() {
    let users = users();
    users.create(new("a", "a@example.com")).unwrap();
    let set = |labels: &[&str]| {
        users.set_labels("a", labels.iter().map(|l| (*l).to_owned()).collect(), &client())
    };
    assert_eq!(set(&["admin", "b1", "admin"]).unwrap().labels, ["admin", "b1"]);
    for bad in ["", "with space", "ä", &"a".repeat(37)] {
        let (status, kind, message) = refusal(set(&[bad]));
        assert_eq!((status, kind), (400, "general_argument_invalid"));
        assert!(message.starts_with("Invalid `labels` param: "), "{message}");
    }
    assert_eq!(set(&[]).unwrap().labels, [""; 0]);
}
