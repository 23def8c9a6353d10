//! The library against its naive twins, on inputs that nobody chose.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test stops where it fails"
)]
mod naive;
use hashlift::{
    AixPbkdf2, Algorithm, Bcrypt, BcryptIdent, DesCrypt, DesCryptVariant, FastHash, Feed, Fshp,
    HmacLayout, InnerHash, KeyId, KeyedPbkdf2, Keyring, Lm, Md5Crypt, Md5CryptMagic, Mysql323, Nt,
    NtVariant, Oracle10, Pbkdf2, PhPass, PhPassHash, Prf, SaltHmac, Scram, ScramKeep, ScramPrep,
    SecretBytes, Sha1Crypt, Sha2Crypt, Sha2CryptVariant, ShaVersion, Stretched, SunMd5,
    SymfonyDigest,
};
use naive::web;
use proptest::prelude::*;

fn derived(setting: &dyn Algorithm, password: &[u8]) -> Vec<u8> {
    setting.derive(password, &Keyring::EMPTY).unwrap().expose().to_vec()
}

/// Any bytes, with the lengths at which blocks end among them.
fn password() -> impl Strategy<Value = Vec<u8>> {
    let edge =
        prop::sample::select(vec![0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 72, 73, 127, 128, 129]);
    let edges = edge.prop_flat_map(|len| prop::collection::vec(any::<u8>(), len));
    prop_oneof![prop::collection::vec(any::<u8>(), 0..150), edges]
}

