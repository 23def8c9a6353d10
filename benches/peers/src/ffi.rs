//! The C libraries as safe functions: the only file with `unsafe`.
#![allow(unsafe_code, reason = "C is called here")]
use std::ffi::{CStr, CString, c_char, c_int, c_uchar, c_uint, c_ulong, c_ulonglong, c_void};
use std::ptr::{null, null_mut};

/// <crypt.h>, <openssl/evp.h>, <sodium.h> and <argon2.h>, as far as we call them.
#[rustfmt::skip]
mod c {
    use super::*;
    unsafe extern "C" {
        pub(super) fn crypt_gensalt_rn(prefix: *const c_char, count: c_ulong, random: *const c_char, random_len: c_int, out: *mut c_char, out_len: c_int) -> *mut c_char;
        pub(super) fn crypt_rn(phrase: *const c_char, setting: *const c_char, data: *mut c_void, size: c_int) -> *mut c_char;

        pub(super) fn EVP_MD_fetch(library: *mut c_void, name: *const c_char, properties: *const c_char) -> *mut c_void;
        pub(super) fn EVP_MD_free(md: *mut c_void);
        pub(super) fn EVP_MD_CTX_new() -> *mut c_void;
        pub(super) fn EVP_MD_CTX_free(context: *mut c_void);
        pub(super) fn EVP_DigestInit_ex(context: *mut c_void, md: *const c_void, engine: *mut c_void) -> c_int;
        pub(super) fn EVP_DigestUpdate(context: *mut c_void, data: *const c_void, len: usize) -> c_int;
        pub(super) fn EVP_DigestFinal_ex(context: *mut c_void, out: *mut c_uchar, len: *mut c_uint) -> c_int;
        pub(super) fn EVP_PBE_scrypt(pass: *const c_char, pass_len: usize, salt: *const c_uchar, salt_len: usize, n: u64, r: u64, p: u64, memory_max: u64, out: *mut c_uchar, out_len: usize) -> c_int;
        pub(super) safe fn EVP_aes_256_ctr() -> *const c_void;
        pub(super) fn EVP_CIPHER_CTX_new() -> *mut c_void;
        pub(super) fn EVP_CIPHER_CTX_free(context: *mut c_void);
        pub(super) fn EVP_EncryptInit_ex(context: *mut c_void, cipher: *const c_void, engine: *mut c_void, key: *const c_uchar, iv: *const c_uchar) -> c_int;
        pub(super) fn EVP_EncryptUpdate(context: *mut c_void, out: *mut c_uchar, out_len: *mut c_int, data: *const c_uchar, len: c_int) -> c_int;

        pub(super) safe fn sodium_init() -> c_int;
        pub(super) fn crypto_pwhash_str_alg(out: *mut c_char, pass: *const c_char, pass_len: c_ulonglong, passes: c_ulonglong, memory: usize, algorithm: c_int) -> c_int;
        pub(super) fn crypto_pwhash_str_verify(text: *const c_char, pass: *const c_char, pass_len: c_ulonglong) -> c_int;

        pub(super) fn argon2id_hash_encoded(passes: u32, memory_kib: u32, lanes: u32, pass: *const c_void, pass_len: usize, salt: *const c_void, salt_len: usize, digest_len: usize, text: *mut c_char, text_len: usize) -> c_int;
        pub(super) fn argon2id_verify(text: *const c_char, pass: *const c_void, pass_len: usize) -> c_int;
    }
}

/// A text that C wrote into `buffer`.
fn text(buffer: &[u8]) -> CString {
    CStr::from_bytes_until_nul(buffer).expect("C ends its texts").to_owned()
}

/// `crypt_gensalt`: a setting of libxcrypt's; cost 0 is its default.
pub(crate) fn crypt_setting(prefix: &CStr, cost: u32, random: &[u8]) -> CString {
    let mut out = [0_u8; 192]; // CRYPT_GENSALT_OUTPUT_SIZE
    // SAFETY: pointers and lengths are those of live slices; `out` is ours alone.
    let made = unsafe {
        c::crypt_gensalt_rn(
            prefix.as_ptr(),
            c_ulong::from(cost),
            random.as_ptr().cast(),
            random.len() as c_int,
            out.as_mut_ptr().cast(),
            out.len() as c_int,
        )
    };
    assert!(!made.is_null(), "libxcrypt makes no setting {prefix:?}");
    text(&out)
}

/// What libxcrypt works in: a `struct crypt_data`, kept between calls as a server would.
pub(crate) struct CryptScratch(Box<[u8; 32_768]>);

impl CryptScratch {
    pub(crate) fn new() -> Self {
        Self(Box::new([0; _]))
    }

    /// `crypt`: the whole text of the hash.
    pub(crate) fn crypt(&mut self, password: &CStr, setting: &CStr) -> &CStr {
        let size = self.0.len() as c_int;
        // SAFETY: both texts end with a null; the scratch is ours alone, has the size of
        // `struct crypt_data`, and that struct has only `char`s, so any alignment will do.
        let out = unsafe {
            c::crypt_rn(password.as_ptr(), setting.as_ptr(), self.0.as_mut_ptr().cast(), size)
        };
        assert!(!out.is_null(), "libxcrypt does not take {setting:?}");
        // SAFETY: it is a text within the scratch, which the answer borrows.
        unsafe { CStr::from_ptr(out) }
    }
}

/// OpenSSL's MD5, fetched once; and a context, used again for each digest.
pub(crate) struct Md5 {
    md: *mut c_void,
    context: *mut c_void,
}

