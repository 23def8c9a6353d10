//! Side by side is as one by one: what plain code derives, lanes verify, whoever stands beside it.
#![no_main]
use hashlift::{
    Algorithm, Argon2, Argon2Variant, Bcrypt, BcryptIdent, Md5Crypt, Md5CryptMagic, PasswordHash,
    Pbkdf2, PhPass, PhPassHash, Prf, Scrypt, Sha2Crypt, Sha2CryptVariant, Stored,
};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/naive/mod.rs"]
#[allow(dead_code, unreachable_pub)]
mod naive;

/// The bytes of the fuzzer, taken in turn; zeros when they run out.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn one(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn some(&mut self, max: usize) -> Vec<u8> {
        let len = usize::from(self.one()) % (max + 1);
        (0..len).map(|_| self.one()).collect()
    }

    /// A salt of crypt(3).
    fn letters(&mut self, max: usize) -> String {
        let letters = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        self.some(max).into_iter().map(|byte| char::from(letters[usize::from(byte % 64)])).collect()
    }
}

/// What plain code makes of a password, as a hash to verify.
fn hash(kind: u8, bytes: &mut Bytes<'_>, password: &[u8]) -> Option<PasswordHash> {
    Some(match kind % 10 {
        0 => {
            let salt: [u8; 16] = std::array::from_fn(|_| bytes.one());
            let signed = bytes.one() % 2 == 1;
            let ident = if signed { BcryptIdent::X } else { BcryptIdent::B };
            let digest = naive::bcrypt(signed, true, 4, salt, password);
            PasswordHash::Bcrypt(stored(Bcrypt::new(ident, 4, salt)?, digest)?)
        }
        1 => {
            let salt = bytes.letters(8);
            let magic =
                if bytes.one() % 2 == 1 { Md5CryptMagic::Apr1 } else { Md5CryptMagic::Md5 };
            let digest = naive::md5crypt(magic.as_str(), salt.as_bytes(), password);
            PasswordHash::Md5Crypt(stored(Md5Crypt::new(magic, salt.as_str())?, digest)?)
        }
        2 | 3 => {
            let long = kind % 10 == 3;
            let (salt, rounds) = (bytes.letters(16), 1000 + u32::from(bytes.one() % 2));
            let variant = if long { Sha2CryptVariant::Sha512 } else { Sha2CryptVariant::Sha256 };
            let digest = naive::sha2crypt(long, rounds, salt.as_bytes(), password);
            let setting = Sha2Crypt::new(variant, rounds, salt.as_str())?;
            PasswordHash::Sha2Crypt(stored(setting, digest)?)
        }
        4 | 5 => {
            let salt: [u8; 8] = std::array::from_fn(|_| bytes.one());
            let sha512 = kind % 10 == 5;
            let (hash, digest) = match sha512 {
                false => (PhPassHash::Md5, naive::phpass(7, &salt, password)),
                true => (PhPassHash::Sha512, naive::drupal7(7, &salt, password)),
            };
            PasswordHash::PhPass(stored(PhPass::new(hash, 7, salt)?, digest)?)
        }
        6 | 7 => {
            let (salt, rounds) = (bytes.some(40), 1 + u32::from(bytes.one() % 4));
            let len = 16 + usize::from(bytes.one() % 100);
            let mut digest = vec![0; len];
            let prf = match bytes.one() % 3 {
                0 => Prf::Sha1,
                1 => Prf::Sha256,
                _ => Prf::Sha512,
            };
            match prf {
                Prf::Sha1 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, &salt, rounds, &mut digest),
                Prf::Sha256 => {
                    pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, &salt, rounds, &mut digest)
                }
                _ => pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, &salt, rounds, &mut digest),
            }
            PasswordHash::Pbkdf2(stored(Pbkdf2::new(prf, rounds, salt, len)?, digest)?)
        }
        8 => {
            let costs = (1 + bytes.one() % 5, 1 + u32::from(bytes.one() % 4), 1 + u32::from(bytes.one() % 3));
            let salt = bytes.some(40);
            let mut digest = vec![0; 32];
            let params = scrypt::Params::new(costs.0, costs.1, costs.2).ok()?;
            scrypt::scrypt(password, &salt, &params, &mut digest).ok()?;
            PasswordHash::Scrypt(stored(Scrypt::new(costs, salt, 32).ok()?, digest)?)
        }
        _ => {
            let lanes = 1 + u32::from(bytes.one() % 3);
            let costs = (8 * lanes + u32::from(bytes.one() % 30), 1 + u32::from(bytes.one() % 3), lanes);
            let salt: Vec<u8> = (0..8 + bytes.one() % 24).map(|_| bytes.one()).collect();
            let (variant, theirs) = match bytes.one() % 3 {
                0 => (Argon2Variant::D, argon2::Algorithm::Argon2d),
                1 => (Argon2Variant::I, argon2::Algorithm::Argon2i),
                _ => (Argon2Variant::Id, argon2::Algorithm::Argon2id),
            };
            let mut digest = vec![0; 16 + usize::from(bytes.one() % 90)];
            let params =
                argon2::Params::new(costs.0, costs.1, costs.2, Some(digest.len())).ok()?;
            argon2::Argon2::new(theirs, argon2::Version::V0x13, params)
                .hash_password_into(password, &salt, &mut digest)
                .ok()?;
            let setting = Argon2::new(variant, costs, salt, digest.len()).ok()?;
            PasswordHash::Argon2(stored(setting, digest)?)
        }
    })
}

fn stored<A: Algorithm>(setting: A, digest: Vec<u8>) -> Option<Stored<A>> {
    Stored::new(setting, digest)
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = Bytes(data);
    let jobs = usize::from(bytes.one()) % 40 + 1;
    let one_kind = bytes.one();
    let mut made = Vec::new();
    for _ in 0..jobs {
        let kind = if one_kind < 128 { one_kind } else { bytes.one() };
        // Without NUL bytes, which crypt(3) and bcrypt refuse.
        let long = bytes.one() % 8 == 0;
        let mut password = bytes.some(if long { 255 } else { 40 });
        password.iter_mut().for_each(|byte| *byte = (*byte).max(1));
        let Some(hash) = hash(kind, &mut bytes, &password) else { continue };
        let right = bytes.one() % 4 != 0;
        if !right {
            password.insert(0, b'x');
        }
        made.push((hash, password, right));
    }
    let pairs: Vec<_> =
        made.iter().map(|(hash, password, _)| (hash, password.as_slice())).collect();
    let found = PasswordHash::verify_many(&pairs);
    assert_eq!(found.len(), made.len());
    for ((hash, password, right), found) in made.iter().zip(found) {
        let alone = hash.verify(password);
        assert_eq!(alone, found);
        if *right {
            assert_eq!(found, Ok(true));
        } else if !matches!(hash, PasswordHash::Bcrypt(_)) {
            // Not of bcrypt: it sees 72 bytes, and `$2x$` loses some of these.
            assert_eq!(found, Ok(false));
        }
    }
});
