//! Endpoints that look at users.
use super::Verb;
use super::{Access, Endpoint, Param, Rule, Run, Shape, Work};
use crate::handle::read;

const USER: Param = Param::path("userId");
const QUERIES: Param = Param::query("queries", Rule::Queries);
const SEARCH: Param = Param::query("search", Rule::Text(1, 256));
const TOTAL: Param = Param::query("total", Rule::Total);

const fn get(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    shape: Shape,
    params: &'static [Param],
    run: Run,
) -> Endpoint {
    Endpoint { about, params, shape, ..Endpoint::new(Verb::Get, path, id, Work::Light(run)) }
}

pub(super) static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        work: Work::Scan(read::list),
        errors: &[400],
        ..get(
            "/v1/users",
            "listUsers",
            "Users that match the queries and the search.",
            Shape::List("users"),
            &[QUERIES, SEARCH, TOTAL],
            read::list,
        )
    },
    Endpoint {
        errors: &[400],
        ..get(
            "/v1/users/identities",
            "listIdentities",
            "OAuth identities: there are none without OAuth.",
            Shape::List("identities"),
            &[QUERIES, SEARCH, TOTAL],
            read::identities,
        )
    },
    get("/v1/users/{userId}", "getUser", "A user.", Shape::User, &[USER], read::user),
    get(
        "/v1/users/{userId}/prefs",
        "getPrefs",
        "The preferences of a user.",
        Shape::Prefs,
        &[USER],
        read::prefs,
    ),
    get(
        "/v1/users/{userId}/logs",
        "listLogs",
        "What was done to a user, newest first; queries may limit and offset.",
        Shape::List("logs"),
        &[USER, QUERIES, TOTAL],
        read::logs,
    ),
    get(
        "/v1/users/{userId}/memberships",
        "listMemberships",
        "Memberships of teams: there are none without teams.",
        Shape::List("memberships"),
        &[USER, QUERIES, SEARCH, TOTAL],
        read::memberships,
    ),
    Endpoint {
        access: Access::Key(&["users.read", "sessions.read"]),
        ..get(
            "/v1/users/{userId}/sessions",
            "listSessions",
            "The sessions of a user, oldest first.",
            Shape::List("sessions"),
            &[USER, TOTAL],
            read::sessions,
        )
    },
    get(
        "/v1/users/{userId}/targets",
        "listTargets",
        "The messaging targets of a user.",
        Shape::List("targets"),
        &[USER, QUERIES, TOTAL],
        read::targets,
    ),
    get(
        "/v1/users/{userId}/targets/{targetId}",
        "getTarget",
        "A messaging target of a user.",
        Shape::Target,
        &[USER, Param::path("targetId")],
        read::target,
    ),
];
