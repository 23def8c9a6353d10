//! What LDAP's braces and our own tags share: a tag, then base64 of a digest and the salt behind it.
use crate::algorithm::{Md5, Md5Layout, Salt, Sha, ShaLayout, ShaVersion, Stored};
use crate::error::ParseError;
use crate::hash::PasswordHash;
use crate::text::{Cursor, LDAP, PADDED, hex};

pub(super) fn md5(layout: Md5Layout, salt: Salt, digest: Vec<u8>) -> Option<PasswordHash> {
    Stored::new(Md5::new(layout, salt), digest).map(PasswordHash::Md5)
}

pub(super) fn sha(
    version: ShaVersion,
    layout: ShaLayout,
    salt: Salt,
    digest: Vec<u8>,
) -> Option<PasswordHash> {
    Stored::new(Sha::new(version, layout, salt)?, digest).map(PasswordHash::Sha)
}

/// Base64 of a digest of `len` bytes and, if `salted`, the salt behind it. `body` is the end of
/// `text`.
pub(super) fn split(
    text: &str,
    body: &str,
    len: usize,
    salted: bool,
    make: impl FnOnce(Salt, Vec<u8>) -> Option<PasswordHash>,
) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(text);
    cursor.take(text.len().saturating_sub(body.len()), "expected the tag")?;
    let field = cursor.last();
    let mut digest = field.base64(&LDAP)?;
    if digest.len() < len || (!salted && digest.len() != len) {
        return Err(field.fault("the digest has not the length of this function"));
    }
    let salt = Salt::from(digest.split_off(len));
    make(salt, digest).ok_or(field.fault("the digest has not the length of this function"))
}

pub(super) fn braces(tag: &str, digest: &[u8], salt: &Salt) -> String {
    format!("{tag}{}", PADDED.encode(&[digest, salt.as_bytes()].concat()))
}

pub(super) fn write_md5(hash: &PasswordHash, tag: &str, layout: Md5Layout) -> Option<String> {
    let PasswordHash::Md5(stored) = hash else { return None };
    let setting = stored.setting();
    (setting.layout == layout).then(|| braces(tag, stored.digest().expose(), &setting.salt))
}

pub(super) fn write_sha(
    hash: &PasswordHash,
    tag: &str,
    version: ShaVersion,
    layout: ShaLayout,
) -> Option<String> {
    let PasswordHash::Sha(stored) = hash else { return None };
    let setting = stored.setting();
    (setting.version == version && setting.layout == layout)
        .then(|| braces(tag, stored.digest().expose(), &setting.salt))
}

/// The digest alone, in hexadecimal, as home-made tables keep it.
pub(super) fn hex_md5(hash: &PasswordHash, layout: Md5Layout) -> Option<String> {
    let PasswordHash::Md5(stored) = hash else { return None };
    (stored.setting().layout == layout).then(|| hex(stored.digest().expose()))
}

/// The same for SHA.
pub(super) fn hex_sha(
    hash: &PasswordHash,
    version: ShaVersion,
    layout: ShaLayout,
) -> Option<String> {
    let PasswordHash::Sha(stored) = hash else { return None };
    let setting = stored.setting();
    (setting.version == version && setting.layout == layout).then(|| hex(stored.digest().expose()))
}
