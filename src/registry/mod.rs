//! An in-memory registry of users with the semantics of the Users API.
//!
//! Plain Rust: no HTTP, no async. [`Users`] is shared by reference between threads. Hashing takes
//! place with no lock held; a slow upgrade never undoes a password change.
mod error;
mod import;
mod index;
mod list;
mod login;
mod logs;
mod model;
mod options;
mod password;
mod phone;
mod query;
mod record;
pub mod rules;
mod search;
mod sessions;
mod share;
mod snapshot;
mod store;
mod targets;
mod update;
mod users;
mod validate;

pub use error::UsersError;
pub use login::Knock;
pub use model::{
    Client, Count, Identity, Log, Membership, NewTarget, NewUser, Page, Prefs, Session,
    SessionSecret, Target, Time, Token, User,
};
pub use options::{Clock, Ids, Options, RandomIds, SystemClock};
pub use password::{HashName, Import, Password};
pub use share::Share;
pub use snapshot::RestoreError;
pub use users::Users;
