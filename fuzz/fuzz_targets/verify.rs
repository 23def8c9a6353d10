//! Verifying under tiny ceilings never panics, agrees with itself, and opens no locked account.
#![no_main]
use hashlift::{Keyring, Limits, PasswordHash, Policy};
use libfuzzer_sys::fuzz_target;

/// The first line is the password, the rest the stored text.
fuzz_target!(|input: &str| {
    let Some((password, stored)) = input.split_once('\n') else { return };
    let limits = tiny();
    let Ok(hash) = PasswordHash::parse_within(stored, &limits) else { return };
    let verdict = hash.verify_with(password.as_bytes(), &Keyring::EMPTY, &limits);
    assert!(!(hash.is_locked() && verdict == Ok(true)), "a locked account opens to nobody");
    assert_eq!(verdict, hash.verify_with(password.as_bytes(), &Keyring::EMPTY, &limits));
    // Wrapping keeps the verdict.
    let policy = Policy::OWASP.with_costs(8, 1, 1);
    if let Ok(Some(wrapped)) = policy.wrap(&hash) {
        let again = wrapped.verify_with(password.as_bytes(), &Keyring::EMPTY, &limits);
        assert_eq!(again, verdict, "the wrapped hash takes the same password and no other");
    }
});

fn tiny() -> Limits {
    let mut limits = Limits::STRICT;
    limits.password_bytes_max = 128;
    limits.crypt_password_bytes_max = 128;
    limits.argon2_memory_kib_max = 64;
    limits.argon2_passes_max = 2;
    limits.argon2_memory_passes_kib_max = 64;
    limits.bcrypt_cost_max = 4;
    limits.scrypt_n_log2_max = 6;
    limits.scrypt_memory_kib_max = 64;
    limits.scrypt_work_max = 512;
    limits.firebase_n_log2_max = 6;
    limits.pbkdf2_blocks_max = 200;
    limits.sha2crypt_rounds_max = 1000;
    limits.descrypt_rounds_max = 100;
    limits.phpass_rounds_log2_max = 7;
    limits
}
