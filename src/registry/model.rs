//! The objects of the Users API.
//!
//! They are what the registry hands out; their JSON is the server's business.
use super::password::Password;
use crate::secret::SecretBytes;
use core::fmt;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// Preferences of a user: a JSON object.
pub type Prefs = Map<String, Value>;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// A user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct User {
    /// The id.
    pub id: String,
    /// When the user was made; never changes. Also the registration.
    pub created: Time,
    /// When the user was last changed.
    pub updated: Time,
    /// The name, possibly empty.
    pub name: String,
    /// The email in lower case, if there is one.
    pub email: Option<String>,
    /// The phone number (`+` and digits), if there is one.
    pub phone: Option<String>,
    /// Whether the email has been verified.
    pub email_verified: bool,
    /// Whether the phone number has been verified.
    pub phone_verified: bool,
    /// Whether the user may log in; `false` is blocked.
    pub status: bool,
    /// The password, if there ever was one.
    pub password: Option<Password>,
    /// When the password was last set (an upgrade of its hash does not count).
    pub password_updated: Option<Time>,
    /// Labels.
    pub labels: Vec<String>,
    /// Preferences.
    pub prefs: Prefs,
    /// Messaging targets: one for the email, one for the phone number, and those that were added.
    pub targets: Vec<Target>,
    /// When the user last made a request of their own.
    pub accessed: Option<Time>,
    /// Whether multi-factor authentication is on.
    pub mfa: bool,
}

impl User {
    /// Whether a target is the one of the user's email or phone number: it comes, changes and goes
    /// with it.
    #[must_use]
    pub fn owns(&self, target: &Target) -> bool {
        let identifier = Some(target.identifier.as_str());
        match target.provider_type.as_str() {
            "email" => self.email.as_deref() == identifier,
            "sms" => self.phone.as_deref() == identifier,
            _ => false,
        }
    }
}

/// What a new user is made of.
#[derive(Clone, Default)]
pub struct NewUser {
    /// The id, or `unique()` for one that the registry makes.
    pub id: String,
    /// The email.
    pub email: Option<String>,
    /// The phone number: `+`, the country's calling code, the rest; digits alone.
    pub phone: Option<String>,
    /// The password in clear text.
    pub password: Option<Zeroizing<String>>,
    /// The name.
    pub name: Option<String>,
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Whether a list counts all that match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Count {
    /// Do not count: the total is 0.
    No,
    /// Count.
    #[default]
    Yes,
}

/// A way of reaching a user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// The id.
    pub id: String,
    /// When it was made.
    pub created: Time,
    /// When it was last changed.
    pub updated: Time,
    /// The name, possibly empty.
    pub name: String,
    /// The provider's id, if one was given.
    pub provider_id: Option<String>,
    /// `email`, `sms` or `push`.
    pub provider_type: String,
    /// The address.
    pub identifier: String,
}

/// What a new target is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTarget {
    /// The id, or `unique()` for one that the registry makes.
    pub id: String,
    /// `email`, `sms` or `push`.
    pub provider_type: String,
    /// The address.
    pub identifier: String,
    /// The provider's id.
    pub provider_id: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// What a session's secret is: shown once, when the session is made.
pub type SessionSecret = SecretBytes;

/// A session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Session {
    /// The id.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// When it was made.
    pub created: Time,
    /// When it ends.
    pub expires: Time,
    /// `email` or `server`.
    pub provider: &'static str,
    /// The email it was opened with, or empty.
    pub provider_uid: String,
    /// What was proved: `password` or `server`.
    pub factor: &'static str,
    /// From where.
    pub client: Client,
}

/// From where a request came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// The address, or empty.
    pub ip: String,
    /// The user agent as it was sent, cut at 512 bytes.
    pub user_agent: String,
}

impl Client {
    /// A client.
    #[must_use]
    pub fn new(ip: impl Into<String>, user_agent: impl Into<String>) -> Self {
        Self { ip: ip.into(), user_agent: user_agent.into() }
    }
}

/// An entry of a user's log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Log {
    /// What happened: `user.update`, say.
    pub event: &'static str,
    /// When.
    pub time: Time,
    /// From where.
    pub client: Client,
}

/// An OAuth identity. There are none without OAuth; the listing is always empty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {}

/// A membership of a team. There are none without teams; the listing is always empty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Membership {}

/// A token for a custom login flow.
#[derive(Clone)]
#[non_exhaustive]
pub struct Token {
    /// The id.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// When it was made.
    pub created: Time,
    /// When it ends.
    pub expires: Time,
    /// The secret: shown once.
    pub secret: String,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({} of {})", self.id, self.user_id)
    }
}

/// A page of a list, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// How many match, whatever the page: at most 5000 are counted for users.
    pub total: u64,
    /// The page.
    pub items: Vec<T>,
}
