//! Twins of what frameworks, directories and databases stretch and key, each as its source tells it.
use super::des;
use hashlift::{FastHash, Feed, HmacLayout, Prf};
use sha2::digest::Digest;

pub(crate) fn hash(function: FastHash, bytes: &[u8]) -> Vec<u8> {
    match function {
        FastHash::Md4 => md4::Md4::digest(bytes).to_vec(),
        FastHash::Md5 => md5::Md5::digest(bytes).to_vec(),
        FastHash::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
        FastHash::Sha224 => sha2::Sha224::digest(bytes).to_vec(),
        FastHash::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
        FastHash::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
        FastHash::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        _ => panic!("no twin of {function}"),
    }
}

/// RFC 2104, section 2, by its steps.
pub(crate) fn hmac(function: FastHash, key: &[u8], text: &[u8]) -> Vec<u8> {
    let block = if function.digest_len() > 32 { 128 } else { 64 };
    let mut padded = if key.len() > block { hash(function, key) } else { key.to_vec() };
    padded.resize(block, 0);
    let with = |pad: u8| padded.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = hash(function, &[with(0x36), text.to_vec()].concat());
    hash(function, &[with(0x5c), inner].concat())
}

/// RFC 8018, section 5.2.
pub(crate) fn pbkdf2(
    function: FastHash,
    password: &[u8],
    salt: &[u8],
    rounds: u32,
    len: usize,
) -> Vec<u8> {
    let mut out = Vec::new();
    for number in 1_u32.. {
        if out.len() >= len {
            break;
        }
        let mut u = hmac(function, password, &[salt, &number.to_be_bytes()].concat());
        let mut t = u.clone();
        for _ in 1..rounds {
            u = hmac(function, password, &u);
            t.iter_mut().zip(&u).for_each(|(sum, byte)| *sum ^= byte);
        }
        out.extend(t);
    }
    out.truncate(len);
    out
}

pub(crate) fn function(prf: Prf) -> FastHash {
    match prf {
        Prf::Sha1 => FastHash::Sha1,
        Prf::Sha256 => FastHash::Sha256,
        Prf::Sha512 => FastHash::Sha512,
        _ => panic!("no twin of {prf:?}"),
    }
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| unit.to_le_bytes()).collect()
}

/// Werkzeug's `_hash_internal`, password-hash's `generateHash`, .NET's `EncodePassword`.
pub(crate) fn salt_hmac(
    function: FastHash,
    layout: HmacLayout,
    rounds: u32,
    salt: &[u8],
    password: &str,
) -> Vec<u8> {
    let wide = utf16(password);
    match layout {
        HmacLayout::Salt => {
            let mut mac = hmac(function, salt, password.as_bytes());
            for _ in 1..rounds {
                mac = hmac(function, salt, &hex(&mac));
            }
            mac
        }
        HmacLayout::SaltOverAndOver => {
            let block = if function.digest_len() > 32 { 128 } else { 64 };
            let mut key = Vec::new();
            while key.len() < block {
                key.extend(salt);
            }
            hmac(function, &key[..block], &wide)
        }
        HmacLayout::SaltUtf16 => hmac(function, salt, &wide),
        HmacLayout::Password => hmac(function, &wide, &wide),
        _ => panic!("no twin of {layout:?}"),
    }
}

/// authlogic's providers, devise-encryptable's encryptors, restful-authentication, Spring, FusionAuth.
pub(crate) fn stretched(
    function: FastHash,
    feed: Feed,
    rounds: u32,
    salt: &[u8],
    key: &[u8],
    password: &[u8],
) -> Vec<u8> {
    let h = |bytes: Vec<u8>| hash(function, &bytes);
    let mut d = match feed {
        Feed::SaltPassDigest => h([salt, password].concat()),
        Feed::PassSaltDigest | Feed::PassSaltHex => h([password, salt].concat()),
        Feed::HexDashedSalt => h([password, b"--", salt].concat()),
        Feed::Devise => h([b"--", salt, b"--", key, b"--", password, b"--", key, b"--"].concat()),
        Feed::Restful => h([key, b"--", salt, b"--", password, b"--", key].concat()),
        Feed::KeySaltPass => return hmac(function, key, &[salt, password].concat()),
        Feed::KeyPassSalt => return hmac(function, key, &[password, salt].concat()),
        _ => panic!("no twin of {feed:?}"),
    };
    for _ in 1..rounds {
        let x = hex(&d);
        d = match feed {
            Feed::SaltPassDigest | Feed::PassSaltDigest => h(d),
            Feed::PassSaltHex => h(x),
            Feed::HexDashedSalt => h([&x, &b"--"[..], salt].concat()),
            Feed::Devise => {
                h([b"--", salt, b"--", &x[..], b"--", password, b"--", key, b"--"].concat())
            }
            _ => h([&x[..], b"--", salt, b"--", password, b"--", key].concat()),
        };
    }
    d
}

/// Symfony's `MessageDigestPasswordHasher`.
pub(crate) fn symfony(
    function: FastHash,
    iterations: u32,
    salt: &[u8],
    password: &[u8],
) -> Vec<u8> {
    let merged = match salt.is_empty() {
        true => password.to_vec(),
        false => [password, b"{", salt, b"}"].concat(),
    };
    let mut digest = hash(function, &merged);
    for _ in 1..iterations {
        digest = hash(function, &[&digest[..], &merged].concat());
    }
    digest
}

/// RFC 5802, section 3: `StoredKey`, then `ServerKey`.
pub(crate) fn scram(function: FastHash, rounds: u32, salt: &[u8], password: &[u8]) -> Vec<u8> {
    let salted = pbkdf2(function, password, salt, rounds, function.digest_len());
    let stored = hash(function, &hmac(function, &salted, b"Client Key"));
    [stored, hmac(function, &salted, b"Server Key")].concat()
}

/// PBKDF1 (RFC 8018, section 5.1) with its arguments in each other's place.
pub(crate) fn fshp(function: FastHash, rounds: u32, salt: &[u8], password: &[u8]) -> Vec<u8> {
    let mut digest = hash(function, &[salt, password].concat());
    for _ in 1..rounds {
        digest = hash(function, &digest);
    }
    digest
}

/// passlib's `oracle10`: `des_cbc_encrypt` twice.
pub(crate) fn oracle10(user: &str, password: &str) -> Vec<u8> {
    let mut text: Vec<u8> = format!("{user}{password}")
        .to_uppercase()
        .encode_utf16()
        .flat_map(|unit| unit.to_be_bytes())
        .collect();
    while !text.len().is_multiple_of(8) {
        text.push(0);
    }
    let mut key = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
    for _ in 0..2 {
        let mut last = [0_u8; 8];
        for block in text.chunks(8) {
            let mixed: Vec<u8> = last.iter().zip(block).map(|(a, b)| a ^ b).collect();
            last.copy_from_slice(&des::des(&key, &mixed, 0, 1));
        }
        key = last;
    }
    key.to_vec()
}
