//! Known answers of other implementations: no wrong verdict, and no refusal without a rule.
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
use common::{Record, records};
use hashlift::{Limits, VerifyError};
use std::collections::BTreeMap;

/// The rules that let us refuse a password which its maker accepts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Refusal {
    /// bcrypt and the crypt(3) family stop at a NUL or cycle over it.
    NulInBcryptOrCrypt,
    /// The password is over `password_bytes_max`.
    PasswordOverCeiling,
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Match,
    NoMatch,
    Refused(Refusal),
    Malformed,
}

fn verdict(record: &Record) -> Verdict {
    let Ok(hash) = record.parse() else { return Verdict::Malformed };
    let keys = record.side().keyring(&hash).expect("the secret is base64");
    match hash.verify_with(&record.password(), &keys, &Limits::DEFAULT) {
        Ok(true) => Verdict::Match,
        Ok(false) => Verdict::NoMatch,
        Err(VerifyError::PasswordHasNul) => Verdict::Refused(Refusal::NulInBcryptOrCrypt),
        Err(VerifyError::PasswordTooLong { .. }) => Verdict::Refused(Refusal::PasswordOverCeiling),
        Err(other) => panic!("{}: {other}", record.id),
    }
}

type Refused = BTreeMap<(String, Refusal), u32>;

/// Every record of the file: what was refused by rule, and how many schemes there are.
fn hold(file: &str) -> (Refused, usize) {
    let records = records(file);
    let mut refused = Refused::new();
    let (mut wrong, mut schemes) = (Vec::new(), BTreeMap::<String, u32>::new());
    for record in &records {
        *schemes.entry(record.scheme.clone()).or_default() += 1;
        match (record.valid, verdict(record)) {
            (true, Verdict::Match) | (false, Verdict::NoMatch | Verdict::Malformed) => {}
            (true, Verdict::Refused(rule)) => {
                *refused.entry((record.scheme.clone(), rule)).or_default() += 1;
            }
            (false, Verdict::Refused(_)) => {}
            (_, verdict) => wrong.push(format!("{} {verdict:?}", record.id)),
        }
    }
    println!(
        "{} records of {} schemes; refused by rule: {refused:?}",
        records.len(),
        schemes.len()
    );
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    (refused, schemes.len())
}

#[test]
fn no_wrong_answer_and_refusals_by_rule_alone() {
    let (refused, schemes) = hold("core.jsonl");
    assert_eq!(schemes, 61);
    let expected = BTreeMap::from([
        // A hash of pyca/bcrypt, which takes a NUL for data.
        (("bcrypt".to_owned(), Refusal::NulInBcryptOrCrypt), 1),
        // 4097 bytes, of which bcrypt would see 72.
        (("bcrypt".to_owned(), Refusal::PasswordOverCeiling), 1),
    ]);
    assert_eq!(refused, expected);
}

#[test]
fn no_wrong_answer_of_frameworks_and_auth_servers() {
    assert_eq!(hold("web.jsonl"), (Refused::new(), 12));
}

#[test]
fn no_wrong_answer_of_yescrypt_and_sunmd5() {
    assert_eq!(hold("yescrypt.jsonl"), (Refused::new(), 3));
}

#[test]
fn no_wrong_answer_beyond_the_core() {
    assert_eq!(hold("more.jsonl"), (Refused::new(), 16));
}

#[test]
fn no_wrong_answer_of_des_and_windows() {
    assert_eq!(hold("crypt3.jsonl"), (Refused::new(), 13));
}

#[test]
fn no_wrong_answer_of_content_systems_forums_and_shops() {
    assert_eq!(hold("cms.jsonl"), (Refused::new(), 18));
}

#[test]
fn no_wrong_answer_for_databases_directories_and_ory() {
    assert_eq!(hold("data.jsonl"), (Refused::new(), 26));
}

#[test]
fn no_wrong_answer_for_the_rest_of_the_catalogue() {
    assert_eq!(hold("catalogue.jsonl"), (Refused::new(), 48));
}
