//! Many at once: the answers of one at a time, whatever shares its lanes with what.
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
use hashlift::{
    Algorithm, Bcrypt, BcryptIdent, BcryptPrehash, DeriveError, KeyId, Keyring, Limits, Md5Crypt,
    Md5CryptMagic, PasswordHash, Pbkdf2, PhPass, PhPassHash, Prf, Scram, ScramKeep, ScramPrep,
    Sha2Crypt, Sha2CryptVariant, Stored, VerifyError,
};

/// 64 hashes of one shape under as many salts, by what makes one.
fn hashes<A: Algorithm>(
    setting: impl Fn(u8) -> A,
    hash: impl Fn(Stored<A>) -> PasswordHash,
) -> Vec<PasswordHash> {
    let one = |n: u8| {
        let setting = setting(n);
        let digest = setting.derive(&password(n), &Keyring::EMPTY).unwrap();
        hash(Stored::new(setting, digest.expose().to_vec()).unwrap())
    };
    (0..64).map(one).collect()
}

/// Of many lengths, so that lanes differ in how many blocks they take.
fn password(n: u8) -> Vec<u8> {
    (0..n.wrapping_mul(7) % 90).map(|at| b'a' + (at ^ n) % 26).chain([b'!', b'0' + n]).collect()
}

fn bcrypt(n: u8) -> Bcrypt {
    let idents = [BcryptIdent::A, BcryptIdent::B, BcryptIdent::X, BcryptIdent::Y];
    Bcrypt::new(idents[usize::from(n) % 4], 4, [n.wrapping_mul(37); 16]).unwrap()
}

fn salt(n: u8) -> Vec<u8> {
    (0..=n % 8).map(|at| b'a' + (at ^ n) % 26).collect()
}

fn phpass(hash: PhPassHash, n: u8) -> PhPass {
    PhPass::new(hash, 7, [b'a' + n % 26; 8]).unwrap()
}

fn sha2crypt(variant: Sha2CryptVariant, n: u8) -> Sha2Crypt {
    Sha2Crypt::new(variant, Sha2Crypt::ROUNDS_MIN, salt(n)).unwrap()
}

fn pbkdf2(prf: Prf, digest_len: usize, n: u8) -> Pbkdf2 {
    Pbkdf2::new(prf, 2, salt(n), digest_len).unwrap()
}

fn scram(n: u8) -> Scram {
    let preps = [ScramPrep::Raw, ScramPrep::Sasl];
    let keep = ScramKeep::Keys(Prf::Sha256);
    Scram::new(keep, preps[usize::from(n) % 2], 2, salt(n)).unwrap()
}

/// Everything that runs in lanes, at its least cost.
fn every_shape() -> Vec<(&'static str, Vec<PasswordHash>)> {
    let md5crypt = |n| Md5Crypt::new(Md5CryptMagic::Md5, salt(n)).unwrap();
    let apr1 = |n| Md5Crypt::new(Md5CryptMagic::Apr1, salt(n)).unwrap();
    vec![
        ("bcrypt", hashes(bcrypt, PasswordHash::Bcrypt)),
        ("phpass", hashes(|n| phpass(PhPassHash::Md5, n), PasswordHash::PhPass)),
        ("drupal", hashes(|n| phpass(PhPassHash::Sha512, n), PasswordHash::PhPass)),
        ("md5crypt", hashes(md5crypt, PasswordHash::Md5Crypt)),
        ("apr1", hashes(apr1, PasswordHash::Md5Crypt)),
        (
            "sha256crypt",
            hashes(|n| sha2crypt(Sha2CryptVariant::Sha256, n), PasswordHash::Sha2Crypt),
        ),
        (
            "sha512crypt",
            hashes(|n| sha2crypt(Sha2CryptVariant::Sha512, n), PasswordHash::Sha2Crypt),
        ),
        ("pbkdf2-sha1", hashes(|n| pbkdf2(Prf::Sha1, 48, n), PasswordHash::Pbkdf2)),
        ("pbkdf2-sha256", hashes(|n| pbkdf2(Prf::Sha256, 32, n), PasswordHash::Pbkdf2)),
        ("pbkdf2-sha512", hashes(|n| pbkdf2(Prf::Sha512, 64, n), PasswordHash::Pbkdf2)),
        ("scram", hashes(scram, PasswordHash::Scram)),
    ]
}

