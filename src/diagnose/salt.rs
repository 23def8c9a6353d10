//! The salt of a hash, and its other readings.
use super::setting::{Changed, SettingSlip};
use crate::algorithm::{Algorithm, Argon2, Md5Crypt, Salt, Sha1Crypt, Sha2Crypt, Stored};
use crate::hash::PasswordHash;
use crate::limits::Limits;
use crate::side::Side;
use crate::text::{AB64, Field, LDAP, PADDED, PHC, URL, hex};
use SettingSlip as S;
use core::fmt::Write as _;

/// The only list of the algorithms whose salts have other readings.
macro_rules! salted {
    ($hash:expr, $stored:ident => $then:expr) => {
        match $hash {
            PasswordHash::Argon2($stored) => Some($then),
            PasswordHash::Fshp($stored) => Some($then),
            PasswordHash::Md5($stored) => Some($then),
            PasswordHash::Md5Crypt($stored) => Some($then),
            PasswordHash::Pbkdf2($stored) => Some($then),
            PasswordHash::PhPass($stored) => Some($then),
            PasswordHash::SaltHmac($stored) => Some($then),
            PasswordHash::Scrypt($stored) => Some($then),
            PasswordHash::ScryptModified($stored) => Some($then),
            PasswordHash::Sha($stored) => Some($then),
            PasswordHash::Sha1Crypt($stored) => Some($then),
            PasswordHash::Sha2Crypt($stored) => Some($then),
            PasswordHash::Stretched($stored) => Some($then),
            PasswordHash::SunMd5($stored) => Some($then),
            PasswordHash::Symfony($stored) => Some($then),
            _ => None,
        }
    };
}

/// The salt. Bcrypt's is not here: its 16 bytes have one reading, and what goes wrong are letters.
pub(super) fn salt(hash: &PasswordHash) -> Option<&Salt> {
    salted!(hash, stored => &stored.setting().salt)
}

/// Whether the function takes such a salt: crypt(3)'s are letters.
fn fits(hash: &PasswordHash, salt: &[u8]) -> bool {
    let letters = salt.iter().all(|byte| byte.is_ascii_graphic() && !b"$:*!,".contains(byte));
    match hash {
        PasswordHash::Argon2(_) => salt.len() >= Argon2::SALT_BYTES_MIN,
        PasswordHash::Md5Crypt(_) => letters && salt.len() <= Md5Crypt::SALT_BYTES_MAX,
        PasswordHash::PhPass(_) => letters && salt.len() == 8,
        PasswordHash::Sha1Crypt(_) => letters && salt.len() <= Sha1Crypt::SALT_BYTES_MAX,
        PasswordHash::Sha2Crypt(stored) if stored.setting().is_of_mysql() => salt.len() == 20,
        PasswordHash::Sha2Crypt(_) => letters && salt.len() <= Sha2Crypt::SALT_BYTES_MAX,
        PasswordHash::SunMd5(_) => letters,
        _ => true,
    }
}

/// The same hash with another salt.
pub(super) fn with_salt(hash: &PasswordHash, salt: Vec<u8>) -> Option<PasswordHash> {
    fn again<A: Algorithm + Clone>(stored: &mut Stored<A>, set: impl FnOnce(&mut A)) -> Option<()> {
        let mut setting = stored.setting().clone();
        set(&mut setting);
        *stored = Stored::new(setting, stored.digest().expose().to_vec())?;
        Some(())
    }
    let mut made = fits(hash, &salt).then(|| hash.clone())?;
    let salt = Salt::from(salt);
    salted!(&mut made, stored => again(stored, |setting| setting.salt = salt)?)?;
    Some(made)
}

/// Whether the hash has a text that reads back: not every notation has a place for every salt.
fn can_be_written(hash: &PasswordHash) -> bool {
    let mut text = String::new();
    write!(text, "{hash}").is_ok() && PasswordHash::parse_within(&text, &Limits::OFFLINE).is_ok()
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
            let made = with_salt(hash, salt).filter(can_be_written);
            found.extend(made.map(|hash| (slip, surprise, hash)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;

    /// What is found is to be imported: every salt that is tried has a text, which reads back.
    #[test]
    fn every_changed_salt_can_be_written() {
        let mut salted = 0;
        for format in Format::all() {
            for sample in format.samples() {
                let side = Side::from_pairs(sample.side.iter().copied()).unwrap();
                let limits = Limits::OFFLINE;
                let hash = PasswordHash::parse_beside(format, sample.stored, &side, &limits);
                let hash = hash.unwrap();
                let mut made = Vec::new();
                salts(&hash, &side, &mut made);
                for (slip, _, changed) in made {
                    let text = changed.to_string();
                    let again = PasswordHash::parse_within(&text, &limits);
                    let again = again.unwrap_or_else(|error| panic!("{slip:?} {text}: {error}"));
                    assert_eq!(again.to_string(), text, "{slip:?}");
                    salted += 1;
                }
            }
        }
        assert!(salted > 1000, "{salted}");
    }
}
