//! The work of a login, counted; the decisions of a policy, cell by cell.
use super::*;
use crate::algorithm::Cost;
use crate::error::DeriveError;
use crate::format::Format;
use crate::hash::count;
use crate::secret::SecretBytes;
use crate::side::Side;

const PASSWORD: &[u8] = b"correct horse";

/// 128 KiB, two passes, one lane: unlike any legacy setting of these tests.
fn policy() -> Policy {
    Policy::OWASP.with_costs(128, 2, 1)
}

fn cost(memory_kib: u64, passes: u64) -> Cost {
    Cost { rounds: memory_kib * passes, memory_kib }
}

fn target() -> Cost {
    cost(128, 2)
}

fn ring(ids: &[&str]) -> Keyring {
    ids.iter().fold(Keyring::EMPTY, |ring, id| {
        let key = SecretBytes::new(format!("the pepper called {id}").into_bytes());
        ring.with(KeyId::new(id.as_bytes()).unwrap(), key)
    })
}

/// A hash of `PASSWORD` by Argon2 at these costs.
fn argon2(memory_kib: u32, passes: u32) -> PasswordHash {
    Policy::OWASP.with_costs(memory_kib, passes, 1).hash(PASSWORD).unwrap()
}

/// Of `PASSWORD`, by Python's hashlib.
const SHA: &str = "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=";

fn fast() -> PasswordHash {
    PasswordHash::parse(SHA).unwrap()
}

/// A legacy hash that costs something: 1000 rounds of md5crypt, of another password.
const MD5CRYPT: &str = "$1$QJB7lZm6$6OwXfPFRCG0UIj1SK0Mnk0";
const BCRYPT: &str = "$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m";

/// What a login comes to, and what it derived.
fn walk(
    policy: &Policy,
    account: Account<'_>,
    password: &[u8],
    keys: &Keyring,
) -> (Login, Vec<Cost>) {
    count::take();
    let login = policy.login(account, password, keys);
    (login, count::take())
}

#[test]
fn every_failed_login_costs_one_derivation_at_the_policys_price() {
    let long = vec![b'a'; 5000];
    let (new, stronger) = (argon2(128, 2), argon2(256, 2));
    let wrapped = policy().wrap(&fast()).unwrap().unwrap();
    let mut peppered = argon2(128, 2).to_string();
    peppered = peppered.replace("p=1$", "p=1,keyid=azE$");
    let text = Account::Text;
    let [sha, md5, bcrypt] =
        [Cost::rounds(1), Cost::rounds(1000), Cost { rounds: 32, memory_kib: 4 }];
    type Case<'a> = (&'a str, Account<'a>, &'a [u8], Vec<Cost>);
    let weaker = argon2(64, 1);
    let cases: [Case<'_>; 18] = [
        ("an unknown user", Account::Unknown, b"wrong", vec![target()]),
        ("no password", Account::Unknown, b"", vec![target()]),
        ("a locked marker", text("!"), b"wrong", vec![target()]),
        ("an empty column", text(""), b"", vec![target()]),
        ("a malformed hash", text("$2b$05$short"), b"wrong", vec![target()]),
        ("a bare digest", text("5f4dcc3b5aa765d61d8327deb882cf99"), b"x", vec![target()]),
        ("a cost bomb", text("$2b$31$hgBoX6k7F46.2yK6b7N7x."), b"x", vec![target()]),
        ("a password that is too long", Account::Hash(&new), &long, vec![target()]),
        ("the same, of an unknown user", Account::Unknown, &long, vec![target()]),
        ("a NUL on bcrypt", text(BCRYPT), b"wrong\0", vec![target()]),
        ("a pepper that is not there", text(&peppered), b"wrong", vec![target()]),
        // What can still show is the cost of the legacy hash, on top.
        ("a fast legacy hash", text(SHA), b"wrong", vec![sha, target()]),
        ("an expensive legacy hash", text(MD5CRYPT), b"wrong", vec![md5, target()]),
        ("bcrypt", text(BCRYPT), b"wrong", vec![bcrypt, target()]),
        ("a weaker Argon2", Account::Hash(&weaker), b"wrong", vec![cost(64, 1), target()]),
        ("the target", Account::Hash(&new), b"wrong", vec![target()]),
        ("a stronger hash", Account::Hash(&stronger), b"wrong", vec![cost(256, 2)]),
        ("a wrapped hash", Account::Hash(&wrapped), b"wrong", vec![sha.then(target())]),
    ];
    for (name, account, password, expected) in cases {
        let (login, done) = walk(&policy(), account, password, &Keyring::EMPTY);
        assert!(matches!(login.outcome, Outcome::Mismatch), "{name}");
        assert_eq!(done, expected, "{name}");
    }
}

