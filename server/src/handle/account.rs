//! Users about themselves: logging in and out.
use super::Call;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::gate::{cookie_name, ticket};
use crate::show;
use hashlift::registry::Count;
use serde_json::json;
use zeroize::Zeroizing;

/// What a login takes: the stored hash's memory or a new one's, whichever is more.
#[expect(clippy::unnecessary_wraps, reason = "the table wants it so")]
pub(crate) fn memory_kib(call: &Call) -> Option<u32> {
    let email = call.text("email").to_ascii_lowercase();
    let query = json!({ "method": "equal", "attribute": "email", "values": [email] }).to_string();
    let found = call.users().list(&[query], None, Count::No).ok();
    let user = found.and_then(|page| page.items.into_iter().next());
    let hash = user.as_ref().and_then(|user| user.password.as_ref()?.hash());
    let stored = hash.map_or(0, |hash| hash.cost().memory_kib);
    Some(call.policy_kib().max(u32::try_from(stored).unwrap_or(u32::MAX)))
}

pub(crate) fn login(call: &Call) -> Result<Answer, Failure> {
    let (email, password) = (call.text("email"), call.text("password"));
    let (session, secret) = call.users().login(email, password, &call.client)?;
    let ticket = Zeroizing::new(ticket(&session.user_id, &secret));
    call.app.history.sample(call.users());
    let shown = if call.caller.has_key { ticket.as_str() } else { "" };
    let name = cookie_name(&call.app.options.project);
    let seconds = (session.expires.0.saturating_sub(session.created.0)) / 1000;
    let cookie = format!("{name}={}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax", *ticket);
    Ok(Answer::created(&show::session(&session, shown, true))?.with_cookie(cookie))
}

pub(crate) fn get(call: &Call) -> Result<Answer, Failure> {
    let (user, _) = call.caller.session.as_ref().ok_or_else(Failure::internal)?;
    Answer::ok(&show::account(user))
}

pub(crate) fn logout(call: &Call) -> Result<Answer, Failure> {
    let (user, session) = call.caller.session.as_ref().ok_or_else(Failure::internal)?;
    let id = match call.text("sessionId") {
        "current" => &session.id,
        id => id,
    };
    call.users().delete_session(&user.id, id, &call.client)?;
    Ok(Answer::none())
}
