//! What endpoints do. By now the caller may, and the parameters keep their rules.
pub(crate) mod about;
pub(crate) mod account;
pub(crate) mod beside;
pub(crate) mod create;
pub(crate) mod read;
pub(crate) mod remove;
pub(crate) mod update;

use crate::answer::Answer;
use crate::app::App;
use crate::args::Args;
use crate::failure::Failure;
use crate::gate::Caller;
use crate::show;
use hashlift::registry::{Client, User, Users, UsersError};
use serde_json::Value;
use std::sync::Arc;

/// A request that may be carried out.
pub(crate) struct Call {
    pub(crate) app: Arc<App>,
    pub(crate) args: Args,
    pub(crate) client: Client,
    pub(crate) caller: Caller,
    /// Whether the client's response format has targets (1.5 and later).
    pub(crate) knows_targets: bool,
}

impl Call {
    fn users(&self) -> &Users {
        &self.app.users
    }

    fn text(&self, name: &str) -> &str {
        self.args.text(name)
    }

    fn user_id(&self) -> &str {
        self.text("userId")
    }

    fn show(&self, user: &User) -> Value {
        show::user(user, self.users().default_options())
    }

    /// 200 and a user.
    fn changed(&self, user: Result<Arc<User>, UsersError>) -> Result<Answer, Failure> {
        Answer::ok(&self.show(&*user?))
    }

    /// What a new hash by the policy takes, in KiB.
    fn policy_kib(&self) -> u32 {
        self.users().options().policy.memory_kib
    }
}
