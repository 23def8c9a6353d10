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
    Algorithm, Bcrypt, BcryptIdent, Keyring, Md5Crypt, Md5CryptMagic, PhPass, PhPassHash,
    Sha2Crypt, Sha2CryptVariant,
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
    fn bcrypt_prepares_its_key_as_published(mut password in password(), salt in any::<[u8; 16]>()) {
        password.retain(|byte| *byte != 0);
        for (ident, signed) in [(BcryptIdent::B, false), (BcryptIdent::Y, false), (BcryptIdent::X, true)] {
            let setting = Bcrypt::new(ident, 4, salt).unwrap();
            let twin = naive::bcrypt(signed, 4, salt, &password);
            prop_assert_eq!(derived(&setting, &password), twin);
        }
    }
}
