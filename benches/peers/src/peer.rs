//! The peers: each makes a user's hash, in a text that hashlift reads, and checks passwords itself.
use crate::ffi;
use aws_lc_rs::pbkdf2::{self, Algorithm};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::num::NonZeroU32;

/// Someone with a password and a salt of their own.
pub(crate) struct User {
    pub(crate) password: CString,
    salt: [u8; 16],
}

impl User {
    /// The `n`-th user. Passwords have from 8 to 19 bytes, salts look random.
    pub(crate) fn new(n: usize) -> Self {
        let mut salt = [0; 16];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            NonZeroU32::MIN,
            b"salt",
            &n.to_le_bytes(),
            &mut salt,
        );
        let (word, tail) = (STANDARD_NO_PAD.encode(salt), n % 12);
        Self { password: CString::new(&word[..8 + tail]).expect("no null in base64"), salt }
    }
}

/// Checks a password as the peer does.
pub(crate) type Check = Box<dyn Fn(&CStr) -> bool + Send + Sync>;

/// A hash as the peer made it.
pub(crate) struct Made {
    pub(crate) text: String,
    pub(crate) check: Check,
}

impl Made {
    fn new(text: impl Into<String>, check: impl Fn(&CStr) -> bool + Send + Sync + 'static) -> Self {
        Self { text: text.into(), check: Box::new(check) }
    }
}

/// A peer at one cost.
pub(crate) type Peer = Box<dyn Fn(&User) -> Made + Send + Sync>;

/// crypt(3) by libxcrypt. The cost is what `crypt_gensalt` takes; 0 is its default.
pub(crate) fn libxcrypt(prefix: &'static CStr, cost: u32) -> Peer {
    thread_local! {
        static SCRATCH: RefCell<ffi::CryptScratch> = RefCell::new(ffi::CryptScratch::new());
    }
    let crypt = |password: &CStr, setting: &CStr| {
        SCRATCH.with_borrow_mut(|scratch| scratch.crypt(password, setting).to_owned())
    };
    Box::new(move |user| {
        let stored = crypt(&user.password, &ffi::crypt_setting(prefix, cost, &user.salt));
        let text = stored.to_str().expect("crypt(3) writes ASCII").to_owned();
        Made::new(text, move |password| crypt(password, &stored) == stored)
    })
}

const ITOA64: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// PHPass by a loop over OpenSSL's EVP.
pub(crate) fn openssl_phpass(rounds_log2: u8) -> Peer {
    let derive = move |password: &CStr, salt: &[u8]| {
        let (mut md5, password) = (ffi::Md5::new(), password.to_bytes());
        (0..1_u32 << rounds_log2)
            .fold(md5.digest(salt, password), |digest, _| md5.digest(&digest, password))
    };
    Box::new(move |user| {
        let salt = user.salt.first_chunk::<8>().map(|s| s.map(|b| ITOA64[usize::from(b & 63)]));
        let salt = salt.expect("16 bytes have 8");
        let digest = derive(&user.password, &salt);
        let text = phpass_text(rounds_log2, &salt, &digest);
        Made::new(text, move |password| derive(password, &salt) == digest)
    })
}

/// The text of a PHPass hash.
pub(crate) fn phpass_text(rounds_log2: u8, salt: &[u8], digest: &[u8]) -> String {
    let mut text = format!("$P${}", char::from(ITOA64[usize::from(rounds_log2)]));
    text.extend(salt.iter().copied().map(char::from));
    for three in digest.chunks(3) {
        let bits = three.iter().rev().fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        text.extend((0..=three.len()).map(|i| char::from(ITOA64[bits >> (6 * i) & 63])));
    }
    text
}

/// Rounds and salt of a PHPass hash.
pub(crate) fn read_phpass(text: &str) -> Option<(u8, &[u8])> {
    let (rounds, rest) = text.strip_prefix("$P$")?.as_bytes().split_first()?;
    let rounds_log2 = ITOA64.iter().position(|letter| letter == rounds)?;
    Some((rounds_log2.try_into().ok()?, rest.get(..8)?))
}

