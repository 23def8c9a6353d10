//! Lanes against other implementations, and against the plain crates one at a time.
use super::{Derivation, Job};
use crate::lanes::Cpu;
use crate::lanes::testing::{CASES, Random, bound};
use ::md5::Digest;

/// What one lane is given.
#[derive(Clone, Debug)]
struct Input {
    password: Vec<u8>,
    salt: Vec<u8>,
    digest_len: usize,
}

fn in_lanes(derivation: Derivation, cpu: Cpu, inputs: &[Input]) -> Vec<Vec<u8>> {
    let mut digests: Vec<Vec<u8>> = inputs.iter().map(|input| vec![0; input.digest_len]).collect();
    let jobs = inputs.iter().zip(&mut digests);
    let mut jobs: Vec<Job<'_>> = jobs
        .map(|(input, digest)| Job { password: &input.password, salt: &input.salt, digest })
        .collect();
    derivation.run(cpu, &mut jobs);
    digests
}

/// The rounds of crypt(3) as the published code has them.
fn crypt_rounds<H: Digest>(first: Vec<u8>, password: &[u8], salt: &[u8], rounds: u32) -> Vec<u8> {
    (0..rounds).fold(first, |digest, round| {
        let mut hasher = H::new();
        let odd = round % 2 == 1;
        hasher.update(if odd { password } else { &digest });
        if round % 3 != 0 {
            hasher.update(salt);
        }
        if round % 7 != 0 {
            hasher.update(password);
        }
        hasher.update(if odd { &digest } else { password });
        hasher.finalize().to_vec()
    })
}

fn md5crypt(password: &[u8], salt: &[u8], magic: &str, rounds: u32) -> Vec<u8> {
    type H = ::md5::Md5;
    let inner = H::digest([password, salt, password].concat());
    let mut first = [password, magic.as_bytes(), salt].concat();
    first.extend(inner.iter().cycle().take(password.len()));
    let mut bits = password.len();
    while bits > 0 {
        first.push(if bits % 2 == 1 { 0 } else { password[0] });
        bits /= 2;
    }
    crypt_rounds::<H>(H::digest(first).to_vec(), password, salt, rounds)
}

fn sha2crypt<H: Digest>(password: &[u8], salt: &[u8], rounds: u32) -> Vec<u8> {
    let inner = H::digest([password, salt, password].concat());
    let mut first = [password, salt].concat();
    first.extend(inner.iter().cycle().take(password.len()));
    let mut bits = password.len();
    while bits > 0 {
        first.extend(if bits % 2 == 1 { &inner[..] } else { password });
        bits /= 2;
    }
    let first = H::digest(first);
    let repeated = |text: &[u8], times: usize| {
        let digest = H::digest(text.repeat(times));
        digest.iter().copied().cycle().take(text.len()).collect::<Vec<u8>>()
    };
    let password = repeated(password, password.len());
    let salt = repeated(salt, 16 + usize::from(first[0]));
    crypt_rounds::<H>(first.to_vec(), &password, &salt, rounds)
}

fn phpass<H: Digest>(password: &[u8], salt: &[u8], rounds: u64) -> Vec<u8> {
    let first = H::digest([salt, password].concat());
    (0..rounds).fold(first.to_vec(), |digest, _| H::digest([&digest, password].concat()).to_vec())
}

/// By the plain crates, one at a time.
fn plain(derivation: Derivation, input: &Input) -> Vec<u8> {
    let Input { password, salt, digest_len } = input;
    let mut digest = vec![0; *digest_len];
    let found = match derivation {
        Derivation::PhPassMd5 { rounds } => phpass::<::md5::Md5>(password, salt, rounds),
        Derivation::PhPassSha512 { rounds } => phpass::<::sha2::Sha512>(password, salt, rounds),
        Derivation::Md5Crypt { magic, rounds } => md5crypt(password, salt, magic, rounds),
        Derivation::Sha256Crypt { rounds } => sha2crypt::<::sha2::Sha256>(password, salt, rounds),
        Derivation::Sha512Crypt { rounds } => sha2crypt::<::sha2::Sha512>(password, salt, rounds),
        Derivation::Pbkdf2Sha1 { rounds } => {
            ::pbkdf2::pbkdf2_hmac::<::sha1::Sha1>(password, salt, rounds, &mut digest);
            return digest;
        }
        Derivation::Pbkdf2Sha256 { rounds } => {
            ::pbkdf2::pbkdf2_hmac::<::sha2::Sha256>(password, salt, rounds, &mut digest);
            return digest;
        }
        Derivation::Pbkdf2Sha512 { rounds } => {
            ::pbkdf2::pbkdf2_hmac::<::sha2::Sha512>(password, salt, rounds, &mut digest);
            return digest;
        }
    };
    found[..*digest_len].to_vec()
}

/// Bytes of which a few are many: most messages fit one block, and some take several.
fn text(random: &mut Random, few: usize) -> Vec<u8> {
    let many = random.under(16) == 0;
    random.text(if many { 10 * few } else { few })
}

