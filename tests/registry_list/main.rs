//! Lists of users: queries, search, order, pages; each compared with what a plain `Vec` says.
#![cfg(feature = "users")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod errors;
mod methods;
mod model;
mod naive;
mod paging;
mod search;

use hashlift::registry::{
    Client, Clock, Count, Import, NewUser, Options, Time, User, Users, UsersError,
};
use std::sync::Arc;

/// Stands still, so that the registry counts milliseconds from 1.
struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time(1)
    }
}

/// A registry whose first moment is a millisecond after the epoch, and each next one another.
fn registry() -> Users {
    let mut options = Options::default();
    options.clock = Arc::new(Still);
    Users::new(options)
}

/// A user without a password.
fn new(id: &str, name: &str, email: &str, phone: &str) -> NewUser {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    NewUser {
        id: id.to_owned(),
        name: some(name),
        email: some(email),
        phone: some(phone),
        ..NewUser::default()
    }
}

/// A user with a password: that of RFC 1321's empty text.
fn import(users: &Users, id: &str, name: &str, email: &str) -> Arc<User> {
    let import = Import::Md5 { hash: "d41d8cd98f00b204e9800998ecf8427e".to_owned() };
    users.import(new(id, name, email, ""), import).unwrap()
}

/// Give the user a first request of their own.
fn access(users: &Users, id: &str) {
    let (_, secret) = users.open_session(id, &Client::default()).unwrap();
    users.authenticate(id, secret.expose()).unwrap();
}

/// A moment of [`Still`]'s registry, as queries write it.
fn moment(time: Time) -> String {
    format!("1970-01-01T00:00:{:02}.{:03}+00:00", time.0 / 1000, time.0 % 1000)
}

fn list(
    users: &Users,
    queries: &[&str],
    search: Option<&str>,
) -> Result<(u64, Vec<String>), UsersError> {
    let queries: Vec<_> = queries.iter().map(ToString::to_string).collect();
    let page = users.list(&queries, search, Count::Yes)?;
    Ok((page.total, page.items.iter().map(|user| user.id.clone()).collect()))
}

/// The ids of a page, in a row.
fn ids(users: &Users, queries: &[&str]) -> String {
    list(users, queries, None).unwrap().1.join(" ")
}
