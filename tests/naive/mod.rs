//! Slow twins of the hand-written loops, each as its publication tells it and nothing cleverer.
use hmac::{Hmac, KeyInit, Mac};
use md4::Md4;
use md5::Md5;
use sha1::Sha1;
use sha2::digest::{Digest, DynDigest};
use sha2::{Sha256, Sha512};

pub(crate) mod des;
pub(crate) mod web;

fn md5(bytes: &[u8]) -> Vec<u8> {
    Md5::digest(bytes).to_vec()
}

/// Poul-Henning Kamp's `crypt-md5.c`.
pub(crate) fn md5crypt(magic: &str, salt: &[u8], password: &[u8]) -> Vec<u8> {
    let inner = md5(&[password, salt, password].concat());
    let mut text = [password, magic.as_bytes(), salt].concat();
    for i in 0..password.len() {
        text.push(inner[i % 16]);
    }
    let mut length = password.len();
    while length != 0 {
        text.push(if length % 2 == 1 { 0 } else { password[0] });
        length /= 2;
    }
    let mut last = md5(&text);
    for round in 0..1000 {
        let mut text = Vec::new();
        text.extend(if round % 2 == 1 { password } else { &last });
        if round % 3 != 0 {
            text.extend(salt);
        }
        if round % 7 != 0 {
            text.extend(password);
        }
        text.extend(if round % 2 == 1 { &last } else { password });
        last = md5(&text);
    }
    last
}

/// Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512", by its numbered steps.
pub(crate) fn sha2crypt(long: bool, rounds: u32, salt: &[u8], password: &[u8]) -> Vec<u8> {
    let hash = |bytes: &[u8]| -> Vec<u8> {
        let mut hasher: Box<dyn DynDigest> =
            if long { Box::new(Sha512::default()) } else { Box::new(Sha256::default()) };
        hasher.update(bytes);
        hasher.finalize().to_vec()
    };
    let size = if long { 64 } else { 32 };
    // 1 to 3: A begins with the password and the salt.
    let mut a = [password, salt].concat();
    // 4 to 8: B.
    let b = hash(&[password, salt, password].concat());
    // 9 and 10: B for each block of the password, and a part of it for the rest.
    for _ in 0..password.len() / size {
        a.extend(&b);
    }
    a.extend(&b[..password.len() % size]);
    // 11: for each bit of the length, from the lowest: B for a one, the password for a zero.
    let mut length = password.len();
    while length > 0 {
        a.extend(if length & 1 == 1 { &b[..] } else { password });
        length >>= 1;
    }
    // 12
    let a = hash(&a);
    // 13 to 16: DP is the password for each of its bytes; P is as long as the password.
    let dp = hash(&password.repeat(password.len()));
    let p: Vec<u8> = (0..password.len()).map(|i| dp[i % size]).collect();
    // 17 to 20: DS is the salt 16 + A[0] times; S is as long as the salt.
    let ds = hash(&salt.repeat(16 + usize::from(a[0])));
    let s: Vec<u8> = (0..salt.len()).map(|i| ds[i % size]).collect();
    // 21
    let mut state = a;
    for round in 0..rounds {
        let mut c = Vec::new();
        c.extend(if round % 2 == 1 { &p } else { &state });
        if round % 3 != 0 {
            c.extend(&s);
        }
        if round % 7 != 0 {
            c.extend(&p);
        }
        c.extend(if round % 2 == 1 { &state } else { &p });
        state = hash(&c);
    }
    state
}

/// PHPass' `crypt_private`.
pub(crate) fn phpass(rounds_log2: u32, salt: &[u8], password: &[u8]) -> Vec<u8> {
    let mut state = md5(&[salt, password].concat());
    let mut count = 1_u64 << rounds_log2;
    while count > 0 {
        state = md5(&[&state[..], password].concat());
        count -= 1;
    }
    state
}

/// Drupal 7's `_password_crypt`, before the text is cut.
pub(crate) fn drupal7(rounds_log2: u32, salt: &[u8], password: &[u8]) -> Vec<u8> {
    let mut state = Sha512::digest([salt, password].concat()).to_vec();
    for _ in 0..1_u64 << rounds_log2 {
        state = Sha512::digest([&state[..], password].concat()).to_vec();
    }
    state
}

