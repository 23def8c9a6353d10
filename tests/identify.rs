//! `identify` held to a table: every scheme of the known answers is named, tagged ones first.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test stops where it fails"
)]
mod common;
use common::{Record, records};
use hashlift::{
    Candidate, Claim, Evidence, Neighbours, Side, identify, identify_among, identify_beside,
};
use std::collections::BTreeMap;

/// Schemes whose texts carry no tag of their own: bare digests, and notations that several systems
/// share. The right one must be named; every other scheme must come first, by its tag.
const BARE: &[&str] = &[
    "appwrite_phpass_bcrypt",
    "appwrite_scrypt_modified",
    "aspnet_identity_v2",
    "aspnet_identity_v3",
    "bcrypt_sha1hex",
    "bcrypt_sha512_base64",
    "better_auth",
    "bigcrypt",
    "cisco_pix",
    "cisco_type7",
    "clerk_bcrypt_peppered",
    "clerk_pbkdf2",
    "clerk_salted",
    "crypt16",
    "descrypt",
    "devise",
    "django_unsalted_md5",
    "firebase_hmac",
    "firebase_scrypt",
    "flask_bcrypt_long",
    "fusionauth",
    "joomla_md5",
    "keccak-224",
    "keccak-256",
    "keccak-384",
    "keccak-512",
    "libsodium_argon2_str",
    "lmhash",
    "magento1",
    "magento2",
    "magento2_keyed",
    "md5",
    "md5_pass_salt",
    "md5_salt_md5pass",
    "md5_salt_pass",
    "mediawiki_user_id",
    "moodle",
    "msdcc",
    "msdcc2",
    "mybb_ipb",
    "mysql323",
    "nextcloud",
    "nthash",
    "oracle10",
    "phpbb3",
    "rocketchat_meteor",
    "scrypt_params",
    "scrypt_ruby",
    // PostgreSQL's text, which PgBouncer keeps as it is.
    "scram_sha256_pgbouncer",
    "sha1",
    "sha1_pass_salt",
    "sha1_salt_pass",
    "sha1_salt_sha1pass",
    "sha224",
    "sha256",
    "sha256_pass_salt",
    "sha256_salt_pass",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
    "sha384",
    "sha512",
    "sha512/224",
    "sha512/256",
    "sha512_pass_salt",
    "sha512_salt_pass",
    "smf1",
    "spring_salt_column",
    "spring_secret",
    "symfony_message_digest",
    "symfony_native",
    "symfony_pbkdf2",
    "vbulletin",
    "wcf1",
    "wcf2",
    "xenforo1_sha1",
    "xenforo1_sha256",
];

fn all_records() -> Vec<Record> {
    let folder = format!("{}/tests/vectors", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".jsonl"))
        .collect();
    files.sort();
    files.iter().flat_map(|file| records(file)).collect()
}

fn slugs(candidates: &[Candidate]) -> Vec<&str> {
    candidates.iter().map(|candidate| candidate.format.slug()).collect()
}

#[test]
fn the_right_format_is_first_by_its_tag_or_named() {
    let (mut wrong, mut worst) = (Vec::new(), BTreeMap::<String, usize>::new());
    for record in all_records().iter().filter(|record| record.kind == "positive") {
        let candidates = identify_beside(&record.hash, record.side());
        let slug = record.format().slug();
        match candidates.iter().position(|it| it.format.slug() == slug) {
            Some(0) if candidates[0].claim == Claim::Tagged => {}
            Some(place) if BARE.contains(&record.scheme.as_str()) => {
                let worst = worst.entry(record.scheme.clone()).or_default();
                *worst = place.max(*worst);
            }
            place => wrong.push(format!("{} at {place:?} of {:?}", record.id, slugs(&candidates))),
        }
    }
    println!("places of bare ones, from 0: {worst:?}");
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

#[test]
fn every_candidate_has_evidence_and_says_what_is_missing() {
    for record in all_records().iter().filter(|record| record.kind == "positive") {
        for candidate in identify(&record.hash) {
            assert!(!candidate.evidence.is_empty());
            assert!(candidate.missing.iter().all(|key| candidate.format.needs().contains(key)));
            let reads = candidate.evidence.contains(&Evidence::Reads);
            assert_eq!(candidate.cost.is_some(), reads, "{} {candidate:?}", record.id);
        }
    }
}

const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

fn evidence<'a>(candidates: &'a [Candidate], slug: &str) -> &'a [Evidence] {
    let found = candidates.iter().find(|candidate| candidate.format.slug() == slug);
    &found.unwrap_or_else(|| panic!("no {slug} in {:?}", slugs(candidates))).evidence
}

