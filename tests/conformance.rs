//! Every format held to the same promises. A new format adds no line here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test stops where it fails"
)]
mod common;
use common::edges::{edges, seen};
use common::{read, samples, side};
use hashlift::{
    Claim, Format, HashError, Keyring, Limits, Outcome, ParseErrorKind, PasswordHash, Policy,
    Sample, Side, VerifyError,
};
use std::collections::{BTreeMap, BTreeSet};

/// Cheap, for tests: 64 KiB, one pass, one lane.
fn policy() -> Policy {
    Policy::OWASP.with_costs(64, 1, 1)
}

fn hashes() -> impl Iterator<Item = (&'static Format, &'static Sample, PasswordHash)> {
    samples().map(|(format, sample)| (format, sample, read(format, sample)))
}

/// The keys that stand beside the sample.
fn keys(sample: &Sample, hash: &PasswordHash) -> Keyring {
    side(sample).keyring(hash).unwrap()
}

fn opens(
    hash: &PasswordHash,
    sample: &Sample,
    password: impl AsRef<[u8]>,
) -> Result<bool, VerifyError> {
    hash.verify_with(password.as_ref(), &keys(sample, hash), &Limits::DEFAULT)
}

fn derived(hash: &PasswordHash, sample: &Sample, password: &[u8]) -> Vec<u8> {
    hash.setting().unwrap().derive(password, &keys(sample, hash)).unwrap().expose().to_vec()
}

/// What a text says beyond its tag and costs: the end of it, where the digest stands, or the start
/// of it where a salt follows the digest.
fn digest_part(text: &str) -> &str {
    // The keys of Kratos and of Clerk stand behind the digest.
    if text.starts_with("$hmac-") {
        return text.split('$').nth(2).unwrap();
    }
    if text.starts_with("hmac_sha256") {
        return text.split('$').nth(1).unwrap();
    }
    if text.starts_with("{FSHP") {
        return &text[text.len() - 12..];
    }
    // In an array of PHP or JSON, it is the first long text in quotes.
    let text = text.split('"').find(|part| part.len() >= 32).unwrap_or(text);
    // Of a layered hash, the last layer's.
    let text = text.rsplit('|').next().unwrap_or_default();
    match text.rsplit_once('}') {
        // SCRAM's keys stand at the end, and AIX' digests.
        Some((_, body)) if body.len() >= 12 && !body.contains([',', '$']) => &body[..12],
        _ => &text.trim_end_matches('=')[text.trim_end_matches('=').len() - 12..],
    }
}

#[test]
fn every_format_but_the_locked_one_has_a_sample_with_a_source() {
    for format in Format::all() {
        assert_eq!(format.samples().is_empty(), format.slug() == "locked", "{format:?}");
        assert!(format.samples().iter().all(|s| !s.from.is_empty()), "{format:?}");
        assert!(!format.summary().is_empty(), "{format:?}");
    }
}

#[test]
fn known_answers_hold_and_near_misses_do_not() {
    for (format, sample, hash) in hashes() {
        assert!(opens(&hash, sample, sample.password).unwrap(), "{format:?}: {}", sample.from);
        let mut cut = sample.password.chars();
        cut.next_back();
        let swapped: String = sample
            .password
            .chars()
            .map(|c| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            })
            .collect();
        let longer = format!("{}!", sample.password);
        let spaced = format!("{} ", sample.password);
        // WordPress 6.8 trims what it is given, so a space more is the same password.
        let spaced = if format.slug() == "wordpress-68" { "x" } else { &spaced };
        for wrong in ["", " ", "Password", &longer, spaced, cut.as_str(), &swapped] {
            let seen = |password| seen(format.slug(), sample.stored, password);
            if seen(wrong) == seen(sample.password) {
                continue;
            }
            assert!(!opens(&hash, sample, wrong).unwrap(), "{format:?} took {wrong:?}");
        }
    }
}

#[test]
fn a_locked_account_matches_nothing_and_rests() {
    let format = Format::named("locked").unwrap();
    let hash = PasswordHash::parse_as(format, "*", &Limits::DEFAULT).unwrap();
    assert!(hash.is_locked() && policy().reason(&hash).is_none() && hash.setting().is_none());
    for password in ["", "*", "password"] {
        assert!(!hash.verify(password).unwrap());
        assert!(matches!(policy().check(&hash, password.as_bytes()), Ok(Outcome::Mismatch)));
    }
    assert!(matches!(policy().wrap(&hash), Ok(None)), "there is nothing to wrap");
    assert_eq!(hash.to_string(), "*");
}

