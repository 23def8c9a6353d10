//! Making users.
use super::Call;
use crate::answer::Answer;
use crate::failure::Failure;
use hashlift::registry::{Import, NewUser};
use zeroize::Zeroizing;

/// What the hash of a new password takes, if there is a password.
pub(crate) fn memory_kib(call: &Call) -> Option<u32> {
    call.args.optional("password").map(|_| call.policy_kib())
}

pub(crate) fn plain(call: &Call) -> Result<Answer, Failure> {
    let new = NewUser {
        phone: call.args.owned("phone"),
        password: call.args.secret("password"),
        ..new_user(call)
    };
    Answer::created(&call.show(&*call.users().create(new)?))
}

pub(crate) fn argon2(call: &Call) -> Result<Answer, Failure> {
    import(call, Import::Argon2 { hash: hash(call) })
}

pub(crate) fn bcrypt(call: &Call) -> Result<Answer, Failure> {
    import(call, Import::Bcrypt { hash: hash(call) })
}

pub(crate) fn md5(call: &Call) -> Result<Answer, Failure> {
    import(call, Import::Md5 { hash: hash(call) })
}

pub(crate) fn phpass(call: &Call) -> Result<Answer, Failure> {
    import(call, Import::PhPass { hash: hash(call) })
}

pub(crate) fn scrypt(call: &Call) -> Result<Answer, Failure> {
    let number = |name| call.args.integer(name).unwrap_or_default();
    let import_scrypt = Import::Scrypt {
        hash: hash(call),
        salt: call.text("passwordSalt").to_owned(),
        cpu: number("passwordCpu"),
        memory: number("passwordMemory"),
        parallel: number("passwordParallel"),
        length: number("passwordLength"),
    };
    import(call, import_scrypt)
}

pub(crate) fn scrypt_modified(call: &Call) -> Result<Answer, Failure> {
    let import_scrypt = Import::ScryptModified {
        hash: hash(call),
        salt: call.text("passwordSalt").to_owned(),
        salt_separator: call.text("passwordSaltSeparator").to_owned(),
        signer_key: Zeroizing::new(call.text("passwordSignerKey").to_owned()),
    };
    import(call, import_scrypt)
}

pub(crate) fn sha(call: &Call) -> Result<Answer, Failure> {
    let version = call.args.optional("passwordVersion").map(str::to_ascii_lowercase);
    import(call, Import::Sha { hash: hash(call), version })
}

fn import(call: &Call, import: Import) -> Result<Answer, Failure> {
    Answer::created(&call.show(&*call.users().import(new_user(call), import)?))
}

fn new_user(call: &Call) -> NewUser {
    NewUser {
        id: call.user_id().to_owned(),
        email: call.args.owned("email"),
        name: call.args.owned("name"),
        ..NewUser::default()
    }
}

fn hash(call: &Call) -> String {
    call.text("password").to_owned()
}
