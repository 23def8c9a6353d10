//! The JSON of users, sessions and the rest: a superset of what clients of all eras read.
use crate::canonical;
use crate::date::date;
use hashlift::registry::{Log, Session, Target, Time, Token, User};
use serde_json::{Map, Value, json};

/// A user, as callers with a key see one: with the hash.
pub(crate) fn user(user: &User, default_options: Map<String, Value>) -> Value {
    let mut shown = account(user);
    let password = user.password.as_ref();
    let (hash, options) = match password {
        Some(password) => (password.name().as_str(), password.options()),
        None => ("argon2", default_options),
    };
    if let Value::Object(map) = &mut shown {
        map.insert("password".to_owned(), json!(password.map(|password| password.text())));
        map.insert("hash".to_owned(), json!(hash));
        map.insert("hashOptions".to_owned(), Value::Object(options));
    }
    shown
}

/// A user, as they see themselves: without the hash.
pub(crate) fn account(user: &User) -> Value {
    let email = user.email.as_deref();
    let (free, disposable) = (email.map(canonical::is_free), email.map(canonical::is_disposable));
    let canonical = email.map(canonical::canonical);
    json!({
        "$id": user.id,
        "$createdAt": date(user.created),
        "$updatedAt": date(user.updated),
        "name": user.name,
        "registration": date(user.created),
        "status": user.status,
        "labels": user.labels,
        "passwordUpdate": date_or_empty(user.password_updated),
        "email": email.unwrap_or_default(),
        "phone": user.phone.as_deref().unwrap_or_default(),
        "emailVerification": user.email_verified,
        "emailIsFree": free,
        "emailIsDisposable": disposable,
        "emailIsCorporate": free.zip(disposable).map(|(free, disposable)| !free && !disposable),
        "emailIsCanonical": email.map(|email| Some(email) == canonical.as_deref()),
        "emailCanonical": canonical,
        "phoneVerification": user.phone_verified,
        "mfa": user.mfa,
        "prefs": user.prefs,
        "targets": user.targets.iter().map(|t| target(t, &user.id)).collect::<Vec<_>>(),
        "accessedAt": date_or_empty(user.accessed),
        "impersonator": false,
        "impersonatorUserId": null,
    })
}

/// A target of the user with that id.
pub(crate) fn target(target: &Target, user_id: &str) -> Value {
    json!({
        "$id": target.id,
        "$createdAt": date(target.created),
        "$updatedAt": date(target.updated),
        "name": target.name,
        "userId": user_id,
        "providerId": target.provider_id,
        "providerType": target.provider_type,
        "identifier": target.identifier,
        "expired": false,
    })
}

/// A session. The secret is shown when the session is made, and never again.
pub(crate) fn session(session: &Session, secret: &str, current: bool) -> Value {
    let mut shown = agent(&session.client.ip);
    shown.extend(object(json!({
        "$id": session.id,
        "$createdAt": date(session.created),
        "$updatedAt": date(session.created),
        "userId": session.user_id,
        "expire": date(session.expires),
        "provider": session.provider,
        "providerUid": session.provider_uid,
        "providerAccessToken": "",
        "providerAccessTokenExpiry": "",
        "providerRefreshToken": "",
        "current": current,
        "factors": [session.factor],
        "secret": secret,
        "mfaUpdatedAt": "",
    })));
    Value::Object(shown)
}

/// An entry of a user's log.
pub(crate) fn log(log: &Log, user: &User) -> Value {
    let mut shown = agent(&log.client.ip);
    shown.extend(object(json!({
        "event": log.event,
        "userId": user.id,
        "userEmail": user.email.as_deref().unwrap_or_default(),
        "userName": user.name,
        "mode": "default",
        "userType": "user",
        "time": date(log.time),
    })));
    Value::Object(shown)
}

/// A token: its secret is shown this once.
pub(crate) fn token(token: &Token) -> Value {
    json!({
        "$id": token.id,
        "$createdAt": date(token.created),
        "userId": token.user_id,
        "secret": token.secret,
        "expire": date(token.expires),
        "phrase": "",
    })
}

/// What is known of whoever sent a request. User agents are kept, and not taken apart: those of
/// server SDKs name neither a system nor a device.
fn agent(ip: &str) -> Map<String, Value> {
    let mut shown: Map<String, Value> = [
        "osCode",
        "osName",
        "osVersion",
        "clientType",
        "clientCode",
        "clientName",
        "clientVersion",
        "clientEngine",
        "clientEngineVersion",
        "deviceName",
        "deviceBrand",
        "deviceModel",
    ]
    .into_iter()
    .map(|name| (name.to_owned(), Value::from("")))
    .collect();
    shown.insert("ip".to_owned(), ip.into());
    shown.insert("countryCode".to_owned(), "--".into());
    shown.insert("countryName".to_owned(), "Unknown".into());
    shown
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn date_or_empty(time: Option<Time>) -> String {
    time.map(date).unwrap_or_default()
}

/// A list: the total, and the items under their name.
pub(crate) fn list(name: &str, total: u64, items: Vec<Value>) -> Value {
    let list = [("total", total.into()), (name, Value::Array(items))];
    list.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
