//! The errors of the Users API: one variant each, its status, `type` and message declared beside it.
use core::fmt;

/// Why an operation of the registry was refused. `Display` is the `message` of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UsersError {
    /// A parameter is not what it must be.
    Argument {
        /// The parameter, as the API names it.
        param: &'static str,
        /// The rule, as the API words it.
        rule: String,
    },
    /// A required parameter is missing.
    Missing {
        /// The parameter, as the API names it.
        param: &'static str,
    },
    /// The user that a cursor names does not exist.
    CursorNotFound {
        /// The id.
        id: String,
    },
    /// The cursor's user has no value for the attribute that the list is ordered by.
    CursorNull {
        /// The attribute.
        attribute: String,
    },
    /// The email belongs to another user.
    EmailTaken,
    /// The identity does not exist.
    IdentityNotFound,
    /// Email or password are wrong, or there is no such user: nobody learns which.
    InvalidCredentials,
    /// Memory or random bytes could not be had.
    Internal,
    /// The phone number belongs to another user.
    PhoneTaken,
    /// A query is well-formed but cannot be carried out.
    QueryInvalid {
        /// What cannot be done.
        why: String,
    },
    /// The session does not exist, or is another user's.
    SessionNotFound,
    /// A target of that identifier exists.
    TargetExists,
    /// The target does not exist, or is another user's.
    TargetNotFound,
    /// The user is blocked.
    UserBlocked,
    /// A user of the same id, email or phone exists.
    UserExists,
    /// There is no user of that id.
    UserNotFound,
}

impl UsersError {
    /// A parameter that breaks a rule.
    pub(crate) fn argument(param: &'static str, rule: impl Into<String>) -> Self {
        Self::Argument { param, rule: rule.into() }
    }

    /// The HTTP status and the `type` of the API.
    #[must_use]
    pub const fn code(&self) -> (u16, &'static str) {
        match self {
            Self::Argument { .. } | Self::Missing { .. } => (400, "general_argument_invalid"),
            Self::CursorNotFound { .. } => (400, "general_cursor_not_found"),
            Self::CursorNull { .. } => (400, "database_query_order_null"),
            Self::EmailTaken => (409, "user_email_already_exists"),
            Self::IdentityNotFound => (404, "user_identity_not_found"),
            Self::InvalidCredentials => (401, "user_invalid_credentials"),
            Self::Internal => (500, "general_unknown"),
            Self::PhoneTaken => (409, "user_phone_already_exists"),
            Self::QueryInvalid { .. } => (400, "general_query_invalid"),
            Self::SessionNotFound => (404, "user_session_not_found"),
            Self::TargetExists => (409, "user_target_already_exists"),
            Self::TargetNotFound => (404, "user_target_not_found"),
            Self::UserBlocked => (403, "user_blocked"),
            Self::UserExists => (409, "user_already_exists"),
            Self::UserNotFound => (404, "user_not_found"),
        }
    }
}

impl fmt::Display for UsersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument { param, rule } => write!(f, "Invalid `{param}` param: {rule}"),
            Self::Missing { param } => write!(f, "Param \"{param}\" is not optional."),
            Self::CursorNotFound { id } => {
                write!(f, "User '{id}' for the 'cursor' value not found.")
            }
            Self::CursorNull { attribute } => write!(
                f,
                "The order attribute '{attribute}' had a null value. Cursor pagination requires \
                 all documents order attribute values are non-null."
            ),
            Self::QueryInvalid { why } => f.write_str(why),
            Self::EmailTaken => {
                f.write_str("A user with the same email already exists in the current project.")
            }
            Self::IdentityNotFound => f.write_str("The identity could not be found."),
            Self::InvalidCredentials => {
                f.write_str("Invalid credentials. Please check the email and password.")
            }
            Self::Internal => f.write_str("Server Error"),
            Self::PhoneTaken => f.write_str(
                "A user with the same phone number already exists in the current project.",
            ),
            Self::SessionNotFound => f.write_str("The current user session could not be found."),
            Self::TargetExists => f.write_str("A target with the same ID already exists."),
            Self::TargetNotFound => f.write_str("The target could not be found."),
            Self::UserBlocked => f.write_str("The current user has been blocked."),
            Self::UserExists => f.write_str(
                "A user with the same id, email, or phone already exists in this project.",
            ),
            Self::UserNotFound => f.write_str("User with the requested ID could not be found."),
        }
    }
}

impl core::error::Error for UsersError {}