fn salt(max: usize) -> impl Strategy<Value = String> {
    prop::string::string_regex(&format!("[./0-9A-Za-z]{{0,{max}}}")).unwrap()
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn md5crypt_is_as_published(
        password in password(), salt in salt(8),
        magic in prop::sample::select(vec![
            Md5CryptMagic::Md5, Md5CryptMagic::Apr1, Md5CryptMagic::Aix,
        ]),
    ) {
        let setting = Md5Crypt::new(magic, salt.as_str()).unwrap();
        let twin = naive::md5crypt(magic.as_str(), salt.as_bytes(), &password);
        prop_assert_eq!(derived(&setting, &password), twin);
    }

    #[test]
    fn sha2crypt_is_as_published(
        password in password(), salt in salt(16), long in any::<bool>(), rounds in 1000..1100_u32,
    ) {
        let variant = if long { Sha2CryptVariant::Sha512 } else { Sha2CryptVariant::Sha256 };
        let setting = Sha2Crypt::new(variant, rounds, salt.as_str()).unwrap();
        let twin = naive::sha2crypt(long, rounds, salt.as_bytes(), &password);
        prop_assert_eq!(derived(&setting, &password), twin);
    }

    #[test]
    fn phpass_is_as_published(password in password(), salt in any::<[u8; 8]>(), log2 in 7..10_u8) {
        let setting = PhPass::new(PhPassHash::Md5, log2, salt).unwrap();
        prop_assert_eq!(derived(&setting, &password), naive::phpass(log2.into(), &salt, &password));
        let setting = PhPass::new(PhPassHash::Sha512, log2, salt).unwrap();
        let mut twin = naive::drupal7(log2.into(), &salt, &password)[..33].to_vec();
        twin[32] &= 3; // 43 letters of 6 bits are 258 bits
        prop_assert_eq!(derived(&setting, &password), twin);
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn sunmd5_is_as_published(
        password in password(), salt in salt(16), rounds in 0..200_u32, bare in any::<bool>(),
    ) {
        let more = if rounds == 0 { String::new() } else { format!(",rounds={rounds}") };
        let text = format!("$md5{more}${salt}{}", if bare { "" } else { "$" });
        let setting = SunMd5::new(rounds, salt.as_str(), bare).unwrap();
        prop_assert_eq!(derived(&setting, &password), naive::sunmd5(&text, rounds, &password));
    }

    #[test]
    fn bcrypt_prepares_its_key_as_published(mut password in password(), salt in any::<[u8; 16]>()) {
        password.retain(|byte| *byte != 0);
        let idents = [
            (BcryptIdent::B, false, true),
            (BcryptIdent::Y, false, true),
            (BcryptIdent::X, true, true),
            (BcryptIdent::Original, false, false),
        ];
        for (ident, signed, ended) in idents {
            let setting = Bcrypt::new(ident, 4, salt).unwrap();
            let twin = naive::bcrypt(signed, ended, 4, salt, &password);
            prop_assert_eq!(derived(&setting, &password), twin);
        }
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn crypt_on_des_is_as_published(
        password in password(), salt in 0..1_u32 << 24, rounds in 1..40_u32,
    ) {
        let setting = |variant, salt| DesCrypt::new(variant, salt).unwrap();
        let low = salt % (1 << 12);
        let traditional = setting(DesCryptVariant::Traditional, low);
        prop_assert_eq!(derived(&traditional, &password), naive::des::descrypt(low, &password));
        let crypt16 = setting(DesCryptVariant::Crypt16, low);
        prop_assert_eq!(derived(&crypt16, &password), naive::des::crypt16(low, &password));
        let bsdi = setting(DesCryptVariant::Bsdi { rounds }, salt);
        prop_assert_eq!(derived(&bsdi, &password), naive::des::bsdi(rounds, salt, &password));
        // Two zeros for the right number of digests, then these; 16 of them are all that libxcrypt makes.
        let twin = naive::des::bigcrypt(low, &password);
        let segments = u16::try_from(twin.len() / 8).unwrap();
        let big = setting(DesCryptVariant::Big { segments }, low);
        prop_assert_eq!(derived(&big, &password), [&[0, 0], &twin[..]].concat());
        let sixteen = setting(DesCryptVariant::Big { segments: 16 }, low);
        let long = [&[b'x'; 121][..], &password].concat();
        let twin = naive::des::bigcrypt(low, &long)[..128].to_vec();
        prop_assert_eq!(derived(&sixteen, &long), [&[0, 0], &twin[..]].concat());
    }

    #[test]
    fn lm_is_as_published(password in "[ -~]{0,20}") {
        prop_assert_eq!(derived(&Lm, password.as_bytes()), naive::des::lm(password.as_bytes()));
    }

    #[test]
    fn nt_and_what_is_made_of_it_are_as_published(
        password in any::<String>(), user in any::<String>(), rounds in 1..50_u32,
    ) {
        let [plain, first, second] = naive::nt(&password, &user, rounds);
        let derive = |variant| derived(&Nt::new(variant).unwrap(), password.as_bytes());
        prop_assert_eq!(derive(NtVariant::Plain), plain);
        prop_assert_eq!(derive(NtVariant::Cached { user: user.clone() }), first);
        prop_assert_eq!(derive(NtVariant::Cached2 { user, rounds }), second);
    }

    #[test]
    fn sha1crypt_is_as_published(password in password(), salt in salt(64), rounds in 1..100_u32) {
        let setting = Sha1Crypt::new(rounds, salt.as_str()).unwrap();
        prop_assert_eq!(derived(&setting, &password), naive::sha1crypt(rounds, &salt, &password));
    }

    #[test]
    fn mysql323_is_as_published(password in password()) {
        prop_assert_eq!(derived(&Mysql323, &password), naive::mysql323(&password));
    }
}

fn fast() -> impl Strategy<Value = FastHash> {
    prop::sample::select(FastHash::ALL.to_vec())
}

fn prf() -> impl Strategy<Value = Prf> {
    prop::sample::select(vec![Prf::Sha1, Prf::Sha256, Prf::Sha512])
}

/// A ring with one key, and its id.
fn ring(key: &[u8]) -> (Keyring, KeyId) {
    let id = KeyId::new(b"site").unwrap();
    (Keyring::EMPTY.with(id.clone(), SecretBytes::new(key.to_vec())), id)
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn hmac_under_a_salt_is_as_published(
        function in fast(), password in any::<String>(), rounds in 1..20_u32,
        salt in prop::collection::vec(any::<u8>(), 1..140),
    ) {
        use HmacLayout::{Password, Salt, SaltOverAndOver, SaltUtf16};
        for layout in [Salt, SaltOverAndOver, SaltUtf16, Password] {
            let rounds = if layout == Salt { rounds } else { 1 };
            let salt = if layout == Password { Vec::new() } else { salt.clone() };
            let twin = web::salt_hmac(function, layout, rounds, &salt, &password);
            let setting = SaltHmac::new(function, layout, rounds, salt).unwrap();
            prop_assert_eq!(derived(&setting, password.as_bytes()), twin, "{:?}", layout);
        }
    }

    #[test]
    fn stretched_digests_are_as_published(
        function in fast(), password in password(), rounds in 1..20_u32,
        salt in prop::collection::vec(any::<u8>(), 0..40),
        key in prop::collection::vec(any::<u8>(), 1..140), keyed in any::<bool>(),
    ) {
        use Feed::{
            Devise, HexDashedSalt, KeyPassSalt, KeySaltPass, PassSaltDigest, PassSaltHex, Restful,
            SaltPassDigest,
        };
        let (keys, id) = ring(&key);
        for feed in [
            SaltPassDigest, PassSaltDigest, PassSaltHex, HexDashedSalt, Devise, Restful,
            KeySaltPass, KeyPassSalt,
        ] {
            let (rounds, keyed) = match feed {
                KeySaltPass | KeyPassSalt => (1, true),
                Devise | Restful => (rounds, keyed),
                _ => (rounds, false),
            };
            let (own, id) = if keyed { (&key[..], Some(id.clone())) } else { (&[][..], None) };
            let setting = Stretched::new(function, feed, rounds, salt.clone(), id).unwrap();
            let twin = web::stretched(function, feed, rounds, &salt, own, &password);
            let derived = setting.derive(&password, &keys).unwrap();
            prop_assert_eq!(derived.expose(), &twin[..], "{:?}", feed);
        }
    }

    #[test]
    fn symfonys_digest_is_as_published(
        password in password(), salt in "[^{}]{0,40}", iterations in 1..40_u32, md5 in any::<bool>(),
    ) {
        let (hash, twin) = match md5 {
            true => (InnerHash::Md5, FastHash::Md5),
            false => (InnerHash::Sha(ShaVersion::Sha512), FastHash::Sha512),
        };
        let setting = SymfonyDigest::new(hash, iterations, salt.as_str()).unwrap();
        let twin = web::symfony(twin, iterations, salt.as_bytes(), &password);
        prop_assert_eq!(derived(&setting, &password), twin);
    }

    #[test]
    fn scram_and_pbkdf2_are_as_published(
        prf in prf(), password in password(), rounds in 1..30_u32,
        salt in prop::collection::vec(any::<u8>(), 0..40), len in 16..150_usize,
        key in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let function = web::function(prf);
        let kept = ScramKeep::Keys(prf);
        let setting = Scram::new(kept, ScramPrep::Raw, rounds, salt.clone()).unwrap();
        prop_assert_eq!(derived(&setting, &password), web::scram(function, rounds, &salt, &password));
        let plain = Pbkdf2::new(prf, rounds, salt.clone(), len).unwrap();
        let twin = web::pbkdf2(function, &password, &salt, rounds, len);
        prop_assert_eq!(derived(&plain, &password), twin);
        let (keys, id) = ring(&key);
        let keyed = KeyedPbkdf2::new(plain, id).derive(&password, &keys).unwrap();
        let twin = web::pbkdf2(function, &password, &[salt, key].concat(), rounds, len);
        prop_assert_eq!(keyed.expose(), &twin[..]);
    }

    #[test]
    fn fshp_is_as_published(
        password in password(), rounds in 1..60_u32, version in 0..4_usize,
        salt in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let all = [
            (ShaVersion::Sha1, FastHash::Sha1),
            (ShaVersion::Sha256, FastHash::Sha256),
            (ShaVersion::Sha384, FastHash::Sha384),
            (ShaVersion::Sha512, FastHash::Sha512),
        ];
        let (version, function) = all[version];
        let setting = Fshp::new(version, rounds, salt.clone()).unwrap();
        prop_assert_eq!(derived(&setting, &password), web::fshp(function, rounds, &salt, &password));
    }

    #[test]
    fn oracle10_is_as_published(user in "[ -~é]{0,12}", password in any::<String>()) {
        let twin = web::oracle10(&user, &password);
        prop_assert_eq!(derived(&Oracle10::new(&user), password.as_bytes()), twin);
    }

    #[test]
    fn aix_drops_the_bits_that_its_letters_cannot_hold(
        prf in prf(), password in password(), salt in salt(16), cost in 0..6_u8,
    ) {
        let setting = AixPbkdf2::new(prf, cost, salt.as_str()).unwrap();
        let (function, len) = (web::function(prf), prf.digest_len());
        let mut twin = web::pbkdf2(function, &password, salt.as_bytes(), 1 << cost, len);
        match len % 3 {
            2 => twin[len - 2] &= 3,
            _ => twin[len - 1] = 0,
        }
        prop_assert_eq!(derived(&setting, &password), twin);
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn mysqls_is_sha256crypt_with_a_longer_salt(password in password(), salt in any::<[u8; 20]>()) {
        let setting = Sha2Crypt::mysql(1, salt).unwrap();
        let twin = naive::sha2crypt(false, 1000, &salt, &password);
        prop_assert_eq!(derived(&setting, &password), twin);
    }
}