#[test]
fn letters_in_the_case_that_a_system_does_not_write_count_against_it() {
    let fits =
        |text: &str, fits| evidence(&identify(text), "md5").contains(&Evidence::Case { fits });
    assert!(fits(MD5, true));
    assert!(fits(&MD5.to_uppercase(), false));
    let digits = identify("12345678901234567890123456789012");
    assert!(!evidence(&digits, "md5").iter().any(|e| matches!(e, Evidence::Case { .. })));
}

#[test]
fn the_empty_password_is_known_at_sight() {
    let of = "the empty password";
    for (slug, text) in [
        ("md5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("sha1", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"),
        ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ] {
        let candidates = identify_beside(text, &Side::salted("salt"));
        assert_eq!(slugs(&candidates)[0], slug, "for all the salt beside it");
        assert!(candidates[0].evidence.contains(&Evidence::Constant { of }));
        // What is certain is not hedged.
        assert!(!candidates[0].evidence.iter().any(|e| matches!(e, Evidence::Alike { .. })));
    }
}

#[test]
fn a_text_that_its_column_cut_is_told() {
    let bcrypt = "$2y$10$.vGA1O9wmRjrwAVXD98HNOgsNpDczlqm3Jq7KnEd1rVAGv3Fykk1a";
    let told = |text: &str| {
        let evidence = identify(text).remove(0).evidence;
        evidence.iter().find_map(|e| match e {
            Evidence::Cut { width } => Some(*width),
            _ => None,
        })
    };
    assert_eq!(told(bcrypt), None);
    assert_eq!(told(&bcrypt[..50]), Some(50));
    assert_eq!(told(&bcrypt[..51]), None);
    let django = "pbkdf2_sha256$1000$8XsC3crxnrlG$7Bt4JVbmh0w+DHz4YSwElXiUbdLlPyC3Bf9sQ0kcHWk=";
    assert_eq!(told(&django[..64]), Some(64));
}

#[test]
fn neighbours_tell_what_a_bare_text_is() {
    let wordpress = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0";
    let column: Vec<_> = [wordpress; 19].into_iter().chain([MD5]).collect();
    let salted = Side::salted("not of this table");
    // A salt in the row would make salted readings likelier; the column says more.
    assert_ne!(identify_beside(MD5, &salted)[0].format.slug(), "md5");
    let neighbours: Neighbours = column.iter().copied().collect();
    let candidates = identify_among(MD5, &salted, &neighbours);
    assert_eq!(candidates[0].format.slug(), "md5");
    let told = Evidence::Neighbours { format: "phpass", percent: 95 };
    assert!(candidates[0].evidence.contains(&told), "{candidates:?}");
    // Fewer than half say nothing, and locked accounts do not count.
    let few: Neighbours = [wordpress, "!", "*", MD5, "x".repeat(32).as_str()].into_iter().collect();
    assert!(
        !evidence(&identify_among(MD5, &salted, &few), "md5")
            .iter()
            .any(|e| matches!(e, Evidence::Neighbours { .. }))
    );
}

