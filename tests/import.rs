//! Exports of other systems: what a broken row costs, and what a walk may hold in memory.
#![cfg(feature = "import")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
use hashlift::import::{
    Imported, OptionError, Options, RECORD_BYTES_MAX, RowError, System, Why, read,
};
use hashlift::{KeyId, Keyring, Limits, PasswordHash, SecretBytes, Strength};
use std::io::{self, BufReader, Read};

fn system(slug: &str) -> &'static System {
    System::named(slug).unwrap()
}

fn walk(slug: &str, export: impl AsRef<[u8]>) -> Vec<Result<Imported, RowError>> {
    with(slug, &Options::default(), export)
}

fn with(
    slug: &str,
    options: &Options,
    export: impl AsRef<[u8]>,
) -> Vec<Result<Imported, RowError>> {
    let whole: Vec<_> = read(system(slug), options, export.as_ref()).unwrap().collect();
    // However the bytes arrive, the rows are the same.
    for step in [1, 7] {
        let drip = BufReader::with_capacity(step, export.as_ref());
        let rows: Vec<_> = read(system(slug), options, drip).unwrap().collect();
        assert_eq!(show(&rows), show(&whole), "by {step}");
    }
    whole
}

/// A line each: the user with the hash, or the place of the error.
fn show(rows: &[Result<Imported, RowError>]) -> Vec<String> {
    let show = |row: &Result<Imported, RowError>| match row {
        Ok(user) => format!("{} {} {:?}", user.line, user.id, user.hash.as_ref().map(text)),
        Err(error) => format!("{} {} {}", error.line, error.field, error.why.name()),
    };
    rows.iter().map(show).collect()
}

fn text(hash: &PasswordHash) -> String {
    hash.to_string()
}

const SHA: &str = "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=";

/// The ids of those that were read, and places and kinds of those that were not.
fn split(rows: &[Result<Imported, RowError>]) -> (Vec<&str>, Vec<(u64, &str)>) {
    let ids = rows.iter().flatten().map(|user| user.id.as_str()).collect();
    let errors = rows.iter().filter_map(|row| row.as_ref().err());
    (ids, errors.map(|error| (error.line, error.why.name())).collect())
}

#[test]
fn slugs_are_one_of_a_kind_and_every_row_says_what_it_reads() {
    let mut slugs: Vec<_> = System::all().map(System::slug).collect();
    let all = slugs.len();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!((slugs.len(), all), (20, 20));
    for system in System::all() {
        for text in [system.title(), system.reads(), system.lacks()] {
            assert!(!text.is_empty(), "{system:?}");
        }
        assert_eq!(format!("{system:?}"), system.slug());
    }
}

#[test]
fn a_bad_row_of_csv_costs_itself_alone() {
    let export = format!(
        "id,user_login,user_pass,user_email\r\n\
         1,a,\"{SHA}\",a@x\r\n\r\n2,too,few\r\n3,\"b \"\"q\"\"\nc\",{SHA},b@x\r\n4,c,$2y$cut,c@x\r\n\
         5,social,,s@x\r\n6,d,{SHA},\"open"
    );
    let rows = walk("wordpress", &export);
    let (ids, errors) = split(&rows);
    assert_eq!(ids, ["1", "3", "5"]);
    assert_eq!(errors, [(4, "bad-record"), (7, "malformed"), (9, "bad-record")]);
    let named = rows[2].as_ref().unwrap();
    assert_eq!((named.username.as_deref(), named.row), (Some("b \"q\"\nc"), 3));
    assert!(rows[4].as_ref().unwrap().hash.is_none(), "nobody is lost");
}

