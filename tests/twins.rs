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
    Algorithm, Bcrypt, BcryptIdent, DesCrypt, DesCryptVariant, Keyring, Lm, Md5Crypt,
    Md5CryptMagic, Mysql323, Nt, NtVariant, PhPass, PhPassHash, Sha1Crypt, Sha2Crypt,
    Sha2CryptVariant, SunMd5,
};
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
    fn md5crypt_is_as_published(password in password(), salt in salt(8), apache in any::<bool>()) {
        let magic = if apache { Md5CryptMagic::Apr1 } else { Md5CryptMagic::Md5 };
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
        for (ident, signed) in [(BcryptIdent::B, false), (BcryptIdent::Y, false), (BcryptIdent::X, true)] {
            let setting = Bcrypt::new(ident, 4, salt).unwrap();
            let twin = naive::bcrypt(signed, 4, salt, &password);
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
