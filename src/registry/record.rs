//! A line of a snapshot: what a user looks like in a file.
use super::import::Beside;
use super::sessions::Held;
use super::validate::{self, Need};
use super::{Client, Import, Password, Prefs, Session, Target, Time, User, UsersError};
use crate::text::{Field, is_hex};
use core::fmt;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Why a line is refused, in words that hold nothing of it.
pub(super) struct Why(String);

impl Why {
    /// Where and which kind; serde's own words can quote the line.
    pub(super) fn json(error: &serde_json::Error) -> Self {
        let kind = match error.classify() {
            serde_json::error::Category::Data => {
                "is not a user: a field is missing, unknown or wrong"
            }
            _ => "is not JSON",
        };
        Self(format!("{kind}, at column {}", error.column()))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<UsersError> for Why {
    fn from(error: UsersError) -> Self {
        Self(error.to_string())
    }
}

/// A user. What is left out is what a new user has.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    id: String,
    created: i64,
    updated: i64,
    #[serde(default)]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default)]
    email_verified: bool,
    #[serde(default)]
    phone_verified: bool,
    #[serde(default = "yes")]
    status: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<Stored>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password_updated: Option<i64>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    prefs: Prefs,
    #[serde(default)]
    targets: Vec<Address>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accessed: Option<i64>,
    #[serde(default)]
    mfa: bool,
    #[serde(default)]
    sessions: Vec<Opened>,
}

fn yes() -> bool {
    true
}

/// A password: the API's name for the algorithm, the text, and what stands beside it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "hash", deny_unknown_fields)]
enum Stored {
    #[serde(rename = "argon2")]
    Argon2 { text: Zeroizing<String> },
    #[serde(rename = "bcrypt")]
    Bcrypt { text: Zeroizing<String> },
    #[serde(rename = "md5")]
    Md5 { text: Zeroizing<String> },
    #[serde(rename = "phpass")]
    PhPass { text: Zeroizing<String> },
    #[serde(rename = "scrypt")]
    Scrypt {
        text: Zeroizing<String>,
        salt: String,
        cpu: i64,
        memory: i64,
        parallel: i64,
        length: i64,
    },
    #[serde(rename = "scryptMod")]
    ScryptModified {
        text: Zeroizing<String>,
        salt: String,
        salt_separator: String,
        signer_key: Zeroizing<String>,
    },
    #[serde(rename = "sha")]
    Sha { text: Zeroizing<String>, version: String },
}

impl Stored {
    fn of(password: &Password) -> Self {
        let text = Zeroizing::new(password.text().to_owned());
        match password.beside().clone() {
            Beside::Argon2 => Self::Argon2 { text },
            Beside::Bcrypt => Self::Bcrypt { text },
            Beside::Md5 => Self::Md5 { text },
            Beside::PhPass => Self::PhPass { text },
            Beside::Scrypt { salt, cpu, memory, parallel, length } => {
                Self::Scrypt { text, salt, cpu, memory, parallel, length }
            }
            Beside::ScryptModified { salt, salt_separator, signer_key } => {
                Self::ScryptModified { text, salt, salt_separator, signer_key }
            }
            Beside::Sha { version } => Self::Sha { text, version: version.to_owned() },
        }
    }

    /// A cleared password and the policy's own hashes as they are, others through `import`.
    fn password(
        self,
        import: impl FnOnce(Import) -> Result<Password, UsersError>,
    ) -> Result<Password, UsersError> {
        let hash = |text: Zeroizing<String>| text.as_str().to_owned();
        import(match self {
            Self::Argon2 { text } if text.is_empty() => return Ok(Password::cleared()),
            Self::Argon2 { text } => match Password::peppered(&text) {
                Some(own) => return Ok(own),
                None => Import::Argon2 { hash: hash(text) },
            },
            Self::Bcrypt { text } => Import::Bcrypt { hash: hash(text) },
            Self::Md5 { text } => Import::Md5 { hash: hash(text) },
            Self::PhPass { text } => Import::PhPass { hash: hash(text) },
            Self::Scrypt { text, salt, cpu, memory, parallel, length } => {
                Import::Scrypt { hash: hash(text), salt, cpu, memory, parallel, length }
            }
            Self::ScryptModified { text, salt, salt_separator, signer_key } => {
                Import::ScryptModified { hash: hash(text), salt, salt_separator, signer_key }
            }
            Self::Sha { text, version } => Import::Sha { hash: hash(text), version: Some(version) },
        })
    }
}

/// A target.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    id: String,
    created: i64,
    updated: i64,
    #[serde(default)]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_id: Option<String>,
    provider_type: String,
    identifier: String,
}

