//! Hashes over other hashes: what is refused, what the keys do, and what it costs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
use hashlift::{
    DeriveError, Format, KeyId, Keyring, Layer, Letters, Limits, Md5, Md5Layout, ParseErrorKind,
    PasswordHash, SecretBytes, Side, VerifyError,
};

const MD5: &str = "{MD5}AAAAAAAAAAAAAAAAAAAAAA==";
const SHA: &str = "{SHA}7Blu5ShoXHGAhFUyFvd6BUsH7dA=";
const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu...............................";
const ARGON2: &str = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAA";

fn rule(text: &str) -> &'static str {
    match PasswordHash::parse(text).map_err(|error| error.kind().clone()) {
        Err(ParseErrorKind::Malformed { rule, .. }) => rule,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn layered_texts_are_built_one_way() {
    let layered = |layers: &str, last: &str| format!("$layered$v=1|{layers}{last}");
    let hex = format!("hex:{MD5}|");
    let slow = format!("hex:{ARGON2}|");
    for sound in [
        layered(&hex, SHA),
        layered(&hex.repeat(8), SHA),
        layered(&format!("b64:{MD5}|crypt:{BCRYPT}|"), SHA),
        layered(&slow.repeat(2), SHA),
        layered("before:|key-before:YQ|key-after:Yg|", SHA),
    ] {
        let hash = PasswordHash::parse(&sound).unwrap_or_else(|e| panic!("{sound}: {e}"));
        assert_eq!(hash.to_string(), sound);
    }
    let untagged = "a layer is not a tagged text of a known format";
    let kind = "a layer of a kind that no known system writes";
    for (text, expected) in [
        (layered("", SHA), "a layered hash has from 1 to 8 layers before the last"),
        (layered(&hex.repeat(9), SHA), "a layered hash has at most 8 layers before the last"),
        (layered(&hex, "5f4dcc3b5aa765d61d8327deb882cf99"), untagged),
        (layered("hex:zz|", SHA), untagged),
        (layered(&hex, ""), "a locked account has no layers"),
        (layered(&hex, "*"), "a locked account has no layers"),
        (layered("hex:!|", SHA), "the digest of a layer before the last is not all zero"),
        (
            layered(&format!("hex:{SHA}|"), SHA),
            "the digest of a layer before the last is not all zero",
        ),
        (layered(&hex, &layered(&hex, SHA)), "a layer is itself layered or wrapped"),
        (layered(&format!("crypt:{MD5}|"), SHA), kind),
        (layered(&format!("hex:{BCRYPT}|"), SHA), kind),
        (layered(&format!("hex:$P$9AAAAAAAA{}|", ".".repeat(22)), SHA), kind),
        (
            layered(&slow.repeat(3), SHA),
            "a layered hash has at most 2 layers before the last that take long",
        ),
        (layered("key-before:|", SHA), "a key id has 1 to 8 bytes"),
        (layered("key-after:YWJjZGVmZ2hp|", SHA), "a key id has 1 to 8 bytes"),
        (layered("hex:", SHA), "expected `|` after the layer"),
    ] {
        assert_eq!(rule(&text), expected, "{text}");
    }
}

#[test]
fn every_layer_is_held_to_the_limits() {
    let argon2 = ARGON2.replace("m=8", "m=262145");
    for text in [
        format!("$layered$v=1|hex:{argon2}|{SHA}"),
        format!("$layered$v=1|hex:{MD5}|{argon2}"),
        format!("$layered$v=1|crypt:{}|{SHA}", BCRYPT.replace("$04$", "$16$")),
        format!("$layered$v=1|before:{}|{SHA}", "A".repeat(400)),
    ] {
        let error = PasswordHash::parse(&text).unwrap_err();
        assert!(matches!(error.kind(), ParseErrorKind::OverLimit(_)), "{text}: {error}");
    }
    let hash = format!("$layered$v=1|hex:{MD5}|hex:{ARGON2}|{BCRYPT}");
    let cost = PasswordHash::parse(&hash).unwrap().cost();
    assert_eq!((cost.rounds, cost.memory_kib), (1 + 8 + 16, 8));
}

#[test]
fn a_key_of_the_site_is_named_and_never_held() {
    let format = Format::named("moodle").unwrap();
    let pairs = [("site_salt", "QxZjKv"), ("key_id", "main")];
    let side = Side::from_pairs(pairs).unwrap();
    // md5("passwordQxZjKv"), by `md5sum`.
    let stored = "8a2aecebcdf48447064367580e2503d9";
    let hash = PasswordHash::parse_beside(format, stored, &side, &Limits::DEFAULT).unwrap();
    let id = KeyId::new(b"main").unwrap();
    assert_eq!(hash.key_ids(), [&id]);
    assert!(!hash.to_string().contains("QxZjKv") && !format!("{hash:?}").contains("QxZ"));
    let open = |keys: &Keyring| hash.verify_with(b"password", keys, &Limits::DEFAULT);
    assert_eq!(open(&side.keyring(&hash).unwrap()), Ok(true));
    let other = Keyring::EMPTY.with(id.clone(), SecretBytes::new(b"QxZjKw".to_vec()));
    assert_eq!(open(&other), Ok(false));
    let missing = VerifyError::Derive(DeriveError::MissingKey { id });
    assert_eq!(open(&Keyring::EMPTY), Err(missing));
    assert_eq!(hash.to_text_as(format).as_deref(), Some(stored));
}

#[test]
fn the_digests_of_layers_are_forgotten() {
    let setting = Md5::new(Md5Layout::Bare, "");
    let inner = hashlift::Stored::new(setting, vec![7; 16]).map(PasswordHash::Md5).unwrap();
    let last = PasswordHash::parse(SHA).unwrap();
    let layer = Layer::Hash(Box::new(inner), Letters::Hex);
    let layered = hashlift::Layered::new(vec![layer], last).unwrap();
    let [Layer::Hash(inner, _)] = layered.layers() else { panic!() };
    assert_eq!(inner.to_string(), MD5);
    assert_eq!(layered.last().to_string(), "{SHA}AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
}

#[test]
fn a_name_is_lowered_as_its_forum_does() {
    let read = |slug: &str, stored: &str, name: &str| {
        let side = Side::from_pairs([("username", name)]).unwrap();
        let format = Format::named(slug).unwrap();
        PasswordHash::parse_beside(format, stored, &side, &Limits::DEFAULT).unwrap().to_string()
    };
    let sha1 = "d9388c4bdcf6ea6e6e2135ef5010ef77c31f794b";
    assert_eq!(read("smf1", sha1, "Bob"), read("smf1", sha1, "bOB"));
    assert_ne!(read("smf1", sha1, "Émile"), read("smf1", sha1, "émile"));
    let bcrypt = BCRYPT;
    assert_eq!(read("smf2", bcrypt, "Émile"), read("smf2", bcrypt, "émile"));
    assert_eq!(read("smf2", bcrypt, "ΟΔΟΣ"), read("smf2", bcrypt, "οδοσ"), "no final sigma");
}

#[test]
fn magento_writes_back_whole_salts_alone() {
    let magento = Format::named("magento2").unwrap();
    let read = |text: &str| PasswordHash::parse_as(magento, text, &Limits::DEFAULT).unwrap();
    let (md5, sha) = ("0".repeat(32), "0".repeat(64));
    for text in [
        format!("{md5}:abc:0"),
        format!("{sha}:abc:1"),
        format!("{sha}:abcdefghijklmnopqrstuvwx:0:1"),
        format!("{sha}:abcdefghijklmnopqrstuvwx:0:1:3_32_2_67108864"),
        format!("{sha}:abc:1:3_32_1_8192"),
        format!("{sha}:abcdefghijklmnop:3_32_1_8192"),
    ] {
        assert_eq!(read(&text).to_text_as(magento), Some(text));
    }
    // The costs of version 2 are written out, and of a cut salt 16 bytes are known.
    for (text, back) in [
        (format!("{sha}:abcdefghijklmnop:2"), format!("{sha}:abcdefghijklmnop:3_32_2_67108864")),
        (
            format!("{sha}:abcdefghijklmnopqrst:3_32_1_8192"),
            format!("{sha}:abcdefghijklmnop:3_32_1_8192"),
        ),
        (format!("{sha}:abc:3_32_1_8192"), format!("{sha}:abcabcabcabcabca:3_32_1_8192")),
    ] {
        assert_eq!(read(&text).to_text_as(magento), Some(back.clone()));
        assert_eq!(read(&back).to_string(), read(&text).to_string());
    }
    for bad in ["x", "4", "3_32_2", "3_32_2_1000", "3_9999_2_8192", "0:", ":0", "2:2:2:2"] {
        let text = format!("{sha}:abcdefghijklmnop:{bad}");
        assert!(PasswordHash::parse_as(magento, &text, &Limits::DEFAULT).is_err(), "{text}");
    }
}