#[test]
fn a_known_user_does_not_cost_two_while_a_pepper_is_rotated() {
    let keys = ring(&["k1", "k2"]);
    let old = policy().with_pepper("k1").hash_with(PASSWORD, &keys).unwrap();
    let new = policy().with_pepper("k2");
    let (_, done) = walk(&new, Account::Hash(&old), b"wrong", &keys);
    assert_eq!(done, [target()]);
    let (_, done) = walk(&new, Account::Unknown, b"wrong", &keys);
    assert_eq!(done, [target()]);
    // A larger wrapping has paid as well; a smaller one has not.
    for (kib, expected) in [(256, vec![1 + 512]), (64, vec![1 + 128, 256])] {
        let wrapped = policy().with_costs(kib, 2, 1).wrap(&fast()).unwrap().unwrap();
        let (_, done) = walk(&policy(), Account::Hash(&wrapped), b"wrong", &Keyring::EMPTY);
        assert_eq!(done.iter().map(|cost| cost.rounds).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_locked_marker_is_verified_by_nothing_and_costs_the_decoy() {
    for marker in ["*", "!", "*LK*", "x", ""] {
        let (login, done) = walk(&policy(), Account::Text(marker), PASSWORD, &Keyring::EMPTY);
        assert!(matches!(login.outcome, Outcome::Mismatch));
        // The cheap "verification" of a marker derives nothing; the decoy does.
        assert_eq!(done, [target()], "{marker:?}");
        assert!(login.unreadable.is_none() && login.failed.is_none());
    }
}

#[test]
fn a_login_that_succeeds_costs_what_one_that_fails_does() {
    let hashes = [argon2(128, 2), argon2(64, 1), fast(), policy().wrap(&fast()).unwrap().unwrap()];
    for hash in hashes {
        let (login, right) = walk(&policy(), Account::Hash(&hash), PASSWORD, &Keyring::EMPTY);
        assert!(!matches!(login.outcome, Outcome::Mismatch), "{hash:?}");
        let (_, wrong) = walk(&policy(), Account::Hash(&hash), b"wrong", &Keyring::EMPTY);
        // An upgrade is the derivation that a failure spends on the decoy; out of a wrapped hash,
        // which has paid already, it comes on top.
        let extra = usize::from(matches!(hash, PasswordHash::Wrapped(_)));
        assert_eq!(right.len(), wrong.len() + extra, "{hash:?}");
        assert_eq!(right[..wrong.len()], wrong, "{hash:?}");
    }
}

#[test]
fn a_misconfigured_pepper_does_not_make_the_decoy_free() {
    let policy = policy().with_pepper("gone");
    let (_, done) = walk(&policy, Account::Unknown, b"wrong", &Keyring::EMPTY);
    assert_eq!(done, [target()]);
    let (_, done) = walk(&policy, Account::Hash(&fast()), b"wrong", &Keyring::EMPTY);
    assert_eq!(done, [Cost::rounds(1), target()]);
}

#[test]
fn what_went_wrong_is_told_to_the_log() {
    let login = policy().login(Account::Text("$2b$05$short"), b"x", &Keyring::EMPTY);
    assert_eq!(login.unreadable.unwrap().name(), "malformed");
    let login = policy().login(Account::Text(BCRYPT), b"x\0", &Keyring::EMPTY);
    assert_eq!(login.failed, Some(VerifyError::PasswordHasNul));
    let login = policy().login(Account::Text(MD5CRYPT), &[b'a'; 513], &Keyring::EMPTY);
    assert_eq!(login.failed, Some(VerifyError::PasswordTooLong { max: 512 }));
}

#[test]
fn an_upgrade_that_fails_does_not_fail_the_login() {
    // The policy's pepper is not in the ring: no new hash can be made.
    let policy = policy().with_pepper("gone");
    assert!(policy.hash(PASSWORD).is_err());
    let login = policy.login(Account::Hash(&fast()), PASSWORD, &Keyring::EMPTY);
    assert!(matches!(login.outcome, Outcome::Match) && login.failed.is_none());
    assert!(matches!(policy.check(&fast(), PASSWORD), Ok(Outcome::Match)));
}

fn parsed(text: &str) -> PasswordHash {
    PasswordHash::parse(text).unwrap()
}

#[test]
fn every_reason_has_its_cell() {
    use Reason::{Algorithm, Cost, DigestTooShort, ObsoleteVersion, SaltTooShort, Wrapped};
    let digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let salt = "AAAAAAAAAAAAAAAAAAAAAA";
    let id = |m: u32, t: u32| format!("$argon2id$v=19$m={m},t={t},p=1${salt}${digest}");
    let owasp = Policy::OWASP;
    let cells = [
        (id(19_456, 2), None),
        (id(19_455, 2), Some(Cost)),
        (id(19_456, 1), Some(Cost)),
        (id(65_536, 3), None),
        // OWASP's equals, and what lies just under them.
        (id(47_104, 1), None),
        (id(12_288, 3), None),
        (id(9_216, 4), None),
        (id(7_168, 5), None),
        (id(7_167, 5), Some(Cost)),
        (id(8_192, 4), Some(Cost)),
        (id(12_288, 2), Some(Cost)),
        // Many passes over next to nothing are not strength.
        (id(8, 16), Some(Cost)),
        (id(19_456, 2).replace("argon2id", "argon2i"), Some(Algorithm)),
        (id(262_144, 3).replace("argon2id", "argon2d"), Some(Algorithm)),
        (id(19_456, 2).replace("v=19", "v=16"), Some(ObsoleteVersion)),
        (id(19_456, 2).replace("$v=19", ""), Some(ObsoleteVersion)),
        (id(19_456, 2).replacen(salt, "AAAAAAAAAAAAAAAA", 1), Some(SaltTooShort)),
        (id(19_456, 2).replace(digest, "AAAAAAAAAAAAAAAA"), Some(DigestTooShort)),
        (BCRYPT.replace("$05$", "$15$"), Some(Algorithm)),
        (MD5CRYPT.to_owned(), Some(Algorithm)),
        ("*".to_owned(), None),
        // OWASP's scrypt and its equals.
        (format!("$scrypt$ln=17,r=8,p=1$AAAA${digest}"), None),
        (format!("$scrypt$ln=16,r=8,p=2$AAAA${digest}"), None),
        (format!("$scrypt$ln=16,r=8,p=1$AAAA${digest}"), Some(Algorithm)),
        (format!("$scrypt$ln=14,r=8,p=5$AAAA${digest}"), None),
        (format!("$scrypt$ln=13,r=8,p=10$AAAA${digest}"), None),
        (format!("$scrypt$ln=13,r=8,p=9$AAAA${digest}"), Some(Algorithm)),
        (format!("$scrypt$ln=12,r=8,p=16$AAAA${digest}"), Some(Algorithm)),
        (owasp.with_costs(64, 1, 1).wrap(&fast()).unwrap().unwrap().to_string(), Some(Wrapped)),
    ];
    for (text, expected) in cells {
        assert_eq!(Policy::OWASP.reason(&parsed(&text)), expected, "{text}");
    }
    let mut strict = Policy::OWASP;
    strict.keep_strong_scrypt = false;
    let scrypt = parsed(&format!("$scrypt$ln=17,r=8,p=1$AAAA${digest}"));
    assert_eq!(strict.reason(&scrypt), Some(Algorithm));
}

#[test]
fn every_sample_has_a_reason_under_every_profile() {
    for profile in ["owasp", "rfc9106-low-memory", "interactive", "moderate"] {
        let policy = Policy::named(profile).unwrap();
        for format in Format::all() {
            for sample in format.samples() {
                let side = Side::from_pairs(sample.side.iter().copied()).unwrap();
                let hash =
                    PasswordHash::parse_beside(format, sample.stored, &side, &Limits::DEFAULT);
                // No sample is at a cost that a profile would keep.
                assert!(policy.reason(&hash.unwrap()).is_some(), "{profile} {format:?}");
            }
        }
    }
}

/// One login under each policy in turn, and what was written.
fn take_turns(policies: &[Policy], mut hash: PasswordHash, keys: &Keyring) -> (PasswordHash, u32) {
    let mut written = 0;
    for policy in policies.iter().cycle().take(policies.len() * 5) {
        if let Outcome::Upgrade(new) = policy.check_with(&hash, PASSWORD, keys).unwrap() {
            (hash, written) = (new, written + 1);
        }
    }
    (hash, written)
}

#[test]
fn two_policies_do_not_take_turns_at_a_user() {
    let (weak, strong) = (policy(), policy().with_costs(256, 2, 1));
    let (hash, written) =
        take_turns(&[weak.clone(), strong.clone()], argon2(128, 2), &Keyring::EMPTY);
    assert_eq!((hash.cost(), written), (cost(256, 2), 1));
    let (hash, written) = take_turns(&[strong, weak], fast(), &Keyring::EMPTY);
    assert_eq!((hash.cost(), written), (cost(256, 2), 1));
    // Neither has at least both of the other's: more memory here, more passes there. OWASP's
    // equals stand among them, whose order is their own.
    let odd =
        [(1000, 1), (400, 3), (250, 4), (160, 7), (100, 12), (7_168, 5), (9_500, 2), (12_288, 3)];
    for a in odd {
        for b in odd {
            for c in odd {
                let all = [a, b, c].map(|(m, t)| Policy::OWASP.with_costs(m, t, 1));
                // Decided from the costs alone: no derivation is needed to follow the writes.
                let (mut at, mut written) = (a, 0);
                for policy in all.iter().cycle().take(15) {
                    if !policy.costs_suffice(at.0, at.1) {
                        (at, written) = ((policy.memory_kib, policy.passes), written + 1);
                    }
                }
                assert!(written <= 2, "{a:?} {b:?} {c:?}: {written} writes");
            }
        }
    }
}

#[test]
fn an_upgrade_never_lowers_the_cost_nor_drops_the_pepper() {
    let keys = ring(&["k1"]);
    let peppered = policy().with_pepper("k1");
    let costly = policy().with_costs(256, 2, 1);
    let (hash, written) = take_turns(&[peppered, costly], fast(), &keys);
    assert_eq!((hash.cost(), written), (cost(256, 2), 2));
    assert_eq!(hash.key_id(), KeyId::new(b"k1").as_ref());
    // Out of a costly wrapping as well.
    let wrapped = policy().with_costs(256, 2, 1).wrap(&fast()).unwrap().unwrap();
    let Outcome::Upgrade(new) = policy().check(&wrapped, PASSWORD).unwrap() else { panic!() };
    assert_eq!(new.cost(), cost(256, 2));
}

#[test]
fn peppers_come_and_go_by_their_ids() {
    let (old, new) = (policy().with_pepper("k1"), policy().with_pepper("k2"));
    let both = ring(&["k1", "k2"]);
    let hash = old.hash_with(PASSWORD, &both).unwrap();
    assert_eq!(old.reason(&hash), None);
    assert_eq!(new.reason(&hash), Some(Reason::PepperRetired));
    assert_eq!(new.reason(&argon2(128, 2)), Some(Reason::PepperMissing));
    // A policy without a pepper leaves a peppered hash alone.
    assert_eq!(policy().reason(&hash), None);
    let Outcome::Upgrade(rotated) = new.check_with(&hash, PASSWORD, &both).unwrap() else {
        panic!("a retired pepper is replaced");
    };
    assert_eq!(rotated.key_id(), KeyId::new(b"k2").as_ref());
    assert!(rotated.verify_with(PASSWORD, &ring(&["k2"]), &Limits::DEFAULT).unwrap());
    // The ring without the key, and the ring with another key of that name.
    let missing = DeriveError::MissingKey { id: KeyId::new(b"k1").unwrap() };
    let verdict = hash.verify_with(PASSWORD, &ring(&["k2"]), &Limits::DEFAULT);
    assert_eq!(verdict, Err(VerifyError::Derive(missing.clone())));
    let other = Keyring::EMPTY.with(KeyId::new(b"k1").unwrap(), SecretBytes::new(vec![1; 16]));
    assert_eq!(hash.verify_with(PASSWORD, &other, &Limits::DEFAULT), Ok(false));
    assert_eq!(old.hash(PASSWORD).unwrap_err(), HashError::Derive(missing));
    assert!(matches!(policy().with_pepper("123456789").hash(PASSWORD), Err(HashError::Setting(_))));
}

#[test]
fn wrapping_uses_the_pepper_too() {
    let policy = policy().with_pepper("k1");
    let wrapped = policy.wrap_with(&fast(), &ring(&["k1"])).unwrap().unwrap();
    assert_eq!(wrapped.key_id(), KeyId::new(b"k1").as_ref());
    assert!(wrapped.verify_with(PASSWORD, &ring(&["k1"]), &Limits::DEFAULT).unwrap());
    assert!(wrapped.verify(PASSWORD).is_err());
    assert!(policy.wrap(&fast()).is_err());
}

#[test]
fn a_policy_reads_what_it_writes_and_refuses_what_it_does_not_know() {
    let policy = Policy::INTERACTIVE.with_pepper("k1");
    let json = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
    assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::OWASP);
    assert!(serde_json::from_str::<Policy>(r#"{"memory": 1}"#).is_err());
}

#[test]
fn a_policy_that_could_not_be_verified_makes_no_hash() {
    let beyond = Policy::OWASP.with_costs(262_145, 1, 1);
    assert!(matches!(beyond.hash(PASSWORD), Err(HashError::OverLimit(_))));
    assert!(matches!(Policy::OWASP.with_costs(7, 1, 1).hash(PASSWORD), Err(HashError::Setting(_))));
    let long = vec![b'a'; 4097];
    assert_eq!(policy().hash(&long).unwrap_err(), HashError::PasswordTooLong { max: 4096 });
    for name in ["owasp", "rfc9106-low-memory", "interactive", "moderate"] {
        assert!(Policy::named(name).unwrap().setting([0; 16]).is_ok(), "{name}");
    }
}

#[test]
fn salts_are_not_used_twice() {
    let salts: std::collections::HashSet<_> = (0..1000).map(|_| random_salt().unwrap()).collect();
    assert_eq!(salts.len(), 1000);
}
