//! What is printed is read, and prints the same: a fixed point after one step.
#![no_main]
use hashlift::{Format, Limits, PasswordHash, Side};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(once) = PasswordHash::parse(text) {
        fixed_point(&once);
    }
    let (stored, salt) = text.split_once('\n').unwrap_or((text, ""));
    for format in Format::all() {
        let side = Side::salted(salt);
        if let Ok(once) = PasswordHash::parse_beside(format, stored, &side, &Limits::DEFAULT) {
            fixed_point(&once);
        }
    }
});

fn fixed_point(once: &PasswordHash) {
    let printed = once.to_string();
    let again = PasswordHash::parse(&printed).expect("what we print, we read");
    assert_eq!(again.to_string(), printed);
    assert_eq!(again.cost(), once.cost());
    assert_eq!(again.is_locked(), once.is_locked());
}