/// The formats that are sure of the text.
fn sure(text: &str) -> Vec<&'static Format> {
    Format::all().filter(|format| format.claim(text) == Claim::Tagged).collect()
}

#[test]
fn at_most_one_format_is_sure_of_a_text() {
    for (format, sample) in samples() {
        assert_ne!(format.claim(sample.stored), Claim::No, "{format:?} disowns its sample");
        assert!(sure(sample.stored).len() <= 1, "{:?}", sure(sample.stored));
    }
}

/// `{ssha512}06$…` with a piece of Keycloak's JSON behind it was AIX' and Keycloak's.
#[test]
fn at_most_one_format_is_sure_of_what_is_glued_from_two_others() {
    let mut found = BTreeMap::new();
    for (_, head) in samples() {
        let cuts = [1, 4, 8, 12, head.stored.len()];
        for cut in cuts.into_iter().filter_map(|cut| head.stored.get(..cut)) {
            for (_, tail) in samples() {
                let half = (0..=tail.stored.len() / 2).rev().find_map(|at| tail.stored.get(at..));
                for tail in [tail.stored, half.unwrap()] {
                    let text = format!("{cut}{tail}");
                    let sure: Vec<_> = sure(&text).iter().map(|format| format.slug()).collect();
                    if sure.len() > 1 {
                        found.insert(sure, text);
                    }
                }
            }
        }
    }
    assert_eq!(found, BTreeMap::new());
}

#[test]
fn no_other_format_reads_my_tagged_sample_as_its_own() {
    for (format, sample) in samples().filter(|(f, s)| f.claim(s.stored) == Claim::Tagged) {
        for other in Format::all().filter(|other| other.slug() != format.slug()) {
            let reading =
                PasswordHash::parse_beside(other, sample.stored, &side(sample), &Limits::DEFAULT);
            if let Ok(hash) = reading {
                // Two names for one hash are no harm: a system that keeps plain bcrypt among others
                // reads it as everybody does.
                if hash.to_string() == read(format, sample).to_string() {
                    continue;
                }
                // Symfony's bcrypt differs for long passwords alone.
                if other.slug() == "symfony-native" && sample.password.len() <= 72 {
                    continue;
                }
                assert!(
                    !opens(&hash, sample, sample.password).unwrap(),
                    "{other:?} takes {format:?}"
                );
            }
        }
    }
}

#[test]
fn cut_or_lengthened_text_never_matches() {
    for (format, sample) in samples() {
        let original = read(format, sample).to_string();
        let cuts = (0..sample.stored.len()).filter_map(|end| sample.stored.get(..end));
        let tails = ["x", "=", "$", " ", "\n", "\0"].map(|tail| format!("{}{tail}", sample.stored));
        for text in cuts.chain(tails.iter().map(String::as_str)) {
            let reading = PasswordHash::parse_beside(format, text, &side(sample), &Limits::DEFAULT);
            let Ok(hash) = reading else { continue };
            // Padding may be left out where the format says so: another spelling of one hash.
            if hash.to_string() != original {
                assert!(
                    !opens(&hash, sample, sample.password).unwrap(),
                    "{format:?} takes {text:?}"
                );
            }
        }
    }
}