#[test]
fn a_csv_without_the_column_is_not_a_csv_of_users_without_passwords() {
    let rows = walk("wordpress", "id,user_login,pw\n1,a,b\n2,c,d\n");
    let error = rows[0].as_ref().unwrap_err();
    assert_eq!((rows.len(), error.line, error.row, error.field), (1, 1, 0, "user_pass"));
    let mut options = Options::default();
    options.columns.push(("user_pass".into(), "pw".into()));
    let export = format!("id,user_login,pw\n1,a,{SHA}\n");
    assert!(with("wordpress", &options, export)[0].is_ok());
}

#[test]
fn a_bad_line_of_json_costs_its_line() {
    let good = |id: u32| format!(r#"{{"user_id":"{id}","email":"a@x","passwordHash":"{SHA}"}}"#);
    let export =
        format!("{}\n\n{{\"user_id\":\"cut\n[1]\n{}\n\"text\"\n{}", good(1), good(2), good(3));
    let rows = walk("auth0", &export);
    let (ids, errors) = split(&rows);
    assert_eq!(ids, ["1", "2", "3"]);
    assert_eq!(errors, [(3, "bad-record"), (4, "bad-record"), (6, "bad-record")]);
}

#[test]
fn a_document_is_cut_at_its_users() {
    let user = r#"{"id":"1","username":"a } ] \" \\","enabled":false,"x":[[{"y":"]"}]]}"#;
    for document in [
        format!(
            r#"{{"realm":"r","roles":{{"users":[1,{{}}]}},"us\u0065rs":[3],"users":[{user}]}}"#
        ),
        format!(r#"[{{"users":[{user}],"z":null}}, {{"users":[]}}]"#),
        format!("\u{feff} {{ \"users\" : \n [ {user} ] , \"n\" : -1.5e3 }}\n"),
    ] {
        let rows = walk("keycloak", &document);
        let (ids, errors) = split(&rows);
        assert_eq!((ids, errors), (vec!["1"], vec![]), "{document}");
        assert!(rows[0].as_ref().unwrap().locked);
    }
    let broken = format!(r#"{{"users":[{user},{{"id":1,}},5,{user},{{"id":"#);
    let rows = walk("keycloak", broken);
    let (ids, errors) = split(&rows);
    assert_eq!(ids, ["1", "1"]);
    assert_eq!(errors, [(1, "bad-record"), (1, "bad-record"), (1, "bad-record")]);
    for (wrong, rule) in [
        ("{}", "no users where"),
        (r#"{"realm":"r"}"#, "no users where"),
        ("[[[[[[[[[[[[[[[[[[[[[[[[[[", "ends in the middle"),
        (r#"{"users":[{"id":"1"}]"#, "ends in the middle"),
        (r#"{"users" 5}"#, "is not JSON"),
        ("{\"a\":1,}\u{1}", "not a JSON document"),
    ] {
        let rows = walk("keycloak", wrong);
        let error = rows.last().unwrap().as_ref().unwrap_err();
        assert!(error.to_string().contains(rule), "{wrong}: {error}");
        assert!(rows.len() <= 2);
    }
}

#[test]
fn a_record_over_the_limit_is_skipped_in_every_shape() {
    let long = "x".repeat(RECORD_BYTES_MAX + 10);
    let user = |id: &str, name: &str| format!(r#"{{"user_id":"{id}","email":"{name}"}}"#);
    let lines = [user("1", "a"), user("2", &long), user("3", "c")];
    for (slug, export) in [
        ("auth0", lines.join("\n")),
        ("auth0", format!("[{}]", lines.join(","))),
        ("laravel", format!("id,email,password\n1,a,\n2,{long},\n3,c,\n")),
        ("htpasswd", format!("1:{SHA}\n2:{long}\n3:{SHA}\n")),
        (
            "ldif",
            format!("dn: 1\nuserPassword: {SHA}\n\ndn: {long}\n\ndn: 3\nuserPassword: {SHA}\n"),
        ),
        (
            "wordpress",
            format!(
                "INSERT INTO `wp_users` (`ID`, `user_login`, `user_pass`) VALUES \
                 (1,'a',''),(2,'{long}',NULL),(3,'c','');"
            ),
        ),
        (
            "supabase",
            format!("COPY auth.users (id, email) FROM stdin;\n1\ta\n2\t{long}\n3\tc\n\\.\n"),
        ),
    ] {
        let rows: Vec<_> =
            read(system(slug), &Options::default(), export.as_bytes()).unwrap().collect();
        let (ids, errors) = split(&rows);
        assert_eq!(ids, ["1", "3"], "{slug}");
        assert_eq!(
            errors.iter().map(|(_, kind)| *kind).collect::<Vec<_>>(),
            ["too-long"],
            "{slug}"
        );
    }
}

#[test]
fn a_quote_left_open_ends_at_the_limit() {
    let rest = "2,b,c\n".repeat(RECORD_BYTES_MAX / 4);
    let export = format!("id,email,password\n1,\"a,\n{rest}");
    let rows: Vec<_> =
        read(system("laravel"), &Options::default(), export.as_bytes()).unwrap().collect();
    assert_eq!(rows[0].as_ref().unwrap_err().why, Why::TooLong { max: RECORD_BYTES_MAX });
    assert!(rows.len() > 10_000, "{}", rows.len());
}

/// An array of users without an end in sight.
struct Endless {
    left: u64,
    rest: Vec<u8>,
}

impl Read for Endless {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() && self.left > 0 {
            self.left -= 1;
            let end = if self.left == 0 { "]}" } else { "," };
            let id = self.left;
            self.rest = format!(r#"{{"localId":"{id}","email":"{id}@x.org"}}{end}"#).into_bytes();
        }
        let most = to.len().min(self.rest.len());
        to[..most].copy_from_slice(&self.rest[..most]);
        self.rest.drain(..most);
        Ok(most)
    }
}

#[test]
fn a_document_of_many_users_is_read_to_its_end() {
    let endless = Endless { left: 50_000, rest: br#"{"users":["#.to_vec() };
    let mut options = Options::default();
    options.set("algorithm", "BCRYPT");
    let rows = read(system("firebase"), &options, BufReader::new(endless)).unwrap();
    assert_eq!(rows.inspect(|row| assert!(row.is_ok())).count(), 50_000);
}

struct Fails(Option<io::ErrorKind>);

impl Read for Fails {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if let Some(kind) = self.0 {
            return Err(kind.into());
        }
        self.0 = Some(io::ErrorKind::ConnectionReset);
        let line = format!("a:{SHA}\nb:{SHA}\n");
        to[..line.len()].copy_from_slice(line.as_bytes());
        Ok(line.len())
    }
}

#[test]
fn a_failing_read_is_told_once_and_ends_the_walk() {
    for slug in ["htpasswd", "wordpress", "ldif", "keycloak"] {
        let options = Options::default();
        let rows = read(system(slug), &options, BufReader::new(Fails(None))).unwrap();
        let rows: Vec<_> = rows.take(10).collect();
        let error = rows.last().unwrap().as_ref().unwrap_err();
        assert_eq!(error.why, Why::Io(io::ErrorKind::ConnectionReset), "{slug}");
        assert_eq!(rows.len(), 1, "{slug}");
    }
}

#[test]
fn dumps_are_read_for_their_one_table() {
    let dump = format!(
        "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\n\
         CREATE TABLE `wp_posts` (`ID` int, `t` text);\n\
         INSERT INTO `wp_posts` VALUES (1,'INSERT INTO `wp_users` VALUES (9)'),(2,';''\\'');\n\
         CREATE TABLE `wp_users` (\n  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,\n\
         `user_login` varchar(60) DEFAULT '(,',\n  `user_pass` varchar(255),\n\
         `score` decimal(10,2),\n  PRIMARY KEY (`ID`),\n  KEY `k` (`user_login`)\n) ENGINE=InnoDB;\n\
         INSERT INTO `wp_users` VALUES (1,'it''s \\'a\\' \\\\','{SHA}',1.5),\n(2,_binary 'b',NULL,NULL)\
         ,(3,'short');\nINSERT INTO `wp_users` VALUES (4,0x64,'{SHA}',0);\nUNLOCK TABLES;\n"
    );
    let rows = walk("wordpress", &dump);
    let (ids, errors) = split(&rows);
    assert_eq!((ids, errors.len()), (vec!["1", "2", "4"], 1), "{:?}", show(&rows));
    let names: Vec<_> = rows.iter().flatten().map(|user| user.username.clone().unwrap()).collect();
    assert_eq!(names, ["it's 'a' \\", "b", "d"]);

    let copy = format!(
        "SET standard_conforming_strings = on;\nCREATE TABLE auth.users (id uuid);\n\
         COPY public.users (id, email) FROM stdin;\nx\ty\n\\.\n\n\
         COPY auth.users (id, email, encrypted_password) FROM stdin;\n\
         1\ta\\tb\\\\\t{SHA}\n2\t\\N\t\\N\n\\.\n\nSELECT 1;\n"
    );
    let rows = walk("supabase", &copy);
    let users: Vec<_> = rows.iter().flatten().collect();
    assert_eq!(users.len(), 2);
    assert_eq!(users[0].email.as_deref(), Some("a\tb\\"));
    assert!(users[1].email.is_none() && users[1].hash.is_none());

    let lacking = walk("supabase", "COPY public.users (id) FROM stdin;\n1\n\\.\n");
    assert!(lacking[0].as_ref().unwrap_err().to_string().contains("no rows of the table"));
    let cut = walk("wordpress", "INSERT INTO `wp_users` (`ID`,`user_pass`) VALUES (1,''),(2,'c");
    assert!(cut[1].as_ref().unwrap_err().to_string().contains("ends in the middle"));
    let mut options = Options::default();
    options.set("table", "x_users");
    let other = format!("INSERT INTO x_users (ID, user_pass) VALUES (7, '{SHA}');");
    assert_eq!(split(&with("wordpress", &options, other)).0, ["7"]);
}

#[test]
fn folded_ldif_and_entries_that_are_no_people() {
    let export = "version: 1\n# a comment\n\ndn: dc=x\nobjectClass: domain\n\n\
        dn: uid=a,dc=x\nuid: a\ncn:: w4k=\nmail: a@\n x.org\nobjectClass: inetOrgPerson\n\
        userPassword:: e1NIQX1XNnBoNU1tNVB6OEdna\n VVMYlBnekczN21qOWc9\n\r\n\
        dn: uid=b,dc=x\nuid: b\nobjectClass: person\n\ndn: c\nuserPassword:< file:///x\n";
    let rows = walk("ldif", export);
    let (ids, errors) = split(&rows);
    assert_eq!((ids, errors), (vec!["a", "b"], vec![(20, "bad-record")]));
    let a = rows[0].as_ref().unwrap();
    assert_eq!((a.email.as_deref(), a.name.as_deref()), (Some("a@x.org"), Some("É")));
    assert_eq!(a.hash.as_ref().map(text).as_deref(), Some(SHA));
}

#[test]
fn locked_accounts_stay_and_stay_locked() {
    let rows =
        walk("shadow", format!("root:!:1::\nbin:*:1\nold:!$6$x$y:1\nopen::1\na:{SHA}:1:0\n"));
    let locked: Vec<_> =
        rows.iter().flatten().map(|user| (user.locked, user.hash.is_some())).collect();
    assert_eq!(locked, [(true, true), (true, true), (true, true), (false, false), (false, true)]);
    assert_eq!(hashlift::Format::named("locked").unwrap().strength(), Strength::Locked);
    // The old password comes back with the account.
    let md5 = "$1$saltsalt$LRdwv93P4jCzjTt2OGLrP1";
    let rows =
        walk("shadow", format!("a:!{md5}:1\nb:!!{md5}:1\nc:*LK*{md5}:1\nd:!x:1\ne:{md5}:1\n"));
    let opened: Vec<_> = rows
        .iter()
        .map(|row| row.as_ref().unwrap().hash.as_ref().unwrap())
        .map(|hash| hash.disabled().map(|hash| hash.verify("old password").unwrap()))
        .collect();
    assert_eq!(opened, [Some(true), Some(true), Some(true), None, None]);
}

#[test]
fn what_cannot_be_read_at_all_says_so() {
    for (slug, export, says) in [
        ("auth0", &b"\x1f\x8b\x08"[..], "gunzip"),
        ("django", b"\xff\xfei\0d\0", "UTF-16"),
        ("htpasswd", b"{\"a\":1}", "is JSON"),
        ("keycloak", b"id,name\n", "not JSON"),
    ] {
        let rows = walk(slug, export);
        assert!(rows[0].as_ref().unwrap_err().to_string().contains(says), "{slug}");
        assert_eq!(rows.len(), 1);
    }
    assert!(walk("django", "").is_empty());
}

#[test]
fn settings_are_checked_before_the_walk_and_never_shown() {
    let mut options = Options::default();
    let check = |options: &Options| read(system("firebase"), options, io::empty()).err();
    assert_eq!(check(&options), Some(OptionError::Missing { key: "base64_signer_key" }));
    options
        .set_all(
            "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: c2VjcmV0,\n  \
             base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: x,\n}\n",
        )
        .unwrap();
    assert_eq!(check(&options), Some(OptionError::NotANumber { key: "mem_cost" }));
    assert!(!format!("{options:?}").contains("c2Vj"));
    options.set("mem_cost", "14");
    assert_eq!(check(&options), None);
    options.set("colour", "red");
    assert!(matches!(check(&options), Some(OptionError::Unknown { .. })));
    assert_eq!(Options::default().set_all("\nx\n"), Err(OptionError::NotAPair { line: 2 }));
}

#[test]
fn errors_never_hold_what_was_stored() {
    let export = "id,email,password\n1,a,$2y$10$SECRETTEXT\n2,b,SECRETTEXT\n";
    for error in walk("laravel", export).iter().map(|row| row.as_ref().unwrap_err()) {
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
        assert_eq!(error.field, "password");
    }
}

/// Each row's answer to "old password" under the project's key, and the id of the key it names.
fn answers(slug: &str, options: &Options, export: &str) -> Vec<Result<bool, &'static str>> {
    let key = KeyId::new(b"project").unwrap();
    let keys = Keyring::EMPTY.with(key, SecretBytes::new(b"project key \xff".to_vec()));
    let answer = |row: &Result<Imported, RowError>| match row {
        Err(error) => Err(error.why.name()),
        Ok(user) => {
            let hash = PasswordHash::parse(&text(user.hash.as_ref().unwrap())).unwrap();
            assert!(!hash.verify_with(b"old passwort", &keys, &Limits::DEFAULT).unwrap());
            Ok(hash.verify_with(b"old password", &keys, &Limits::DEFAULT).unwrap())
        }
    };
    with(slug, options, export).iter().map(answer).collect()
}

#[test]
fn firebase_takes_hmac_under_a_named_key_and_repeated_digests() {
    for (algorithm, order, rounds, hash) in [
        ("HMAC_SHA256", "PASSWORD_FIRST", "", "o9yKnQ+wcrnIx4JiqmOMBXu4Vra/W9R69DEC/KV3thc="),
        ("HMAC_MD5", "SALT_FIRST", "", "Ekt4MTbQISTGkvFmlV+hdQ=="),
        ("SHA1", "SALT_FIRST", "3", "SCiv+KH/PHNb3TVcQDFI36a7ws8="),
        ("MD5", "PASSWORD_FIRST", "2", "GfxhfQQ0hMCO2qivPKuoTA=="),
    ] {
        let mut options = Options::default();
        options.set("algorithm", algorithm);
        options.set("input_order", order);
        options.set("rounds", rounds);
        options.set("key_id", "project");
        let user = format!(r#"{{"localId":"a","passwordHash":"{hash}","salt":"Af9zYWx0"}}"#);
        let export = format!(r#"{{"users":[{user}]}}"#);
        assert_eq!(answers("firebase", &options, &export), [Ok(true)], "{algorithm}");
    }
    let mut options = Options::default();
    options.set("algorithm", "HMAC_SHA256");
    options.set("key_id", "longer than eight");
    let bad = read(system("firebase"), &options, io::empty()).err();
    assert!(matches!(bad, Some(OptionError::Value { key: "key_id", .. })));
}

#[test]
fn auth0_takes_hmac_and_md4() {
    let row = |custom: &str| format!(r#"{{"user_id":"a","custom_password_hash":{custom}}}"#);
    let export = [
        r#"{"algorithm":"hmac","hash":{"value":"5a4de373c3a4d08ccddf72a2bfc44063e5f12cb8",
            "encoding":"hex","digest":"sha1","key":{"value":"row key"}}}"#,
        r#"{"algorithm":"hmac","hash":{"value":"8wyOj/9UyWLRYm39rAhPib1zlFC6vsOMxJ+IEEaFnBQ=",
            "digest":"sha256","key":{"value":"00ff10","encoding":"hex"}}}"#,
        r#"{"algorithm":"md4","hash":{"value":"d085642fb93f95cca141875709466bc1",
            "encoding":"hex"},"salt":{"value":"pepper","position":"suffix"}}"#,
        r#"{"algorithm":"md4","hash":{"value":"31c56d9f406a6d06675d26ea42206f5e",
            "encoding":"hex"}}"#,
        r#"{"algorithm":"hmac","hash":{"value":"8wyOj/9UyWLRYm39rAhPib1zlFC6vsOMxJ+IEEaFnBQ=",
            "digest":"sha256","key":{"value":"k"}},"salt":{"value":"s"}}"#,
    ];
    let export: Vec<String> = export.iter().map(|custom| row(&custom.replace('\n', ""))).collect();
    let answers = answers("auth0", &Options::default(), &export.join("\n"));
    assert_eq!(answers, [Ok(true), Ok(true), Ok(true), Ok(true), Err("bad-record")]);
}

