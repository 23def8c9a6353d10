//! Users about themselves: logging in and out.
use super::Call;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::gate::{cookie_name, ticket};
use crate::show;
use hashlift::Outcome;
use hashlift::registry::Knock;
use zeroize::Zeroizing;

/// Who it is that wants to log in.
pub(crate) fn knock(call: &Call) -> Result<Knock, Failure> {
    Ok(call.users().knock(call.text("email"), call.text("password"))?)
}

/// What came of their password.
pub(crate) fn admit(call: &Call, knock: Knock, outcome: Outcome) -> Result<Answer, Failure> {
    let (session, secret) = call.users().admit(knock, outcome, &call.client)?;
    let ticket = Zeroizing::new(ticket(&session.user_id, &secret));
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
