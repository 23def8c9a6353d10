//! The salt of a hash, and its other readings.
use super::setting::{Changed, SettingSlip};
use crate::algorithm::{Algorithm, Argon2, Salt, Stored};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{AB64, Field, LDAP, PADDED, PHC, URL, hex};
use SettingSlip as S;

/// The salt of the algorithms whose salts are free bytes.
pub(super) fn salt(hash: &PasswordHash) -> Option<&Salt> {
    match hash {
        PasswordHash::Md5(stored) => Some(&stored.setting().salt),
        PasswordHash::Sha(stored) => Some(&stored.setting().salt),
        PasswordHash::Pbkdf2(stored) => Some(&stored.setting().salt),
        PasswordHash::Scrypt(stored) => Some(&stored.setting().salt),
        PasswordHash::ScryptModified(stored) => Some(&stored.setting().salt),
        PasswordHash::Argon2(stored) => Some(&stored.setting().salt),
        _ => None,
    }
}

/// The same hash with another salt.
pub(super) fn with_salt(hash: &PasswordHash, salt: Vec<u8>) -> Option<PasswordHash> {
    let mut hash = hash.clone();
    fn again<A: Algorithm + Clone>(stored: &mut Stored<A>, set: impl FnOnce(&mut A)) -> Option<()> {
        let mut setting = stored.setting().clone();
        set(&mut setting);
        *stored = Stored::new(setting, stored.digest().expose().to_vec())?;
        Some(())
    }
    let salt = Salt::from(salt);
    match &mut hash {
        PasswordHash::Md5(stored) => again(stored, |setting| setting.salt = salt)?,
        PasswordHash::Sha(stored) => again(stored, |setting| setting.salt = salt)?,
        PasswordHash::Pbkdf2(stored) => again(stored, |setting| setting.salt = salt)?,
        PasswordHash::Scrypt(stored) => again(stored, |setting| setting.salt = salt)?,
        PasswordHash::ScryptModified(stored) => again(stored, |setting| setting.salt = salt)?,
        PasswordHash::Argon2(stored) if salt.as_bytes().len() >= Argon2::SALT_BYTES_MIN => {
            again(stored, |setting| setting.salt = salt)?;
        }
        _ => return None,
    }
    Some(hash)
}

/// Every other reading of the salt.
pub(super) fn salts(hash: &PasswordHash, side: &Side, found: &mut Vec<Changed>) {
    let Some(own) = salt(hash).map(Salt::as_bytes).filter(|own| !own.is_empty()) else { return };
    let mut made: Vec<(SettingSlip, u64, Vec<u8>)> = Vec::new();
    if let Ok(text) = core::str::from_utf8(own) {
        let field = Field::whole(text);
        let bare = |marks| text.strip_prefix(marks).map(|rest| Field::whole(rest).hex());
        made.extend(field.hex().ok().map(|bytes| (S::SaltIsHex, 10, bytes)));
        for marks in ["0x", r"\x"] {
            made.extend(bare(marks).and_then(Result::ok).map(|bytes| (S::SaltPrefixed, 10, bytes)));
        }
        for alphabet in [&LDAP, &URL, &AB64] {
            made.extend(field.base64(alphabet).ok().map(|bytes| (S::SaltIsBase64, 10, bytes)));
        }
        made.push((S::SaltTrimmed, 10, text.trim().into()));
        let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
        let unquoted = ['"', '\'', '`'].into_iter().find_map(inner);
        made.extend(unquoted.map(|inner| (S::SaltUnquoted, 10, inner.into())));
        made.push((S::SaltLowerCase, 12, text.to_lowercase().into()));
        made.push((S::SaltUpperCase, 12, text.to_uppercase().into()));
        made.push((S::SaltWithoutHyphens, 12, text.replace('-', "").into()));
        made.push((S::SaltWithNewline, 14, format!("{text}\n").into()));
    }
    made.push((S::SaltIsBase64Text, 11, PADDED.encode(own).into()));
    made.push((S::SaltIsBase64Text, 11, PHC.encode(own).into()));
    made.push((S::SaltIsBase64Text, 12, AB64.encode(own).into()));
    made.push((S::SaltIsHexText, 11, hex(own).into()));
    made.push((S::SaltIsUpperHexText, 13, hex(own).to_uppercase().into()));
    for (key, pepper) in
        super::password::peppers(side).into_iter().filter(|(key, _)| *key != "salt")
    {
        made.push((S::PepperBeforeSalt(key), 13, [pepper.as_bytes(), own].concat()));
        made.push((S::PepperAfterSalt(key), 13, [own, pepper.as_bytes()].concat()));
    }
    made.push((S::NoSalt, 14, Vec::new()));
    for bytes in (1..own.len().min(64)).rev() {
        made.extend(own.get(..bytes).map(|cut| (S::SaltUsedUpTo(bytes), 15, cut.into())));
    }
    for (slip, surprise, salt) in made {
        if salt != own {
            found.extend(with_salt(hash, salt).map(|hash| (slip, surprise, hash)));
        }
    }
}
