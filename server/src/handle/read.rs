//! Looking at users.
use super::Call;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::show;
use hashlift::registry::Count;

pub(crate) fn list(call: &Call) -> Result<Answer, Failure> {
    let search = call.args.optional("search");
    let page = call.users().list(&call.args.texts("queries"), search, call.args.count())?;
    let shown = page.items.iter().map(|user| call.show(user)).collect();
    Answer::ok(&show::list("users", page.total, shown))
}

pub(crate) fn identities(call: &Call) -> Result<Answer, Failure> {
    let search = call.args.optional("search");
    let page = call.users().identities(&call.args.texts("queries"), search)?;
    Answer::ok(&show::list("identities", page.total, Vec::new()))
}

pub(crate) fn user(call: &Call) -> Result<Answer, Failure> {
    call.changed(call.users().get(call.user_id()))
}

pub(crate) fn prefs(call: &Call) -> Result<Answer, Failure> {
    Answer::ok(&call.users().prefs(call.user_id())?)
}

pub(crate) fn logs(call: &Call) -> Result<Answer, Failure> {
    let id = call.user_id();
    let page = call.users().logs(id, &call.args.texts("queries"), call.args.count())?;
    let user = call.users().get(id)?;
    let shown = page.items.iter().map(|entry| show::log(entry, &user)).collect();
    Answer::ok(&show::list("logs", page.total, shown))
}

pub(crate) fn memberships(call: &Call) -> Result<Answer, Failure> {
    let search = call.args.optional("search");
    let queries = call.args.texts("queries");
    let page = call.users().memberships(call.user_id(), &queries, search)?;
    Answer::ok(&show::list("memberships", page.total, Vec::new()))
}

pub(crate) fn sessions(call: &Call) -> Result<Answer, Failure> {
    let sessions = call.users().sessions(call.user_id())?;
    let total = counted(call, u64::try_from(sessions.len()).unwrap_or(u64::MAX));
    let shown = sessions.iter().map(|session| show::session(session, "", false)).collect();
    Answer::ok(&show::list("sessions", total, shown))
}

pub(crate) fn targets(call: &Call) -> Result<Answer, Failure> {
    let page = call.users().targets(call.user_id(), &call.args.texts("queries"))?;
    let shown = page.items.iter().map(|target| show::target(target, call.user_id())).collect();
    Answer::ok(&show::list("targets", counted(call, page.total), shown))
}

pub(crate) fn target(call: &Call) -> Result<Answer, Failure> {
    let target = call.users().target(call.user_id(), call.text("targetId"))?;
    Answer::ok(&show::target(&target, call.user_id()))
}

/// The total, unless the caller does not want it.
fn counted(call: &Call, total: u64) -> u64 {
    if call.args.count() == Count::No { 0 } else { total }
}
