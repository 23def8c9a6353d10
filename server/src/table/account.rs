//! Endpoints that need no key: logging in, what a session is for, the server itself.
use super::Verb;
use super::{Access, Endpoint, Param, Rule, Shape, Work};
use crate::handle::{about, account};

pub(super) static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        about: "Log in with email and password. A hash below the policy is replaced.",
        access: Access::Project,
        params: &[
            Param::required("email", Rule::Email),
            Param::required("password", Rule::Password),
        ],
        status: 201,
        shape: Shape::Session,
        errors: &[400, 401, 403, 503],
        ..Endpoint::new(
            Verb::Post,
            "/v1/account/sessions/email",
            "createEmailPasswordSession",
            Work::Login(account::knock, account::admit),
        )
    },
    Endpoint {
        about: "The user whose session this is, without the hash.",
        access: Access::Session,
        shape: Shape::Account,
        errors: &[],
        ..Endpoint::new(Verb::Get, "/v1/account", "getAccount", Work::Light(account::get))
    },
    Endpoint {
        about: "End one's own session, by its id or as `current`.",
        access: Access::Session,
        params: &[Param::path("sessionId")],
        status: 204,
        shape: Shape::None,
        ..Endpoint::new(
            Verb::Delete,
            "/v1/account/sessions/{sessionId}",
            "deleteOwnSession",
            Work::Light(account::logout),
        )
    },
    Endpoint {
        about: "Whether the server is there.",
        access: Access::Open,
        shape: Shape::Health,
        errors: &[],
        ..Endpoint::new(Verb::Get, "/v1/health", "getHealth", Work::Light(about::health))
    },
    Endpoint {
        about: "This description.",
        access: Access::Open,
        shape: Shape::Description,
        errors: &[],
        ..Endpoint::new(
            Verb::Get,
            "/v1/openapi.json",
            "getDescription",
            Work::Light(about::description),
        )
    },
];
