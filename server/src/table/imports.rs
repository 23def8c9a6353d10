//! Endpoints that make users.
use super::Verb;
use super::{Endpoint, Param, Rule, Run, Work};
use crate::handle::create;

const ID: Param = Param::required("userId", Rule::CustomId);
const EMAIL: Param = Param::required("email", Rule::Email);
const HASH: Param = Param::required("password", Rule::Password);
const NAME: Param = Param::optional("name", Rule::Text(1, 128));
const SALT: Param = Param::required("passwordSalt", Rule::Text(1, 128));

const CREATE: &[Param] = &[
    ID,
    Param::optional("email", Rule::Email),
    Param::optional("phone", Rule::Phone),
    Param::optional("password", Rule::Password),
    NAME,
];
const IMPORT: &[Param] = &[ID, EMAIL, HASH, NAME];
const SCRYPT: &[Param] = &[
    ID,
    EMAIL,
    HASH,
    SALT,
    Param::required("passwordCpu", Rule::Integer),
    Param::required("passwordMemory", Rule::Integer),
    Param::required("passwordParallel", Rule::Integer),
    Param::required("passwordLength", Rule::Integer),
    NAME,
];
const SCRYPT_MODIFIED: &[Param] = &[
    ID,
    EMAIL,
    HASH,
    SALT,
    Param::required("passwordSaltSeparator", Rule::Text(1, 128)),
    Param::required("passwordSignerKey", Rule::Text(1, 128)),
    NAME,
];
const SHA: &[Param] = &[ID, EMAIL, HASH, Param::optional("passwordVersion", Rule::Version), NAME];

const fn import(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    params: &'static [Param],
    run: Run,
) -> Endpoint {
    let new = Endpoint::new(Verb::Post, path, id, Work::Light(run));
    Endpoint { about, params, status: 201, errors: &[400, 409], ..new }
}

pub(super) static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        work: Work::Hash(create::memory_kib, create::plain),
        errors: &[400, 409, 503],
        ..import(
            "/v1/users",
            "createUser",
            "Make a user. A password is hashed by the policy.",
            CREATE,
            create::plain,
        )
    },
    import(
        "/v1/users/argon2",
        "createArgon2User",
        "Make a user with an Argon2 hash.",
        IMPORT,
        create::argon2,
    ),
    import(
        "/v1/users/bcrypt",
        "createBcryptUser",
        "Make a user with a bcrypt hash.",
        IMPORT,
        create::bcrypt,
    ),
    import("/v1/users/md5", "createMD5User", "Make a user with an MD5 hash.", IMPORT, create::md5),
    import(
        "/v1/users/phpass",
        "createPHPassUser",
        "Make a user with a PHPass hash.",
        IMPORT,
        create::phpass,
    ),
    import(
        "/v1/users/scrypt",
        "createScryptUser",
        "Make a user with a scrypt hash.",
        SCRYPT,
        create::scrypt,
    ),
    import(
        "/v1/users/scrypt-modified",
        "createScryptModifiedUser",
        "Make a user with a hash of Firebase's modified scrypt.",
        SCRYPT_MODIFIED,
        create::scrypt_modified,
    ),
    import(
        "/v1/users/sha",
        "createSHAUser",
        "Make a user with a bare SHA digest; without a version it is sha3-512.",
        SHA,
        create::sha,
    ),
];