#[test]
fn one_right_password_among_63_wrong_ones_is_found_in_every_position() {
    for (name, hashes) in every_shape() {
        for right in 0..64 {
            let passwords: Vec<Vec<u8>> =
                (0..64).map(|n| password(if n == right { n } else { n ^ 1 })).collect();
            let pairs: Vec<_> =
                hashes.iter().zip(&passwords).map(|(hash, text)| (hash, text.as_slice())).collect();
            let found = PasswordHash::verify_many(&pairs);
            let expected: Vec<_> = (0..64).map(|n| Ok(n == right)).collect();
            assert_eq!(found, expected, "{name}: {right}");
        }
    }
}

#[test]
fn a_batch_of_any_size_answers_in_its_order() {
    for (name, hashes) in every_shape() {
        for len in 0..=64 {
            let passwords: Vec<Vec<u8>> = (0..len).map(|n| password(n ^ ((n % 3) / 2))).collect();
            let pairs: Vec<_> =
                hashes.iter().zip(&passwords).map(|(hash, text)| (hash, text.as_slice())).collect();
            let expected: Vec<_> = (0..len).map(|n| Ok(n % 3 < 2)).collect();
            assert_eq!(PasswordHash::verify_many(&pairs), expected, "{name}: {len}");
        }
    }
}

#[test]
fn every_known_answer_in_one_batch_is_as_known() {
    let files = ["cms", "core", "crypt3", "data", "more", "web", "yescrypt"];
    let all = files.iter().flat_map(|file| records(&format!("{file}.jsonl")));
    let mut read: Vec<(PasswordHash, Vec<u8>, Record)> = all
        .filter_map(|record| Some((record.parse().ok()?, record.password(), record)))
        .filter(|(hash, ..)| hash.key_ids().is_empty())
        .collect();
    // Neighbours in the files are of one kind: deal them out, so that groups must be gathered.
    read.sort_by_cached_key(|(.., record)| record.id.bytes().rev().collect::<Vec<_>>());
    let pairs: Vec<_> =
        read.iter().map(|(hash, password, _)| (hash, password.as_slice())).collect();
    assert!(pairs.len() > 4000, "{}", pairs.len());
    let found = PasswordHash::verify_many(&pairs);
    assert_eq!(found.len(), pairs.len());
    for ((.., record), found) in read.iter().zip(found) {
        match found {
            Ok(found) => assert_eq!(found, record.valid, "{}", record.id),
            Err(VerifyError::PasswordHasNul | VerifyError::PasswordTooLong { .. }) => {}
            Err(other) => panic!("{}: {other}", record.id),
        }
    }
}

#[test]
fn what_goes_wrong_with_one_goes_wrong_with_it_alone() {
    let good = hashes(bcrypt, PasswordHash::Bcrypt);
    let id = KeyId::new(b"gone").unwrap();
    let peppered = bcrypt(1).with_prehash(BcryptPrehash::Pepper(id.clone()));
    let peppered = PasswordHash::Bcrypt(Stored::new(peppered, vec![1; 23]).unwrap());
    let dear = Bcrypt::new(BcryptIdent::B, 31, [0; 16]).unwrap();
    let dear = PasswordHash::Bcrypt(Stored::new(dear, vec![1; 23]).unwrap());
    let locked = PasswordHash::parse("!").unwrap();
    let long = vec![b'a'; 5000];
    let (first, second) = (password(0), password(1));
    let pairs: Vec<(&PasswordHash, &[u8])> = vec![
        (&peppered, b"a"),
        (&good[0], &first),
        (&dear, b"a"),
        (&good[1], b"a\0b"),
        (&locked, b""),
        (&good[1], &long),
        (&good[1], &second),
    ];
    let found = PasswordHash::verify_many(&pairs);
    assert_eq!(found[0], Err(VerifyError::Derive(DeriveError::MissingKey { id })));
    assert_eq!(found[1], Ok(true));
    assert!(matches!(found[2], Err(VerifyError::OverLimit(over)) if over.param == "bcrypt_cost"));
    assert_eq!(found[3], Err(VerifyError::PasswordHasNul));
    assert_eq!(found[4], Ok(false));
    assert_eq!(
        found[5],
        Err(VerifyError::PasswordTooLong { max: Limits::DEFAULT.password_bytes_max })
    );
    assert_eq!(found[6], Ok(true));
    assert_eq!(found.len(), 7);
}