/// A session, with the digest of its secret.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    id: String,
    created: i64,
    expires: i64,
    provider: Provider,
    #[serde(default)]
    provider_uid: String,
    #[serde(default)]
    ip: String,
    #[serde(default)]
    user_agent: String,
    secret_sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Provider {
    Email,
    Server,
}

impl Opened {
    fn of(held: &Held) -> Self {
        let Session { id, created, expires, provider, provider_uid, client, .. } =
            held.session.clone();
        let provider = if provider == "email" { Provider::Email } else { Provider::Server };
        let digest = super::sessions::hex(&held.digest);
        Self {
            id,
            created: created.0,
            expires: expires.0,
            provider,
            provider_uid,
            ip: client.ip,
            user_agent: client.user_agent,
            secret_sha256: digest,
        }
    }

    fn held(self, user_id: &str) -> Result<Held, UsersError> {
        validate::uid("sessionId", &self.id)?;
        let rule = "Value must have 64 hexadecimal digits";
        let digest = is_hex(&self.secret_sha256, 64)
            .then(|| Field::whole(&self.secret_sha256).hex().ok())
            .flatten()
            .ok_or_else(|| UsersError::argument("secret_sha256", rule))?;
        let (provider, factor) = match self.provider {
            Provider::Email => ("email", "password"),
            Provider::Server => ("server", "server"),
        };
        let session = Session {
            id: self.id,
            user_id: user_id.to_owned(),
            created: Time(self.created),
            expires: Time(self.expires),
            provider,
            provider_uid: self.provider_uid,
            factor,
            client: Client::new(self.ip, self.user_agent),
        };
        Ok(Held { session, digest })
    }
}

impl Record {
    pub(super) fn of(user: &User, sessions: &[Held]) -> Self {
        let user = user.clone();
        let targets = user.targets.into_iter().map(|target| Address {
            id: target.id,
            created: target.created.0,
            updated: target.updated.0,
            name: target.name,
            provider_id: target.provider_id,
            provider_type: target.provider_type,
            identifier: target.identifier,
        });
        Self {
            targets: targets.collect(),
            id: user.id,
            created: user.created.0,
            updated: user.updated.0,
            name: user.name,
            email: user.email,
            phone: user.phone,
            email_verified: user.email_verified,
            phone_verified: user.phone_verified,
            status: user.status,
            password: user.password.as_ref().map(Stored::of),
            password_updated: user.password_updated.map(|time| time.0),
            labels: user.labels,
            prefs: user.prefs,
            accessed: user.accessed.map(|time| time.0),
            mfa: user.mfa,
            sessions: sessions.iter().map(Opened::of).collect(),
        }
    }

    /// The user and the sessions, held to the rules that the API has for them.
    pub(super) fn user(
        self,
        import: impl FnOnce(Import) -> Result<Password, UsersError>,
    ) -> Result<(User, Vec<Held>), UsersError> {
        validate::uid("userId", &self.id)?;
        validate::text("name", &self.name, 0..=128)?;
        validate::prefs(&self.prefs)?;
        let email = self.email.as_deref().map(|e| validate::email(e, Need::Required));
        let phone = self.phone.as_deref().map(|p| validate::phone("phone", p, Need::Required));
        let targets = self.targets.into_iter().map(|target| {
            let identifier = super::targets::address(&target.provider_type, &target.identifier)?;
            validate::uid("targetId", &target.id)?;
            Ok(Target {
                id: target.id,
                created: Time(target.created),
                updated: Time(target.updated),
                name: target.name,
                provider_id: target.provider_id,
                provider_type: target.provider_type,
                identifier,
            })
        });
        let targets = targets.collect::<Result<_, UsersError>>()?;
        let sessions = self.sessions.into_iter().map(|opened| opened.held(&self.id));
        let sessions = sessions.collect::<Result<_, UsersError>>()?;
        let user = User {
            created: Time(self.created),
            updated: Time(self.updated),
            name: self.name,
            email: email.transpose()?,
            phone: phone.transpose()?,
            email_verified: self.email_verified,
            phone_verified: self.phone_verified,
            status: self.status,
            password: self.password.map(|stored| stored.password(import)).transpose()?,
            password_updated: self.password_updated.map(Time),
            labels: validate::labels(self.labels)?,
            prefs: self.prefs,
            targets,
            accessed: self.accessed.map(Time),
            mfa: self.mfa,
            id: self.id,
        };
        Ok((user, sessions))
    }
}