/// scrypt with r = 8 and p = 1 by OpenSSL.
pub(crate) fn openssl_scrypt(n_log2: u8) -> Peer {
    Box::new(move |user| {
        let salt = user.salt;
        let digest = ffi::scrypt::<32>(user.password.to_bytes(), &salt, n_log2);
        let (salt64, digest64) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(digest));
        Made::new(format!("$scrypt$ln={n_log2},r=8,p=1${salt64}${digest64}"), move |password| {
            ffi::scrypt(password.to_bytes(), &salt, n_log2) == digest
        })
    })
}

/// Firebase's Scrypt Modified by OpenSSL.
pub(crate) fn openssl_scrypt_modified(n_log2: u8) -> Peer {
    const SEPARATOR: [u8; 1] = [7];
    const SIGNER_KEY: [u8; 64] = [0x5a; 64];
    let derive = move |password: &CStr, salt: &[u8]| {
        let salt = [salt, &SEPARATOR].concat();
        ffi::aes_256_ctr(&ffi::scrypt(password.to_bytes(), &salt, n_log2), &SIGNER_KEY)
    };
    Box::new(move |user| {
        let (salt, digest) = (user.salt, derive(&user.password, &user.salt));
        let text = format!(
            "$fbscrypt$v=1,n={n_log2},r=8,p=1,ss={},sk={}${}${}",
            STANDARD.encode(SEPARATOR),
            STANDARD.encode(SIGNER_KEY),
            STANDARD.encode(salt),
            STANDARD.encode(digest)
        );
        Made::new(text, move |password| derive(password, &salt) == digest)
    })
}

/// PBKDF2 by aws-lc, in passlib's notation.
pub(crate) fn aws_lc_pbkdf2(tag: &'static str, iterations: u32) -> Peer {
    let (algorithm, digest_len): (Algorithm, _) = match tag {
        "pbkdf2" => (pbkdf2::PBKDF2_HMAC_SHA1, 20),
        "pbkdf2-sha256" => (pbkdf2::PBKDF2_HMAC_SHA256, 32),
        "pbkdf2-sha512" => (pbkdf2::PBKDF2_HMAC_SHA512, 64),
        _ => panic!("no tag of passlib's: {tag}"),
    };
    let times = NonZeroU32::new(iterations).expect("at least one iteration");
    Box::new(move |user| {
        let (salt, mut digest) = (user.salt, vec![0; digest_len]);
        pbkdf2::derive(algorithm, times, &salt, user.password.to_bytes(), &mut digest);
        let ab64 = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes).replace('+', ".");
        let text = format!("${tag}${iterations}${}${}", ab64(&salt), ab64(&digest));
        Made::new(text, move |password| {
            pbkdf2::verify(algorithm, times, &salt, password.to_bytes(), &digest).is_ok()
        })
    })
}

/// Argon2id with one lane by libsodium.
pub(crate) fn libsodium(memory_kib: u32, passes: u32) -> Peer {
    Box::new(move |user| {
        let stored = ffi::sodium_hash(user.password.to_bytes(), memory_kib, passes);
        let text = stored.to_str().expect("a PHC string is ASCII").to_owned();
        Made::new(text, move |password| ffi::sodium_verify(&stored, password.to_bytes()))
    })
}

/// Argon2id by libargon2, a thread a lane.
pub(crate) fn libargon2(costs: (u32, u32, u32)) -> Peer {
    Box::new(move |user| {
        let stored = ffi::argon2_hash(user.password.to_bytes(), &user.salt, costs);
        let text = stored.to_str().expect("a PHC string is ASCII").to_owned();
        Made::new(text, move |password| ffi::argon2_verify(&stored, password.to_bytes()))
    })
}
