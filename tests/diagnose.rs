//! Made cases, each with a mistake in it and the answer that explains it; and bounds that hold.
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
use common::decode_base64;
use hashlift::{Diagnosis, Effort, Format, Limits, Side, Verdict, diagnose, diagnose_as};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A line of `tests/diagnose/cases.jsonl`; `tests/diagnose/make.py` made it.
#[derive(Deserialize)]
struct Case {
    mistake: String,
    hash: String,
    password: Option<String>,
    password_b64: Option<String>,
    format: Option<String>,
    #[serde(default)]
    side: Side,
    verdict: String,
    /// What the answer must say: of the reading if there is one, or else of what was ruled out.
    reading: Vec<String>,
}

impl Case {
    fn password(&self) -> Vec<u8> {
        match (&self.password, &self.password_b64) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, base64) => decode_base64(base64.as_ref().unwrap()),
        }
    }

    fn diagnose(&self, effort: Effort) -> Diagnosis {
        match self.format.as_deref() {
            Some(slug) => {
                let format = Format::named(slug).expect(slug);
                diagnose_as(format, &self.hash, &self.password(), &self.side, effort)
            }
            None => diagnose(&self.hash, &self.password(), &self.side, effort),
        }
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let text = include_str!("diagnose/cases.jsonl");
    text.lines().map(|line| serde_json::from_str(line).expect(line))
}

/// Every case with its diagnosis, made once for all tests.
fn diagnosed() -> &'static [(Case, Diagnosis)] {
    static ALL: LazyLock<Vec<(Case, Diagnosis)>> = LazyLock::new(|| {
        let with = |case: Case| {
            let diagnosis = case.diagnose(Effort::DEFAULT);
            (case, diagnosis)
        };
        cases().map(with).collect()
    });
    &ALL
}

fn told(diagnosis: &Diagnosis) -> String {
    match &diagnosis.reading {
        Some(reading) => reading.to_string(),
        None => diagnosis.advice(),
    }
}

#[test]
fn every_mistake_is_explained_in_its_own_words() {
    let (mut wrong, mut mistakes) = (Vec::new(), BTreeMap::<String, u64>::new());
    for (case, diagnosis) in diagnosed() {
        let told = told(diagnosis);
        let most = mistakes.entry(case.mistake.clone()).or_default();
        *most = diagnosis.tried.max(*most);
        let right = diagnosis.verdict.as_str() == case.verdict
            && case.reading.iter().all(|word| told.contains(word));
        if !right {
            wrong.push(format!(
                "{} {:?} {:.70} {:?}: {:?} {told}, {} tried",
                case.mistake,
                case.format,
                case.hash,
                case.reading,
                diagnosis.verdict,
                diagnosis.tried
            ));
        }
    }
    println!("most attempts by mistake: {mistakes:?}");
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    assert!(mistakes.len() > 50, "{}", mistakes.len());
}

#[test]
fn neither_attempts_nor_work_go_over_their_bounds() {
    for case in cases() {
        for (attempts, work) in [(0, 1000), (1, u64::MAX), (7, 100_000), (1000, 0), (1000, 5000)] {
            let diagnosis = case.diagnose(Effort::DEFAULT.with_bounds(attempts, work));
            assert!(diagnosis.tried <= attempts, "{} {}", case.mistake, diagnosis.tried);
            assert!(diagnosis.work <= work, "{} {}", case.mistake, diagnosis.work);
            let found = diagnosis.reading.is_some();
            assert_eq!(found, diagnosis.verdict != Verdict::Unexplained);
        }
    }
}

#[test]
fn hostile_texts_and_side_data_stay_within_the_bounds() {
    let effort = Effort::DEFAULT.with_bounds(500, 300_000);
    let long = "a".repeat(1024);
    let texts = [
        "$2y$31$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC".to_owned(),
        "$argon2id$v=19$m=262144,t=4,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        "pbkdf2_sha256$4294967295$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(),
        "$6$rounds=999999$saltstring$".to_owned(),
        "%24".repeat(300),
        "\"'\"'".repeat(200),
        "::".repeat(500),
        "$".repeat(1000),
        "0".repeat(127),
        "f".repeat(1000),
        "é".repeat(500),
        format!("{long}:{long}"),
        "x".repeat(1 << 20),
        String::new(),
    ];
    let side = Side::from_pairs([
        ("salt", long.as_str()),
        ("pepper", &long),
        ("site_salt", &long),
        ("legacy_salt", &long),
        ("username", &long),
        ("salt_separator", &long),
        ("signer_key", &long),
        ("rounds", "18446744073709551615"),
        ("mem_cost", "18446744073709551615"),
        ("cost_cpu", "20"),
        ("cost_memory", "4294967295"),
        ("cost_parallel", "18446744073709551615"),
        ("length", "18446744073709551615"),
        ("iterations", "18446744073709551615"),
        ("algorithm", "sha512"),
        ("key_id", &long),
        ("secret_b64", "!"),
    ])
    .unwrap();
    for text in &texts {
        for password in [&b""[..], b"\0", b"\xff\xfe", long.as_bytes(), &[b'p'; 5000]] {
            for side in [&Side::NONE, &side] {
                let diagnosis = diagnose(text, password, side, effort);
                assert!(diagnosis.tried <= effort.attempts && diagnosis.work <= effort.work);
                assert_eq!(diagnosis.verdict, Verdict::Unexplained, "{text:.60}");
                assert!(diagnosis.advice().len() < 2000);
            }
        }
    }
    let all = Effort::DEFAULT.with_limits(Limits::STRICT);
    let refused = diagnose(&texts[0], b"password", &Side::NONE, all);
    assert_eq!((refused.tried, refused.work), (0, 0));
    assert!(refused.advice().contains("limit"), "{}", refused.advice());
}

#[test]
fn an_answer_holds_no_secret() {
    for (case, diagnosis) in diagnosed() {
        let all = format!("{diagnosis:?} {} {}", told(diagnosis), diagnosis.advice());
        let side = [&case.side.salt, &case.side.salt_separator].into_iter().flatten();
        let keys = [&case.side.pepper, &case.side.site_salt, &case.side.signer_key];
        let keys = keys.into_iter().flatten().map(|key| key.to_string());
        let mut secrets: Vec<String> = side.cloned().chain(keys).collect();
        secrets.extend([case.hash.clone(), String::from_utf8_lossy(&case.password()).into_owned()]);
        for secret in secrets.iter().filter(|secret| secret.len() > 4) {
            assert!(!all.contains(secret.as_str()), "{} tells: {all}", case.mistake);
        }
    }
}

#[test]
fn what_is_found_can_be_imported_and_verifies() {
    let mut imported = 0;
    for (case, diagnosis) in diagnosed() {
        let Some(reading) = &diagnosis.reading else { continue };
        let treated =
            reading.deviations.iter().any(|d| matches!(d, hashlift::Deviation::Password(_)));
        let Some(hash) = reading.hash().filter(|_| reading.is_importable() && !treated) else {
            continue;
        };
        let again: hashlift::PasswordHash = hash.to_string().parse().unwrap();
        let keys = case.side.keyring(&again).unwrap();
        assert!(again.verify_with(&case.password(), &keys, &Limits::DEFAULT).unwrap());
        imported += 1;
    }
    assert!(imported > 80, "{imported}");
}