/// Random cases over all numbers of lanes, on each processor in turn.
fn differ(seed: u64, digest_len: Option<usize>, derivation: impl Fn(u32) -> Derivation) {
    let mut random = Random::new(seed);
    let (cpus, mut cases) = (Cpu::every(), 0);
    for batch in 0_usize.. {
        let cpu = cpus[batch % cpus.len()];
        let derivation = derivation(u32::try_from(random.under(bound(1000, 6))).unwrap());
        let jobs = random.under(bound(2 * derivation.width(cpu) + 1, 3)) + 1;
        let input = |_| Input {
            password: text(&mut random, 20),
            salt: text(&mut random, 16),
            digest_len: digest_len.unwrap_or_else(|| 1 + random.under(150)),
        };
        let inputs: Vec<Input> = (0..jobs).map(input).collect();
        let found = in_lanes(derivation, cpu, &inputs);
        for (input, found) in inputs.iter().zip(&found) {
            assert_eq!(*found, plain(derivation, input), "{derivation:?} {cpu:?} {input:?}");
        }
        cases += jobs;
        if cases >= CASES {
            break;
        }
    }
}

#[test]
fn phpass_over_md5_is_that_of_the_plain_crate() {
    differ(1, Some(16), |n| Derivation::PhPassMd5 { rounds: u64::from(n % 7) });
}

#[test]
fn phpass_over_sha512_is_that_of_the_plain_crate() {
    differ(2, Some(33), |n| Derivation::PhPassSha512 { rounds: u64::from(n % 7) });
}

#[test]
fn md5crypt_is_that_of_the_plain_crate() {
    let magics = ["$1$", "$apr1$"];
    differ(3, Some(16), |n| Derivation::Md5Crypt {
        magic: magics[usize::from(n > 500)],
        rounds: n % 23,
    });
}

#[test]
fn sha256crypt_is_that_of_the_plain_crate() {
    differ(4, Some(32), |n| Derivation::Sha256Crypt { rounds: n % 23 });
}

#[test]
fn sha512crypt_is_that_of_the_plain_crate() {
    differ(5, Some(64), |n| Derivation::Sha512Crypt { rounds: n % 23 });
}

#[test]
fn pbkdf2_over_sha1_is_that_of_the_plain_crate() {
    differ(6, None, |n| Derivation::Pbkdf2Sha1 { rounds: 1 + n % 3 });
}

#[test]
fn pbkdf2_over_sha256_is_that_of_the_plain_crate() {
    differ(7, None, |n| Derivation::Pbkdf2Sha256 { rounds: 1 + n % 3 });
}

#[test]
fn pbkdf2_over_sha512_is_that_of_the_plain_crate() {
    differ(8, None, |n| Derivation::Pbkdf2Sha512 { rounds: 1 + n % 3 });
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn digests_are_those_of_libxcrypt_and_openssl() {
    let known = include_str!("known.txt").lines().filter(|line| !line.starts_with('#'));
    let known: Vec<(&str, Input, &str)> = known
        .map(|line| {
            let fields: Vec<&str> = line.split(' ').collect();
            let [kind, password, digest] = fields[..] else { panic!("{line}") };
            let salt = if kind.starts_with("sha") { "saltstring" } else { "saltsalt" };
            let input = Input {
                password: password.trim_matches('-').replace('_', " ").into_bytes(),
                salt: salt.into(),
                digest_len: digest.len() / 2,
            };
            (kind, input, digest)
        })
        .collect();
    let derivations = [
        ("phpass-md5", Derivation::PhPassMd5 { rounds: 128 }),
        ("phpass-sha512", Derivation::PhPassSha512 { rounds: 128 }),
        ("md5crypt", Derivation::Md5Crypt { magic: "$1$", rounds: 1000 }),
        ("sha256crypt", Derivation::Sha256Crypt { rounds: 1000 }),
        ("sha512crypt", Derivation::Sha512Crypt { rounds: 1000 }),
        ("pbkdf2-sha1", Derivation::Pbkdf2Sha1 { rounds: 3 }),
        ("pbkdf2-sha256", Derivation::Pbkdf2Sha256 { rounds: 3 }),
        ("pbkdf2-sha512", Derivation::Pbkdf2Sha512 { rounds: 3 }),
    ];
    for (kind, derivation) in derivations {
        let ours = known.iter().filter(|(of, ..)| *of == kind);
        let (inputs, expected): (Vec<Input>, Vec<&str>) =
            ours.map(|(_, input, digest)| (input.clone(), *digest)).unzip();
        assert_eq!(inputs.len(), 4, "{kind}");
        for cpu in Cpu::every() {
            let found: Vec<String> =
                in_lanes(derivation, cpu, &inputs).iter().map(|digest| hex(digest)).collect();
            assert_eq!(found, expected, "{kind} {cpu:?}");
        }
    }
}

#[test]
fn no_more_lanes_are_asked_for_than_there_are() {
    let derivations = [
        Derivation::PhPassMd5 { rounds: 1 },
        Derivation::Pbkdf2Sha1 { rounds: 1 },
        Derivation::Pbkdf2Sha256 { rounds: 1 },
        Derivation::Pbkdf2Sha512 { rounds: 1 },
    ];
    for cpu in Cpu::every() {
        for derivation in derivations {
            let (least, width) = (derivation.least(cpu), derivation.width(cpu));
            assert!(least.is_none_or(|least| (2..=width).contains(&least)), "{derivation:?}");
        }
    }
}
