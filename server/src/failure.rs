//! Every way of not answering: status, `type` and message, in the four keys that clients know.
use hashlift::registry::UsersError;
use serde::Serialize;
use std::borrow::Cow;

/// The version of the API that errors name.
pub(crate) const VERSION: &str = "1.9.6";

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    kind: &'static str,
    message: Cow<'static, str>,
    /// Whether the connection cannot be used again: something of the request is still under way.
    pub(crate) closes: bool,
    /// When to come back, in seconds.
    pub(crate) retry_after: Option<u32>,
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
    code: u16,
    r#type: &'a str,
    version: &'a str,
}

impl Failure {
    fn new(status: u16, kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, kind, message: message.into(), closes: false, retry_after: None }
    }

    pub(crate) fn json(&self) -> Vec<u8> {
        let (message, code) = (&*self.message, self.status);
        let body = Body { message, code, r#type: self.kind, version: VERSION };
        serde_json::to_vec(&body).unwrap_or_default()
    }

    pub(crate) fn body_incomplete() -> Self {
        let closing = Self::new(400, "general_argument_invalid", "The request body broke off.");
        Self { closes: true, ..closing }
    }

    pub(crate) fn body_too_large(bytes_max: usize) -> Self {
        let message = format!("The request body is larger than {bytes_max} bytes.");
        Self { closes: true, ..Self::new(413, "general_argument_invalid", message) }
    }

    pub(crate) fn body_too_slow() -> Self {
        let slow = Self::new(408, "general_argument_invalid", "The request body took too long.");
        Self { closes: true, ..slow }
    }

    pub(crate) fn busy() -> Self {
        let message = "The server has more passwords to hash than it can. Try again in a second.";
        Self { retry_after: Some(1), ..Self::new(503, "general_server_busy", message) }
    }

    pub(crate) fn internal() -> Self {
        UsersError::Internal.into()
    }

    /// A caller whose role lacks the scopes, of which one would do.
    pub(crate) fn missing_scopes(role: &str, scopes: &[&str]) -> Self {
        let scopes = serde_json::to_string(scopes).unwrap_or_default();
        Self::new(401, "general_unauthorized_scope", format!("{role} missing scopes ({scopes})"))
    }

    pub(crate) fn nested_too_deep(depth_max: usize) -> Self {
        let message = format!("The request body is nested deeper than {depth_max} levels.");
        Self::new(400, "general_argument_invalid", message)
    }

    pub(crate) fn project_missing() -> Self {
        let message = "Project ID is missing. Please check the value of the X-Appwrite-Project \
                       header to ensure the correct project ID is being used.";
        Self::new(403, "project_id_missing", message)
    }

    pub(crate) fn project_unknown() -> Self {
        let message = "Project with the requested ID could not be found. Please check the value \
                       of the X-Appwrite-Project header to ensure the correct project ID is \
                       being used.";
        Self::new(404, "project_not_found", message)
    }

    pub(crate) fn route_unknown() -> Self {
        let message = "Route not found. Please ensure the endpoint is configured correctly and \
                       that the API route is valid for this SDK version. Refer to the API docs \
                       for more details.";
        Self::new(404, "general_route_not_found", message)
    }

    pub(crate) fn key_unknown() -> Self {
        let message = "The current user is not authorized to perform the requested action.";
        Self::new(401, "user_unauthorized", message)
    }
}

impl From<UsersError> for Failure {
    fn from(error: UsersError) -> Self {
        let (status, kind) = error.code();
        Self::new(status, kind, error.to_string())
    }
}