#[test]
fn of_several_passwords_the_strongest_is_imported_and_the_others_are_told() {
    let md5 = "{CRYPT}$1$saltsalt$LRdwv93P4jCzjTt2OGLrP1";
    let export = format!(
        "dn: uid=a\nuid: a\nuserPassword: {md5}\nuserPassword: {SHA}\nuserPassword: in clear\n\
         userPassword: {{CRYPT}}!\nuserPassword: {{SHA}}cut\n\n\
         dn: uid=b\nuid: b\nuserPassword: {{SHA}}cut\nuserPassword: {{MD5}}cut\n\n\
         dn: uid=c\nuid: c\nuserPassword: {{CRYPT}}!\nuserPassword: {SHA}\n"
    );
    let rows = walk("ldif", export);
    let (ids, errors) = split(&rows);
    assert_eq!(ids, ["a", "c"]);
    let another = "another-password";
    let kinds: Vec<&str> = errors.iter().map(|(_, kind)| *kind).collect();
    let cut = "malformed";
    assert_eq!(kinds, [another, another, another, cut, cut, cut, another]);
    assert_eq!(errors.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 1, 1, 1, 9, 9, 14]);
    let users: Vec<&Imported> = rows.iter().flatten().collect();
    assert!(!users[0].locked && users[0].hash.as_ref().unwrap().cost().rounds >= 1000);
    assert_eq!(users[1].hash.as_ref().map(text).as_deref(), Some(SHA));
}
