//! What hangs on a user: sessions, tokens, targets.
use super::Call;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::gate::ticket;
use crate::show;
use hashlift::registry::NewTarget;
use zeroize::Zeroizing;

pub(crate) fn session(call: &Call) -> Result<Answer, Failure> {
    let (session, secret) = call.users().open_session(call.user_id(), &call.client)?;
    let ticket = Zeroizing::new(ticket(&session.user_id, &secret));
    Answer::created(&show::session(&session, &ticket, false))
}

pub(crate) fn token(call: &Call) -> Result<Answer, Failure> {
    let (length, expire) = (call.args.integer("length"), call.args.integer("expire"));
    Answer::created(&show::token(&call.users().create_token(call.user_id(), length, expire)?))
}

pub(crate) fn create_target(call: &Call) -> Result<Answer, Failure> {
    let new = NewTarget {
        id: call.text("targetId").to_owned(),
        provider_type: call.text("providerType").to_owned(),
        identifier: call.text("identifier").to_owned(),
        provider_id: call.args.owned("providerId"),
        name: call.args.owned("name"),
    };
    let target = call.users().create_target(call.user_id(), new)?;
    Answer::created(&show::target(&target, call.user_id()))
}

pub(crate) fn update_target(call: &Call) -> Result<Answer, Failure> {
    let optional = |name| call.args.optional(name);
    let target = call.users().update_target(
        call.user_id(),
        call.text("targetId"),
        optional("identifier"),
        optional("providerId"),
        optional("name"),
    )?;
    Answer::ok(&show::target(&target, call.user_id()))
}
