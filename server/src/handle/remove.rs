//! Taking away.
use super::Call;
use crate::answer::Answer;
use crate::failure::Failure;
use hashlift::registry::UsersError;

pub(crate) fn user(call: &Call) -> Result<Answer, Failure> {
    gone(call.users().delete(call.user_id()))
}

pub(crate) fn session(call: &Call) -> Result<Answer, Failure> {
    gone(call.users().delete_session(call.user_id(), call.text("sessionId"), &call.client))
}

pub(crate) fn sessions(call: &Call) -> Result<Answer, Failure> {
    gone(call.users().delete_sessions(call.user_id(), &call.client))
}

pub(crate) fn target(call: &Call) -> Result<Answer, Failure> {
    gone(call.users().delete_target(call.user_id(), call.text("targetId")))
}

pub(crate) fn identity(_: &Call) -> Result<Answer, Failure> {
    gone(Err(UsersError::IdentityNotFound))
}

fn gone(done: Result<(), UsersError>) -> Result<Answer, Failure> {
    done?;
    Ok(Answer::none())
}