impl Md5 {
    pub(crate) fn new() -> Self {
        // SAFETY: the name ends with a null; a null library and null properties are the defaults.
        let md = unsafe { c::EVP_MD_fetch(null_mut(), c"MD5".as_ptr(), null()) };
        // SAFETY: takes nothing.
        let context = unsafe { c::EVP_MD_CTX_new() };
        assert!(!md.is_null() && !context.is_null(), "OpenSSL has no MD5 here");
        Self { md, context }
    }

    /// The digest of two pieces, one after the other.
    pub(crate) fn digest(&mut self, first: &[u8], second: &[u8]) -> [u8; 16] {
        let mut out = [0; 16];
        // SAFETY: both objects live as long as `self`; pointers and lengths are those of live
        // slices; an MD5 digest has 16 bytes, and its length need not be told.
        let good = unsafe {
            c::EVP_DigestInit_ex(self.context, self.md, null_mut()) == 1
                && c::EVP_DigestUpdate(self.context, first.as_ptr().cast(), first.len()) == 1
                && c::EVP_DigestUpdate(self.context, second.as_ptr().cast(), second.len()) == 1
                && c::EVP_DigestFinal_ex(self.context, out.as_mut_ptr(), null_mut()) == 1
        };
        assert!(good, "OpenSSL refuses a digest");
        out
    }
}

impl Drop for Md5 {
    fn drop(&mut self) {
        // SAFETY: both were made in `new`, and nobody else has them.
        unsafe {
            c::EVP_MD_CTX_free(self.context);
            c::EVP_MD_free(self.md);
        }
    }
}

/// OpenSSL's scrypt with r = 8 and p = 1.
pub(crate) fn scrypt<const LEN: usize>(password: &[u8], salt: &[u8], n_log2: u8) -> [u8; LEN] {
    let mut out = [0; LEN];
    let (n, memory_max) = (1 << n_log2, 1 << 30);
    // SAFETY: pointers and lengths are those of live slices.
    let done = unsafe {
        c::EVP_PBE_scrypt(
            password.as_ptr().cast(),
            password.len(),
            salt.as_ptr(),
            salt.len(),
            n,
            8,
            1,
            memory_max,
            out.as_mut_ptr(),
            LEN,
        )
    };
    assert_eq!(done, 1, "OpenSSL refuses scrypt at 2^{n_log2}");
    out
}

/// OpenSSL's AES-256 in counter mode, with a counter of zero.
pub(crate) fn aes_256_ctr(key: &[u8; 32], data: &[u8; 64]) -> [u8; 64] {
    let (mut out, mut len) = ([0; 64], 0);
    // SAFETY: key, counter and data have the lengths that the cipher takes; a stream cipher writes
    // as many bytes as it reads; the context is made, used and freed here.
    let good = unsafe {
        let context = c::EVP_CIPHER_CTX_new();
        let cipher = c::EVP_aes_256_ctr();
        let (key, counter) = (key.as_ptr(), [0; 16]);
        let good = c::EVP_EncryptInit_ex(context, cipher, null_mut(), key, counter.as_ptr()) == 1
            && c::EVP_EncryptUpdate(context, out.as_mut_ptr(), &raw mut len, data.as_ptr(), 64)
                == 1;
        c::EVP_CIPHER_CTX_free(context);
        good
    };
    assert!(good && len == 64, "OpenSSL refuses AES-256-CTR");
    out
}

/// `crypto_pwhash_str_alg`: libsodium's Argon2id, with a salt of its own.
pub(crate) fn sodium_hash(password: &[u8], memory_kib: u32, passes: u32) -> CString {
    assert!(c::sodium_init() >= 0, "libsodium does not start");
    let mut out = [0_u8; 128]; // crypto_pwhash_STRBYTES
    let memory = memory_kib as usize * 1024;
    // SAFETY: pointers and lengths are those of live slices; `out` has the size it must have.
    let done = unsafe {
        c::crypto_pwhash_str_alg(
            out.as_mut_ptr().cast(),
            password.as_ptr().cast(),
            password.len() as c_ulonglong,
            c_ulonglong::from(passes),
            memory,
            2, // crypto_pwhash_ALG_ARGON2ID13
        )
    };
    assert_eq!(done, 0, "libsodium refuses {memory_kib} KiB, {passes} passes");
    text(&out)
}

/// `crypto_pwhash_str_verify`.
pub(crate) fn sodium_verify(stored: &CStr, password: &[u8]) -> bool {
    let len = password.len() as c_ulonglong;
    // SAFETY: the text ends with a null; pointer and length are those of a live slice.
    unsafe { c::crypto_pwhash_str_verify(stored.as_ptr(), password.as_ptr().cast(), len) == 0 }
}

/// `argon2id_hash_encoded`: libargon2's Argon2id.
pub(crate) fn argon2_hash(
    password: &[u8],
    salt: &[u8],
    (memory_kib, passes, lanes): (u32, u32, u32),
) -> CString {
    let mut out = [0_u8; 256];
    // SAFETY: pointers and lengths are those of live slices.
    let done = unsafe {
        c::argon2id_hash_encoded(
            passes,
            memory_kib,
            lanes,
            password.as_ptr().cast(),
            password.len(),
            salt.as_ptr().cast(),
            salt.len(),
            32,
            out.as_mut_ptr().cast(),
            out.len(),
        )
    };
    assert_eq!(done, 0, "libargon2 refuses {memory_kib} KiB, {passes} passes, {lanes} lanes");
    text(&out)
}

/// `argon2id_verify`, on as many threads as the text has lanes.
pub(crate) fn argon2_verify(stored: &CStr, password: &[u8]) -> bool {
    // SAFETY: the text ends with a null; pointer and length are those of a live slice.
    unsafe { c::argon2id_verify(stored.as_ptr(), password.as_ptr().cast(), password.len()) == 0 }
}
