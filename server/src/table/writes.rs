//! Endpoints that change users.
use super::Verb;
use super::{Access, Endpoint, Param, Rule, Run, Shape, Work};
use crate::handle::update::{self, memory_kib};
use crate::handle::{beside, remove};

const USER: Param = Param::path("userId");
const SESSIONS: Access = Access::Key(&["users.write", "sessions.write"]);

const fn patch(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    params: &'static [Param],
    run: Run,
) -> Endpoint {
    Endpoint { about, params, ..Endpoint::new(Verb::Patch, path, id, Work::Light(run)) }
}

const fn delete(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    params: &'static [Param],
    run: Run,
) -> Endpoint {
    let new = Endpoint::new(Verb::Delete, path, id, Work::Light(run));
    Endpoint { about, params, status: 204, shape: Shape::None, ..new }
}

const fn post(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    shape: Shape,
    params: &'static [Param],
    run: Run,
) -> Endpoint {
    Endpoint {
        about,
        params,
        shape,
        status: 201,
        ..Endpoint::new(Verb::Post, path, id, Work::Light(run))
    }
}

pub(super) static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        errors: &[400, 404, 409],
        ..patch(
            "/v1/users/{userId}/email",
            "updateEmail",
            "Give a user another email, or none (an empty text).",
            &[USER, Param::required("email", Rule::EmptyOr(&Rule::Email))],
            update::email,
        )
    },
    patch(
        "/v1/users/{userId}/verification",
        "updateEmailVerification",
        "Say whether the email of a user has been verified.",
        &[USER, Param::required("emailVerification", Rule::Boolean)],
        update::email_verification,
    ),
    patch(
        "/v1/users/{userId}/name",
        "updateName",
        "Give a user another name.",
        &[USER, Param::required("name", Rule::Text(0, 128))],
        update::name,
    ),
    Endpoint {
        work: Work::Hash(memory_kib, update::password),
        errors: &[400, 404, 503],
        ..patch(
            "/v1/users/{userId}/password",
            "updatePassword",
            "Give a user another password, or none (an empty text).",
            &[USER, Param::required("password", Rule::EmptyOr(&Rule::Password))],
            update::password,
        )
    },
    Endpoint {
        errors: &[400, 404, 409],
        ..patch(
            "/v1/users/{userId}/phone",
            "updatePhone",
            "Give a user another phone number, or none (an empty text).",
            &[USER, Param::required("number", Rule::EmptyOr(&Rule::Phone))],
            update::phone,
        )
    },
    patch(
        "/v1/users/{userId}/verification/phone",
        "updatePhoneVerification",
        "Say whether the phone number of a user has been verified.",
        &[USER, Param::required("phoneVerification", Rule::Boolean)],
        update::phone_verification,
    ),
    Endpoint {
        shape: Shape::Prefs,
        ..patch(
            "/v1/users/{userId}/prefs",
            "updatePrefs",
            "Replace the preferences of a user.",
            &[USER, Param::required("prefs", Rule::Object)],
            update::prefs,
        )
    },
    patch(
        "/v1/users/{userId}/status",
        "updateStatus",
        "Block a user (false) or let them in again (true).",
        &[USER, Param::required("status", Rule::LooseBoolean)],
        update::status,
    ),
    patch(
        "/v1/users/{userId}/mfa",
        "updateMFA",
        "Turn multi-factor authentication of a user on or off.",
        &[USER, Param::required("mfa", Rule::Boolean)],
        update::mfa,
    ),
    Endpoint {
        method: Verb::Put,
        ..patch(
            "/v1/users/{userId}/labels",
            "updateLabels",
            "Replace the labels of a user.",
            &[USER, Param::required("labels", Rule::Labels)],
            update::labels,
        )
    },
    delete("/v1/users/{userId}", "deleteUser", "Remove a user.", &[USER], remove::user),
    Endpoint {
        access: SESSIONS,
        ..delete(
            "/v1/users/{userId}/sessions/{sessionId}",
            "deleteSession",
            "End a session of a user.",
            &[USER, Param::path("sessionId")],
            remove::session,
        )
    },
    Endpoint {
        access: SESSIONS,
        ..delete(
            "/v1/users/{userId}/sessions",
            "deleteSessions",
            "End all sessions of a user.",
            &[USER],
            remove::sessions,
        )
    },
    delete(
        "/v1/users/{userId}/targets/{targetId}",
        "deleteTarget",
        "Remove a messaging target of a user.",
        &[USER, Param::path("targetId")],
        remove::target,
    ),
    delete(
        "/v1/users/identities/{identityId}",
        "deleteIdentity",
        "Remove an OAuth identity: there are none without OAuth.",
        &[Param::path("identityId")],
        remove::identity,
    ),
    Endpoint {
        access: SESSIONS,
        ..post(
            "/v1/users/{userId}/sessions",
            "createSession",
            "Open a session for a user. Its secret is shown once.",
            Shape::Session,
            &[USER],
            beside::session,
        )
    },
    post(
        "/v1/users/{userId}/tokens",
        "createToken",
        "Make a token for a login flow of your own.",
        Shape::Token,
        &[USER, Param::optional("length", Rule::Integer), Param::optional("expire", Rule::Integer)],
        beside::token,
    ),
    Endpoint {
        errors: &[400, 404, 409],
        ..post(
            "/v1/users/{userId}/targets",
            "createTarget",
            "Add a messaging target to a user.",
            Shape::Target,
            &[
                USER,
                Param::required("targetId", Rule::CustomId),
                Param::required("providerType", Rule::Any),
                Param::required("identifier", Rule::Any),
                Param::optional("providerId", Rule::Any),
                Param::optional("name", Rule::Any),
            ],
            beside::create_target,
        )
    },
    Endpoint {
        shape: Shape::Target,
        errors: &[400, 404, 409],
        ..patch(
            "/v1/users/{userId}/targets/{targetId}",
            "updateTarget",
            "Change a messaging target of a user.",
            &[
                USER,
                Param::path("targetId"),
                Param::optional("identifier", Rule::Any),
                Param::optional("providerId", Rule::Any),
                Param::optional("name", Rule::Any),
            ],
            beside::update_target,
        )
    },
];
