//! Parameters from the whole of their types: what is accepted is what the closed form says,
//! and nothing panics (overflow checks are on).
use hashlift::{
    Argon2, Argon2Variant, Format, Limits, PasswordHash, Scrypt, Side, Stored, SunMd5, Yescrypt,
    YescryptFlavour,
};
use proptest::prelude::*;

/// 32 bytes of zeros in base64.
const DIGEST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Mostly near the borders.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![
        0..40_u32,
        any::<u32>(),
        (0..32_u32, 0..3_u32).prop_map(|(bit, d)| (1_u32 << bit).wrapping_add(d).wrapping_sub(1)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn argon2_takes_what_its_rules_say(m in number(), t in number(), p in number()) {
        let text = format!("$argon2id$v=19$m={m},t={t},p={p}$AAAAAAAAAAA${DIGEST}");
        let rules = t > 0 && p > 0 && p < 1 << 24 && u64::from(m) >= 8 * u64::from(p);
        let setting = Argon2::new(Argon2Variant::Id, (m, t, p), vec![0; 8], 32);
        prop_assert_eq!(setting.is_ok(), rules);
        for limits in [Limits::STRICT, Limits::DEFAULT, Limits::OFFLINE] {
            let (m, t, p) = (u128::from(m), u128::from(t), u128::from(p));
            let affordable = m <= limits.argon2_memory_kib_max.into()
                && t <= limits.argon2_passes_max.into()
                && p <= limits.argon2_lanes_max.into()
                && m * t <= limits.argon2_memory_passes_kib_max.into();
            let reading = PasswordHash::parse_within(&text, &limits);
            prop_assert_eq!(reading.is_ok(), rules && affordable);
            if rules && !affordable {
                prop_assert_eq!(reading.unwrap_err().name(), "over-limit");
            }
        }
    }

    #[test]
    fn scrypt_takes_what_its_rules_say(n in any::<u8>(), r in number(), p in number()) {
        let n = n % 80;
        let text = format!("$scrypt$ln={n},r={r},p={p}$AAAA${DIGEST}");
        let (wide_r, wide_p) = (u128::from(r), u128::from(p));
        let rules = (1..=63).contains(&n) && r > 0 && p > 0 && wide_r * wide_p < 1 << 30
            && u128::from(n) < 16 * wide_r;
        prop_assert_eq!(Scrypt::new((n, r, p), vec![0; 3], 32).is_ok(), rules);
        for limits in [Limits::STRICT, Limits::DEFAULT, Limits::OFFLINE] {
            let wide_n = 1_u128 << n.min(63);
            let affordable = u64::from(n) <= limits.scrypt_n_log2_max
                && wide_r <= limits.scrypt_block_r_max.into()
                && wide_p <= limits.scrypt_parallel_p_max.into()
                && 128 * wide_n * wide_r <= 1024 * u128::from(limits.scrypt_memory_kib_max)
                && wide_n * wide_r * wide_p <= limits.scrypt_work_max.into();
            let reading = PasswordHash::parse_within(&text, &limits);
            prop_assert_eq!(reading.is_ok(), rules && affordable);
            if rules && !affordable {
                prop_assert_eq!(reading.unwrap_err().name(), "over-limit");
            }
        }
    }

    #[test]
    fn yescrypt_takes_what_its_rules_say(
        kind in 0..3_u8, n in any::<u8>(), r in number(), p in number(), t in number(),
        salt in 0..70_usize, gost in any::<bool>(),
    ) {
        let n = n % 80;
        let flavour = match kind {
            0 => YescryptFlavour::Classic,
            1 => YescryptFlavour::Worm,
            _ => YescryptFlavour::ReadWrite,
        };
        let (wide_r, wide_p, wide_t) = (u128::from(r), u128::from(p), u128::from(t));
        let wide_n = 1_u128 << n.min(63);
        let rules = (1..=63).contains(&n) && r > 0 && p > 0 && wide_r * wide_p < 1 << 30
            && t < 1 << 30 && (kind != 0 || t == 0) && (kind != 2 || wide_n >= 2 * wide_p) && salt <= 64;
        let setting = Yescrypt::new(flavour, (n, r, p, t), vec![7; salt]);
        prop_assert_eq!(setting.is_ok(), rules);
        let Ok(setting) = setting else { return Ok(()) };
        let setting = if gost { setting.with_gost() } else { setting };
        let hash = PasswordHash::Yescrypt(Stored::new(setting, vec![0; 32]).unwrap());
        let text = hash.to_string();
        for limits in [Limits::STRICT, Limits::DEFAULT, Limits::OFFLINE] {
            let lanes = if kind == 2 { 1 } else { wide_p };
            let affordable = u64::from(n) <= limits.scrypt_n_log2_max
                && wide_r <= limits.scrypt_block_r_max.into()
                && wide_p <= limits.scrypt_parallel_p_max.into()
                && wide_t <= limits.yescrypt_time_t_max.into()
                && 128 * wide_n * wide_r <= 1024 * u128::from(limits.scrypt_memory_kib_max)
                && wide_n * wide_r * lanes * wide_t.max(1) <= limits.scrypt_work_max.into();
            match PasswordHash::parse_within(&text, &limits) {
                Ok(again) => {
                    prop_assert!(affordable);
                    prop_assert_eq!(again.to_string(), &*text);
                }
                Err(error) => {
                    prop_assert!(!affordable);
                    prop_assert_eq!(error.name(), "over-limit");
                }
            }
        }
    }

    #[test]
    fn sunmd5_takes_what_its_rules_say(rounds in number(), bare in any::<bool>()) {
        let text = format!("$md5,rounds={rounds}$a${}......................", if bare { "" } else { "$" });
        let rules = rounds <= u32::MAX - 4096;
        prop_assert_eq!(SunMd5::new(rounds, "a", bare).is_some(), rules);
        for limits in [Limits::STRICT, Limits::DEFAULT, Limits::OFFLINE] {
            let affordable = 4096 + u64::from(rounds) <= limits.sunmd5_rounds_max;
            let reading = PasswordHash::parse_within(&text, &limits);
            prop_assert_eq!(reading.is_ok(), rules && affordable && rounds > 0);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "\\PC{0,80}") {
        let _ = PasswordHash::parse(&text);
        for format in Format::all() {
            let _ = PasswordHash::parse_beside(format, &text, &Side::salted(text.clone()), &Limits::STRICT);
        }
        let _ = hashlift::identify(&text);
    }
}