#[test]
fn texts_that_repeat_have_no_salt() {
    let column: Neighbours = [MD5, "900150983cd24fb0d6963f7d28e17f72", MD5].into_iter().collect();
    let candidates = identify_among(MD5, &Side::salted("abc"), &column);
    assert_eq!(candidates[0].format.needs(), [""; 0]);
    assert!(evidence(&candidates, "md5").contains(&Evidence::Repeats { fits: true }));
    assert!(evidence(&candidates, "vbulletin").contains(&Evidence::Repeats { fits: false }));
}

#[test]
fn the_length_of_a_salt_tells_systems_apart() {
    let first = |salt: &str| identify_beside(MD5, &Side::salted(salt))[0].format.slug();
    assert_eq!(first("O,h"), "vbulletin");
    assert_eq!(first("SpQD9I6t"), "mybb-ipb");
    assert_eq!(first("4f"), "md5-salt-pass");
}

#[test]
fn columns_that_one_format_alone_has_name_it() {
    let keys = ["salt", "cost_cpu", "cost_memory", "cost_parallel", "length"];
    let side = Side::from_pairs(keys.map(|key| (key, "16"))).unwrap();
    let candidates = identify_beside(MD5, &side);
    assert_eq!(slugs(&candidates)[0], "scrypt-params");
    assert!(candidates[0].evidence.contains(&Evidence::Beside));
    assert!(!slugs(&identify(MD5)).contains(&"scrypt-params"));
}

/// `SHA-1:salt` of a forum was not known at all.
#[test]
fn a_salt_joined_on_with_a_colon_is_seen() {
    let joined = |text: &str| {
        let candidates = identify(text);
        let all = candidates
            .iter()
            .filter(|it| it.evidence.iter().any(|e| matches!(e, Evidence::JoinedSalt { .. })));
        all.map(|it| it.format.slug()).collect::<Vec<_>>()
    };
    let redmine = "c18e826af2a78c7b9b7261452613233417e65817:28246535720688452723483475753333";
    assert_eq!(joined(redmine).first(), Some(&"sha1-salt-sha1pass"), "by its salt of 32");
    let opencart = "058c1c3773340c8563421e2b17e60eb7c916787e:827500576";
    assert!(joined(opencart).contains(&"wcf1"));
    let mybb = "022f7e02b3314f7d0968f73c00ba759f:67588";
    assert_eq!(joined(mybb).first(), Some(&"mybb-ipb"), "by its salt of 5");
    assert_eq!(joined(MD5), Vec::<&str>::new());
    assert_eq!(joined("not hexadecimal:at all"), Vec::<&str>::new());
    assert_eq!(joined(&format!("{MD5}:")), Vec::<&str>::new(), "no salt is no salt");
}

#[test]
fn what_cannot_be_told_apart_is_said() {
    let alike = |candidates: &[Candidate], slug: &str| {
        let all = evidence(candidates, slug).iter();
        all.filter_map(|e| match e {
            Evidence::Alike { others } => Some(others.clone()),
            _ => None,
        })
        .next()
        .unwrap_or_default()
    };
    let candidates = identify(MD5);
    let of_md5 = alike(&candidates, "md5");
    assert!(of_md5.contains(&"vbulletin") && !of_md5.contains(&"md5"), "{of_md5:?}");
    assert_eq!(of_md5.len(), candidates.len() - 1);
    assert!(alike(&identify("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"), "phpass").is_empty());
}

#[test]
fn evidence_reads_as_plain_words() {
    let text = |evidence: Evidence| evidence.to_string();
    assert_eq!(
        text(Evidence::Alike { others: vec!["a", "b", "c", "d", "e"] }),
        "the text alone cannot tell it from a, b, c and 2 more"
    );
    assert_eq!(
        text(Evidence::Cut { width: 50 }),
        "it is 50 bytes long, a usual width of columns: probably cut by its column"
    );
    assert_eq!(text(Evidence::Base64 { bytes: 20, padding: 1 }), "stands for 20 bytes, padded");
}
