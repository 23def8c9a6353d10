//! Digests that are known at sight: those of the empty password, and of short ones in LM.

/// Formats, and what they make of the empty password, in lower-case hexadecimal.
static EMPTY: &[(&str, &str)] = &[
    ("md5", "d41d8cd98f00b204e9800998ecf8427e"),
    ("nthash", "31d6cfe0d16ae931b73c59d7e0c089c0"),
    ("lmhash", "aad3b435b51404eeaad3b435b51404ee"),
    ("sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("sha224", "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f"),
    ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (
        "sha384",
        "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
    ),
    (
        "sha512",
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    ),
];

/// LM encrypts two halves of seven characters; this is the empty one.
const EMPTY_HALF_OF_LM: &str = "aad3b435b51404ee";

/// The password for which `slug` gives `text`, where that is known.
pub(super) fn password(slug: &str, text: &str) -> Option<&'static str> {
    if EMPTY.iter().any(|(of, digest)| *of == slug && digest.eq_ignore_ascii_case(text)) {
        return Some("the empty password");
    }
    (slug == "lmhash" && is_half_empty_lm(text)).then_some("a password of up to 7 characters")
}

/// Whether `text` could be an LM hash whose second half is empty. By chance, one text in 2^64 is.
pub(super) fn is_half_empty_lm(text: &str) -> bool {
    let half = text.split_at_checked(EMPTY_HALF_OF_LM.len()).map(|(_, half)| half);
    half.is_some_and(|half| half.eq_ignore_ascii_case(EMPTY_HALF_OF_LM))
}
