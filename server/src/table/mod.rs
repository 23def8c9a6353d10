//! The table of endpoints: requests are routed, checked and described from it.
mod account;
mod imports;
mod reads;
mod writes;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::handle::Call;
use hashlift::Outcome;
use hashlift::registry::Knock;
pub(crate) use hashlift::registry::rules::Need;

/// Every endpoint.
pub(crate) fn all() -> impl Iterator<Item = &'static Endpoint> {
    let tables: [&'static [Endpoint]; 4] =
        [imports::ENDPOINTS, reads::ENDPOINTS, writes::ENDPOINTS, account::ENDPOINTS];
    tables.into_iter().flatten()
}

/// An endpoint.
pub(crate) struct Endpoint {
    pub(crate) method: Verb,
    /// The path, with `{names}`.
    pub(crate) path: &'static str,
    /// The name that clients give it.
    pub(crate) id: &'static str,
    /// What it does, in a sentence.
    pub(crate) about: &'static str,
    pub(crate) access: Access,
    /// The parameters, in the order in which they are checked.
    pub(crate) params: &'static [Param],
    pub(crate) work: Work,
    /// The status of success.
    pub(crate) status: u16,
    /// What success answers with.
    pub(crate) shape: Shape,
    /// The statuses of its own errors: beyond those of the gate.
    pub(crate) errors: &'static [u16],
}

/// The methods that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Delete,
    Get,
    Patch,
    Post,
    Put,
}

impl Verb {
    /// The name, as requests have it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }

    /// The method of a request. HEAD is a GET of which the driver leaves the body out.
    pub(crate) fn of(method: &str) -> Option<Self> {
        let all = [Self::Delete, Self::Get, Self::Patch, Self::Post, Self::Put];
        let method = if method == "HEAD" { "GET" } else { method };
        all.into_iter().find(|verb| verb.as_str() == method)
    }
}

/// Who may call an endpoint.
#[derive(Clone, Copy)]
pub(crate) enum Access {
    /// Anybody.
    Open,
    /// Anybody who names the project.
    Project,
    /// Whoever has a session.
    Session,
    /// Whoever has a key with one of the scopes.
    Key(&'static [&'static str]),
}

/// What is done with a call.
pub(crate) type Run = fn(&Call) -> Result<Answer, Failure>;

/// What an endpoint does, and where, for what it costs.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    /// Next to nothing: where the request is.
    Light(Run),
    /// It may look at many users: on a thread of its own.
    Scan(Run),
    /// It may hash, with so much memory in KiB (`None`: it will not): on the pool for that.
    Hash(fn(&Call) -> Option<u32>, Run),
    /// It checks a password on the pool for that, between who it is and what came of it.
    Login(
        fn(&Call) -> Result<Knock, Failure>,
        fn(&Call, Knock, Outcome) -> Result<Answer, Failure>,
    ),
}

/// A parameter.
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) need: Need,
    pub(crate) rule: Rule,
}

/// Where a parameter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    /// In the query string of a GET.
    Query,
    Body,
}

/// What a parameter must be.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    /// `true` or `false`.
    Boolean,
    /// The same, and texts and numbers that mean it.
    LooseBoolean,
    /// A new id, or `unique()`.
    CustomId,
    Email,
    Id,
    Integer,
    /// Up to 1000 texts of letters and digits.
    Labels,
    Object,
    /// A text of which the registry says more.
    Any,
    Password,
    Phone,
    Queries,
    /// A text of so many characters.
    Text(usize, usize),
    /// Whether a list counts.
    Total,
    /// The name of a digest.
    Version,
    /// An empty text, or what the other rule says.
    EmptyOr(&'static Self),
}

/// What an endpoint answers with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Account,
    Description,
    Health,
    None,
    Prefs,
    Session,
    Target,
    Token,
    User,
    /// A total, and a list under that name.
    List(&'static str),
}

/// Users may be read.
const READ: Access = Access::Key(&["users.read"]);
/// Users may be written.
const WRITE: Access = Access::Key(&["users.write"]);

impl Endpoint {
    /// The row that others differ from: a GET without parameters, of users.
    const fn new(method: Verb, path: &'static str, id: &'static str, work: Work) -> Self {
        let access = if matches!(method, Verb::Get) { READ } else { WRITE };
        Self {
            method,
            path,
            id,
            about: "",
            access,
            params: &[],
            work,
            status: 200,
            shape: Shape::User,
            errors: &[400, 404],
        }
    }
}

impl Param {
    const fn path(name: &'static str) -> Self {
        Self { name, place: Place::Path, need: Need::Required, rule: Rule::Id }
    }

    const fn query(name: &'static str, rule: Rule) -> Self {
        Self { name, place: Place::Query, need: Need::Optional, rule }
    }

    const fn required(name: &'static str, rule: Rule) -> Self {
        Self { name, place: Place::Body, need: Need::Required, rule }
    }

    const fn optional(name: &'static str, rule: Rule) -> Self {
        Self { name, place: Place::Body, need: Need::Optional, rule }
    }
}
