//! Who may pass: project first, then key or session.
use crate::app::App;
use crate::failure::Failure;
use crate::options::{Key, Options};
use crate::table::Access;
use axum::http::{HeaderMap, Uri, header};
use base64ct::{Base64, Encoding};
use hashlift::SecretBytes;
use hashlift::registry::{Session, User, UsersError};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Who knocked.
#[derive(Default)]
pub(crate) struct Caller {
    pub(crate) has_key: bool,
    pub(crate) session: Option<(Arc<User>, Session)>,
}

/// Let a request pass, or say why not.
pub(crate) fn pass(
    app: &App,
    access: Access,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Caller, Failure> {
    if let Access::Open = access {
        return Ok(Caller::default());
    }
    let options = &app.options;
    let sent_key = headers.get(KEY).map(axum::http::HeaderValue::as_bytes);
    let sent_key = sent_key.filter(|key| !key.is_empty());
    match project(uri, headers) {
        None if matches!(access, Access::Key(_)) && sent_key.is_none() => {}
        None => return Err(Failure::project_missing()),
        Some(project) if project != options.project => return Err(Failure::project_unknown()),
        Some(_) => {}
    }
    let key = sent_key.map(|sent| known(options, sent).ok_or_else(|| unknown(sent, access)));
    let key = key.transpose()?;
    let has_key = key.is_some();
    match (access, key) {
        (Access::Key(scopes), Some(key)) if key.has_one_of(scopes) => {}
        (Access::Key(scopes), Some(_)) => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let host = host.unwrap_or("localhost").split(':').next().unwrap_or_default();
            let role = format!("app.{}@service.{host} (role: applications)", options.project);
            return Err(Failure::missing_scopes(&role, scopes));
        }
        (Access::Key(scopes), None) => return Err(Failure::missing_scopes(GUESTS, scopes)),
        (Access::Session, _) => {
            let session = session(app, headers)?;
            return Ok(Caller { has_key, session: Some(session) });
        }
        (Access::Open | Access::Project, _) => {}
    }
    Ok(Caller { has_key, session: None })
}

/// The project that the request names, in its header or else in its query string.
fn project(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let header = headers.get(PROJECT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let header = header.filter(|project| !project.is_empty());
    header.or_else(|| {
        let query = uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == "project").map(|(_, value)| value.into_owned())
    })
}

/// The key, among all of them, without stopping at the first.
fn known<'a>(options: &'a Options, sent: &[u8]) -> Option<&'a Key> {
    options.keys.iter().fold(None, |found, key| if key.is(sent) { Some(key) } else { found })
}

fn unknown(sent: &[u8], access: Access) -> Failure {
    let standard = !sent.contains(&b'_') || sent.starts_with(b"standard_");
    match access {
        Access::Key(scopes) if !standard => Failure::missing_scopes(GUESTS, scopes),
        _ => Failure::key_unknown(),
    }
}

/// What a session's header or cookie says.
#[derive(Deserialize)]
struct Ticket {
    id: String,
    secret: Zeroizing<String>,
}

/// The header of a session: base64 of JSON, as clients carry it about.
pub(crate) fn ticket(user_id: &str, secret: &SecretBytes) -> String {
    let secret = String::from_utf8_lossy(secret.expose());
    let json = Zeroizing::new(json!({ "id": user_id, "secret": secret }).to_string());
    Base64::encode_string(json.as_bytes())
}

/// The name of a session's cookie.
pub(crate) fn cookie_name(project: &str) -> String {
    format!("a_session_{project}")
}

fn session(app: &App, headers: &HeaderMap) -> Result<(Arc<User>, Session), Failure> {
    let guest = || Failure::missing_scopes(GUESTS, &["account"]);
    let ticket = headers
        .get(SESSION)
        .and_then(|value| value.to_str().ok())
        .or_else(|| cookie(headers, &cookie_name(&app.options.project)))
        .ok_or_else(guest)?;
    let json = Base64::decode_vec(ticket).map(Zeroizing::new).map_err(|_| guest())?;
    let ticket: Ticket = serde_json::from_slice(&json).map_err(|_| guest())?;
    app.users.authenticate(&ticket.id, ticket.secret.as_bytes()).map_err(|error| match error {
        UsersError::UserBlocked => error.into(),
        _ => guest(),
    })
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(own, _)| own.trim() == name).map(|(_, value)| value.trim())
}

const GUESTS: &str = "User (role: guests)";
const KEY: &str = "x-appwrite-key";
const PROJECT: &str = "x-appwrite-project";
const SESSION: &str = "x-appwrite-session";
