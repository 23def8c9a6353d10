//! Changing users.
use super::Call;
use crate::answer::Answer;
use crate::failure::Failure;
use hashlift::registry::UsersError;

/// What the hash of a new password takes; clearing a password takes none.
pub(crate) fn memory_kib(call: &Call) -> Option<u32> {
    let password = call.args.optional("password").filter(|password| !password.is_empty());
    password.map(|_| call.policy_kib())
}

pub(crate) fn email(call: &Call) -> Result<Answer, Failure> {
    let changed = call.users().set_email(call.user_id(), call.text("email"), &call.client);
    call.changed(changed.map_err(|error| of_its_era(call, error)))
}

/// Clients of response format 1.5 and later know a taken address as a taken target; the reference,
/// and who names no format, as a taken email or phone number.
fn of_its_era(call: &Call, error: UsersError) -> UsersError {
    match error {
        UsersError::EmailTaken | UsersError::PhoneTaken if call.knows_targets => {
            UsersError::TargetExists
        }
        other => other,
    }
}

pub(crate) fn email_verification(call: &Call) -> Result<Answer, Failure> {
    let verified = call.args.boolean("emailVerification");
    call.changed(call.users().set_email_verified(call.user_id(), verified, &call.client))
}

pub(crate) fn labels(call: &Call) -> Result<Answer, Failure> {
    let labels = call.args.texts("labels");
    call.changed(call.users().set_labels(call.user_id(), labels, &call.client))
}

pub(crate) fn mfa(call: &Call) -> Result<Answer, Failure> {
    let mfa = call.args.boolean("mfa");
    call.changed(call.users().set_mfa(call.user_id(), mfa, &call.client))
}

pub(crate) fn name(call: &Call) -> Result<Answer, Failure> {
    call.changed(call.users().set_name(call.user_id(), call.text("name"), &call.client))
}

pub(crate) fn password(call: &Call) -> Result<Answer, Failure> {
    let password = call.text("password");
    call.changed(call.users().set_password(call.user_id(), password, &call.client))
}

pub(crate) fn phone(call: &Call) -> Result<Answer, Failure> {
    let changed = call.users().set_phone(call.user_id(), call.text("number"), &call.client);
    call.changed(changed.map_err(|error| of_its_era(call, error)))
}

pub(crate) fn phone_verification(call: &Call) -> Result<Answer, Failure> {
    let verified = call.args.boolean("phoneVerification");
    call.changed(call.users().set_phone_verified(call.user_id(), verified, &call.client))
}

pub(crate) fn prefs(call: &Call) -> Result<Answer, Failure> {
    let prefs = call.args.object("prefs");
    Answer::ok(&call.users().set_prefs(call.user_id(), prefs, &call.client)?)
}

pub(crate) fn status(call: &Call) -> Result<Answer, Failure> {
    let status = call.args.boolean("status");
    call.changed(call.users().set_status(call.user_id(), status, &call.client))
}
