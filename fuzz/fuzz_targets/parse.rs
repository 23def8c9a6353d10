//! Reading never panics, what is read is within the limits, and errors are about the right format.
#![no_main]
use hashlift::{Claim, Format, Limits, PasswordHash, Side, identify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for limits in [Limits::STRICT, Limits::DEFAULT, Limits::OFFLINE] {
        if let Ok(hash) = PasswordHash::parse_within(text, &limits) {
            assert!(hash.within(&limits).is_ok(), "nothing unaffordable gets through");
            assert!(text.len() <= limits.text_bytes_max);
            let cost = hash.cost();
            assert!(cost.memory_kib <= limits.argon2_memory_kib_max.max(limits.scrypt_memory_kib_max));
        }
    }
    // A text, and a salt that stands beside it.
    let (stored, salt) = text.split_once('\n').unwrap_or((text, ""));
    for format in Format::all() {
        match PasswordHash::parse_beside(format, stored, &Side::salted(salt), &Limits::STRICT) {
            Ok(hash) => assert!(hash.within(&Limits::STRICT).is_ok()),
            Err(error) => assert_eq!(error.format(), Some(format.slug())),
        }
    }
    let tagged = Format::all().filter(|format| format.claim(text) == Claim::Tagged).count();
    assert!(tagged <= 1, "at most one format is sure of a text");
    let _ = identify(text);
});