/// bcrypt by the paper, on the cipher of the `blowfish` crate; the key is prepared as the C code of
/// `crypt_blowfish` does it, word by word, with its old bug if `signed`; or without the NUL that ends
/// it, as OpenBSD's first did.
pub(crate) fn bcrypt(
    signed: bool,
    ended: bool,
    cost: u32,
    salt: [u8; 16],
    password: &[u8],
) -> Vec<u8> {
    let terminated = [password, &[0]].concat();
    let last = if ended || password.is_empty() { password.len() } else { password.len() - 1 };
    let mut key = Vec::new();
    let mut next = 0;
    for _ in 0..18 {
        let mut word: u32 = 0;
        for _ in 0..4 {
            word <<= 8;
            let byte = terminated[next];
            word |= if signed { byte as i8 as i32 as u32 } else { u32::from(byte) };
            next = if next == last { 0 } else { next + 1 };
        }
        key.extend(word.to_be_bytes());
    }
    let mut state = <blowfish::Blowfish>::bc_init_state();
    state.salted_expand_key(&salt, &key);
    for _ in 0..1_u64 << cost {
        state.bc_expand_key(&key);
        state.bc_expand_key(&salt);
    }
    let mut text = *b"OrpheanBeholderScryDoubt";
    for block in text.chunks_mut(8) {
        let word = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
        let mut pair = [word(&block[..4]), word(&block[4..])];
        for _ in 0..64 {
            pair = state.bc_encrypt(pair);
        }
        block[..4].copy_from_slice(&pair[0].to_be_bytes());
        block[4..].copy_from_slice(&pair[1].to_be_bytes());
    }
    text[..23].to_vec()
}

/// NetBSD's `crypt-sha1.c`, before the digest is written as letters.
pub(crate) fn sha1crypt(rounds: u32, salt: &str, password: &[u8]) -> Vec<u8> {
    let hmac = |text: &[u8]| {
        let mut mac = Hmac::<Sha1>::new_from_slice(password).unwrap();
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    };
    let mut state = hmac(format!("{salt}$sha1${rounds}").as_bytes());
    for _ in 1..rounds {
        state = hmac(&state);
    }
    state
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| unit.to_le_bytes()).collect()
}

/// `NTOWFv1`, then what Windows caches of it: the hash, and the first and second generation.
pub(crate) fn nt(password: &str, user: &str, rounds: u32) -> [Vec<u8>; 3] {
    let user = utf16(&user.to_lowercase());
    let nt = Md4::digest(utf16(password)).to_vec();
    let first = Md4::digest([&nt[..], &user].concat()).to_vec();
    // One block of PBKDF2, by RFC 8018.
    let hmac = |text: &[u8]| {
        let mut mac = Hmac::<Sha1>::new_from_slice(&first).unwrap();
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    };
    let mut u = hmac(&[&user[..], &[0, 0, 0, 1]].concat());
    let mut second = u.clone();
    for _ in 1..rounds {
        u = hmac(&u);
        second.iter_mut().zip(&u).for_each(|(sum, byte)| *sum ^= byte);
    }
    second.truncate(16);
    [nt, first, second]
}

/// MySQL's `hash_password`, in the 64 bits that `unsigned long` has on Unix.
pub(crate) fn mysql323(password: &[u8]) -> Vec<u8> {
    let (mut nr, mut nr2, mut add) = (1_345_345_333_u64, 0x1234_5671_u64, 7_u64);
    for byte in password {
        if *byte == b' ' || *byte == b'\t' {
            continue;
        }
        let byte = u64::from(*byte);
        nr ^= ((nr & 63) + add).wrapping_mul(byte).wrapping_add(nr << 8);
        nr2 = nr2.wrapping_add((nr2 << 8) ^ nr);
        add += byte;
    }
    let words = [nr & 0x7fff_ffff, nr2 & 0x7fff_ffff];
    words.iter().flat_map(|word| (*word as u32).to_be_bytes()).collect()
}

/// SunMD5 as passlib's documentation tells it, with the state as 128 bits in a row.
pub(crate) fn sunmd5(setting: &str, rounds: u32, password: &[u8]) -> Vec<u8> {
    let hamlet = include_bytes!("../../src/algorithm/hamlet.txt");
    let mut state = md5(&[password, setting.as_bytes()].concat());
    for round in 0..4096 + rounds as usize {
        let bits: Vec<bool> =
            state.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1)).collect();
        let gather = |start: usize| {
            let mut place = 0;
            for i in 0..7 {
                let a = usize::from(state[(start + i) % 16]);
                let b = usize::from(state[(start + i + 3) % 16]);
                let mut at = usize::from(state[(a >> (b % 5)) % 16]);
                if b >> (a % 8) & 1 == 1 {
                    at >>= 1;
                }
                if bits[at % 128] {
                    place += 1 << i;
                }
            }
            place
        };
        let x = if bits[round % 128] { gather(1) } else { gather(0) };
        let y = if bits[(round + 64) % 128] { gather(9) } else { gather(8) };
        let mut text = state.clone();
        if bits[x] ^ bits[y] {
            text.extend(hamlet);
            text.push(0);
        }
        text.extend(format!("{round}").bytes());
        state = md5(&text);
    }
    state
}