#[test]
fn slugs_are_unique_and_plain() {
    let slugs: Vec<_> = Format::all().map(Format::slug).collect();
    assert_eq!(slugs.iter().collect::<BTreeSet<_>>().len(), slugs.len());
    for slug in slugs {
        assert!(slug.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')), "{slug}");
        assert_eq!(Format::named(slug).unwrap().slug(), slug);
        let elsewhere = slug.to_uppercase().replace('-', "_");
        assert_eq!(Format::named(&elsewhere).unwrap().slug(), slug);
    }
}

#[test]
fn every_format_can_be_upgraded_and_then_rests() {
    for (format, sample, old) in hashes() {
        let password = sample.password.as_bytes();
        let new = match policy().check_with(&old, password, &keys(sample, &old)).unwrap() {
            Outcome::Upgrade(new) => new,
            Outcome::Match => old,
            other => panic!("{format:?}: {other:?}"),
        };
        assert_eq!(policy().reason(&new), None, "{format:?} never comes to rest");
        assert!(
            matches!(policy().check_with(&new, password, &keys(sample, &new)), Ok(Outcome::Match)),
            "{format:?}"
        );
        assert!(
            matches!(
                policy().check_with(&new, b"wrong", &keys(sample, &new)),
                Ok(Outcome::Mismatch)
            ),
            "{format:?}"
        );
    }
}

/// A column still names the old format when a login has brought the hash up to date, and salts and
/// keys still stand beside it. Read as the old one, it would lock its user out.
#[test]
fn an_upgraded_hash_is_never_taken_for_one_of_the_old_format() {
    let fresh = policy().hash(b"correct horse").unwrap().to_string();
    let wrapped = policy().wrap(&PasswordHash::parse(WEAK).unwrap()).unwrap().unwrap().to_string();
    let keys = [None, Some("pepper"), Some("site_salt"), Some("legacy_salt"), Some("username")];
    let beside = keys.map(|key| key.map(|key| (key, "NaCl")));
    for ((format, sample), more) in samples().flat_map(|it| beside.map(|more| (it, more))) {
        let side = Side::from_pairs(sample.side.iter().copied().chain(more)).unwrap();
        for text in [&fresh, &wrapped] {
            if let Ok(hash) = PasswordHash::parse_beside(format, text, &side, &Limits::DEFAULT) {
                let keys = side.keyring(&hash).unwrap();
                let opens = hash.verify_with(b"correct horse", &keys, &Limits::DEFAULT).unwrap();
                assert!(opens, "{format:?} beside {more:?} of {text}");
            }
        }
    }
}

/// `correct horse` in MD5.
const WEAK: &str = "{MD5}PLTnMmMfR+brlh80VUt83g==";

#[test]
fn what_is_printed_is_read_back_and_prints_the_same() {
    for (format, sample, once) in hashes() {
        let printed = once.to_string();
        let again = PasswordHash::parse(&printed).unwrap_or_else(|e| panic!("{format:?}: {e}"));
        assert!(opens(&again, sample, sample.password).unwrap(), "{format:?}");
        assert!(!opens(&again, sample, "wrong").unwrap(), "{format:?}");
        assert_eq!(again.to_string(), printed, "printing comes to rest");
        assert_eq!(printed.parse::<PasswordHash>().unwrap().to_string(), printed);
    }
}

#[test]
fn a_vendors_notation_is_written_back_byte_for_byte() {
    let mut written = 0;
    for (format, sample, hash) in hashes() {
        if let Some(text) = hash.to_text_as(format) {
            // Where the canonical text is that of the format, it has one spelling of several.
            let same = text == sample.stored || text == hash.to_string();
            assert!(same, "{format:?}: {text} is not {}", sample.stored);
            let again = PasswordHash::parse_beside(format, &text, &side(sample), &Limits::DEFAULT);
            assert_eq!(again.unwrap().to_string(), hash.to_string(), "{format:?}");
            written += 1;
        }
    }
    println!("{written} of {} samples are written back", samples().count());
    assert!(written > 0);
}

#[test]
fn serde_is_the_canonical_text() {
    for (format, sample, once) in hashes() {
        let json = serde_json::to_string(&once).unwrap();
        assert_eq!(json, serde_json::to_string(&once.to_string()).unwrap(), "{format:?}");
        let again: PasswordHash = serde_json::from_str(&json).unwrap();
        assert!(opens(&again, sample, sample.password).unwrap(), "{format:?}");
    }
    let error = serde_json::from_str::<PasswordHash>("\"hunter2\"").unwrap_err().to_string();
    assert!(error.starts_with("not a known password hash"), "{error}");
}

#[test]
fn a_history_keeps_each_entry_in_its_own_format() {
    let history: Vec<PasswordHash> = hashes().map(|(_, _, hash)| hash).collect();
    let json = serde_json::to_string(&history).unwrap();
    let again: Vec<PasswordHash> = serde_json::from_str(&json).unwrap();
    assert_eq!(again.len(), samples().count());
    for ((format, sample), hash) in samples().zip(&again) {
        assert!(opens(hash, sample, sample.password).unwrap(), "{format:?}");
    }
}

#[test]
fn a_wrapped_hash_takes_the_same_password_and_no_other() {
    let policy = Policy::OWASP.with_costs(4096, 1, 1);
    for (format, sample, old) in hashes().filter(|(format, ..)| format.slug() != "wrapped") {
        let canonical = old.to_string();
        let text = policy.wrap(&old).unwrap().unwrap().to_string();
        let wrapped: PasswordHash = text.parse().unwrap();
        assert!(opens(&wrapped, sample, sample.password).unwrap(), "{format:?}");
        assert!(!opens(&wrapped, sample, "wrong").unwrap(), "{format:?}");
        // The old text must not work as a password (the trap of naive wrapping), …
        for no_password in [sample.stored, &canonical] {
            assert!(!opens(&wrapped, sample, no_password).unwrap_or(false), "{format:?}");
        }
        // … nor its digest (pass the hash), …
        let digest = derived(&old, sample, sample.password.as_bytes());
        let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        assert!(!opens(&wrapped, sample, &digest).unwrap_or(false), "{format:?}");
        assert!(!opens(&wrapped, sample, &hex).unwrap_or(false), "{format:?}");
        // … nor may the weak digest survive inside the new text.
        let digest = digest_part(&canonical);
        assert!(!text.contains(digest) && canonical.contains(digest), "{format:?}");
        assert_eq!(policy.wrap(&wrapped).unwrap_err(), HashError::AlreadyWrapped);
        // A login takes the weak hash out.
        let outcome = policy
            .check_with(&wrapped, sample.password.as_bytes(), &keys(sample, &wrapped))
            .unwrap();
        assert!(matches!(outcome, Outcome::Upgrade(PasswordHash::Argon2(_))), "{format:?}");
    }
}

#[test]
fn debug_shows_neither_digest_nor_salt_nor_text() {
    for (format, sample, hash) in hashes() {
        let shown = format!("{hash:?}");
        let digest = derived(&hash, sample, sample.password.as_bytes());
        assert_eq!(digest.len(), hash.setting().unwrap().digest_len());
        let (canonical, side_data) = (hash.to_string(), side(sample));
        let mut secrets: Vec<&str> = vec![digest_part(&canonical), digest_part(sample.stored)];
        secrets.extend(
            sample
                .side
                .iter()
                .filter(|(k, v)| *k != "algorithm" && v.parse::<u64>().is_err())
                .map(|p| p.1),
        );
        for secret in secrets {
            for window in secret.as_bytes().windows(5) {
                let window = str::from_utf8(window).unwrap_or("\u{fffd}");
                assert!(!shown.contains(window), "{format:?} shows {window}: {shown}");
                assert!(!format!("{side_data:?}").contains(window));
            }
        }
        let lists = [&digest[..4], sample.stored.as_bytes(), sample.password.as_bytes()];
        for list in lists.map(|bytes| format!("{:?}", &bytes[..4])) {
            assert!(!shown.contains(list.trim_matches(['[', ']'])), "{format:?}: {shown}");
        }
        assert!(!shown.contains('['), "a list of bytes in {format:?}: {shown}");
    }
}

#[test]
fn bare_hexadecimal_is_never_guessed_at() {
    for len in [16, 32, 40, 56, 64, 96, 128] {
        let text = "5f4dcc3b5aa765d6".repeat(8)[..len].to_owned();
        let error = PasswordHash::parse(&text).unwrap_err();
        match error.kind() {
            ParseErrorKind::Untagged(slugs) => assert!(len == 16 || slugs.len() > 1),
            other => panic!("{len} digits: {other:?}"),
        }
    }
    let error = PasswordHash::parse("5f4dcc3b5aa765d61d8327deb882cf99").unwrap_err();
    let ParseErrorKind::Untagged(slugs) = error.kind() else { panic!("{error}") };
    assert!(slugs.contains(&"md5") && slugs.contains(&"vbulletin"), "{slugs:?}");
}

#[test]
fn odd_passwords_do_what_the_format_says() {
    for (format, sample, hash) in hashes() {
        let slug = format.slug();
        let edges = edges(slug, sample.stored);
        // Empty: a password like any other, and never that of a hash of something else.
        assert!(!opens(&hash, sample, "").unwrap(), "{slug}");
        // What lies beyond what a format sees, it does not see.
        for seen in [7, 8, 14, 71, 72] {
            // No letter twice in a row: one bcrypt cannot tell a password from itself twice.
            let letters = |n: usize| (b'a'..=b'z').cycle().take(n).collect::<Vec<u8>>();
            let a = derived(&hash, sample, &letters(seen));
            let b = derived(&hash, sample, &letters(seen + 1));
            assert_eq!(a == b, seen >= edges.sees, "{slug} at {seen} bytes");
        }
        // Not UTF-8: bytes are bytes.
        assert!(!opens(&hash, sample, [0xff, 0xfe, 0x80]).unwrap(), "{slug}");
        let (latin1, utf8) = (b"caf\xe9", "café".as_bytes());
        assert_ne!(derived(&hash, sample, latin1), derived(&hash, sample, utf8), "{slug}");
        let nul = [sample.password.as_bytes(), b"\0x"].concat();
        match opens(&hash, sample, &nul) {
            Err(VerifyError::PasswordHasNul) => assert!(edges.nul_refused, "{slug}"),
            verdict => assert!(!verdict.unwrap() && !edges.nul_refused, "{slug}"),
        }
        let long = vec![b'a'; Limits::DEFAULT.password_bytes_max + 1];
        let max = edges.password_bytes_max;
        let refused = Err(VerifyError::PasswordTooLong { max });
        assert_eq!(opens(&hash, sample, &long), refused, "{slug}");
    }
}

const NEEDLE: &str = "QxZjKv";

fn assert_silent(shown: &str, of: &str) {
    for window in NEEDLE.as_bytes().windows(3) {
        let window = str::from_utf8(window).unwrap();
        assert!(!shown.contains(window), "{of}: {shown}");
    }
}

#[test]
fn no_error_tells_the_text_or_the_password() {
    let mut errors = 0;
    for (format, sample) in samples() {
        let mut texts = vec![NEEDLE.to_owned(), format!("{}\n{NEEDLE}", sample.stored)];
        for at in (0..=sample.stored.len()).filter(|at| sample.stored.is_char_boundary(*at)) {
            let (head, tail) = sample.stored.split_at(at);
            texts.push(format!("{head}{NEEDLE}{tail}"));
            texts.push(format!("{head}{NEEDLE}"));
            texts.push(format!("{head}{NEEDLE}é{}", tail.get(3..).unwrap_or_default()));
        }
        for text in texts {
            let beside = PasswordHash::parse_beside(format, &text, &side(sample), &Limits::DEFAULT);
            for error in [beside.err(), PasswordHash::parse(&text).err()].into_iter().flatten() {
                assert_silent(&format!("{error} {error:?}"), format.slug());
                errors += 1;
            }
            let json = serde_json::to_string(&text).unwrap();
            if let Err(error) = serde_json::from_str::<PasswordHash>(&json) {
                assert_silent(&format!("{error} {error:?}"), format.slug());
            }
            for candidate in hashlift::identify(&text) {
                assert_silent(&format!("{:?}", candidate.evidence), format.slug());
            }
        }
        let hash = read(format, sample);
        for password in [format!("{NEEDLE}\0"), NEEDLE.repeat(800)] {
            if let Err(error) = opens(&hash, sample, &password) {
                assert_silent(&format!("{error} {error:?}"), format.slug());
            }
            assert_silent(&format!("{:?}", policy().hash(password.as_bytes())), format.slug());
        }
    }
    println!("{errors} errors looked at");
    assert!(errors > 10_000);
}

#[test]
fn side_data_that_is_not_understood_is_named_by_its_key_alone() {
    for key in ["rounds", "mem_cost", "cost_cpu", "length"] {
        let error = hashlift::Side::from_pairs([(key, NEEDLE)]).unwrap_err();
        assert_silent(&format!("{error} {error:?}"), key);
    }
    for (format, sample) in samples().filter(|(_, sample)| !sample.side.is_empty()) {
        for (key, _) in sample.side {
            let pairs = sample.side.iter().map(|(k, v)| (*k, if k == key { NEEDLE } else { *v }));
            let Ok(side) = hashlift::Side::from_pairs(pairs) else { continue };
            let reading =
                PasswordHash::parse_beside(format, sample.stored, &side, &Limits::DEFAULT);
            match reading {
                Ok(hash) => {
                    let keys = side.keyring(&hash).unwrap();
                    let password = sample.password.as_bytes();
                    let verdict = hash.verify_with(password, &keys, &Limits::DEFAULT);
                    assert!(!verdict.unwrap(), "{format:?} {key}")
                }
                Err(error) => assert_silent(&format!("{error} {error:?}"), key),
            }
        }
    }
}

#[test]
fn what_a_format_needs_is_what_it_misses() {
    for (format, sample) in samples() {
        for (without, _) in sample.side {
            let pairs = sample.side.iter().copied().filter(|(key, _)| key != without);
            let side = hashlift::Side::from_pairs(pairs).unwrap();
            let error = PasswordHash::parse_beside(format, sample.stored, &side, &Limits::DEFAULT)
                .unwrap_err();
            assert!(format.needs().contains(without), "{format:?}");
            assert!(matches!(error.kind(), ParseErrorKind::MissingSide { key } if key == without));
        }
        assert_eq!(format.needs().len(), sample.side.len(), "{format:?}");
    }
}
