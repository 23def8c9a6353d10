//! SCRAM verifiers: PostgreSQL's and `PgBouncer`'s, Dovecot's, passlib's.
//!
//! *Format*: `SCRAM-SHA-256$<rounds>:<salt>$<StoredKey>:<ServerKey>`;
//! `{SCRAM-SHA-256}<rounds>,<salt>,<StoredKey>,<ServerKey>`, both in padded base64;
//! `$scram$<rounds>$<salt>$sha-1=<salted>,sha-256=<salted>,…` in adapted base64. The first prepares
//! passwords by SASLprep, the second does not: so each is the canonical text of its own values.
//! *Deviations*: both keys must match, where servers look at one; all of passlib's digests must, where
//! passlib looks at the best. A list that does not end with SHA-512, as passlib's does unless it was told
//! otherwise, is taken for a cut one.
use crate::algorithm::{Prf, Scram, ScramKeep, ScramPrep, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{AB64, Cursor, Field, PADDED};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "postgres-scram-sha256",
        summary: "PostgreSQL from 10",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| tagged(text, "SCRAM-SHA-256$"),
        parse: |raw| parse_postgres(raw, "SCRAM-SHA-256$", Prf::Sha256),
        write: Some(Write::Canonical(|hash| write_postgres(hash, "SCRAM-SHA-256$", Prf::Sha256))),
        samples: &[
            Sample {
                password: "5_Oo2S9iiH[~O=<",
                stored: "SCRAM-SHA-256$4096:I+1mB5GUxVu7yE96P3Ok+w==$A62EYlVK2+oetu5ShO8/P35jA+JsFQbUziAVC4PxfRo=:LW2q05edlxR0SFjqvgZ9y4d8R2HmHXp7m0eShjIjyxA=",
                side: &[],
                from: "PostgreSQL 15.18 server (CREATE ROLE, SCRAM-SHA-256) and real SCRAM log-in",
            },
            Sample {
                password: "èặçüéñ@y~",
                stored: "SCRAM-SHA-256$4096:HTLrXqM2br+wSPwIRwoeLw==$0igTdkw2J1jd5cQawDSUN/638ia/JgwXspM1BnTmgyc=:qmRvQwR+tsGLE1YqV+WB9denvFs0QWaRP3fMKM69Bss=",
                side: &[],
                from: "PostgreSQL 15.18 server (CREATE ROLE, SCRAM-SHA-256) and real SCRAM log-in",
            },
        ],
    },
    Format {
        slug: "scram-sha256-pgbouncer",
        summary: "PgBouncer's userlist: the same text as PostgreSQL's",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| match tagged(text, "SCRAM-SHA-256$") {
            Claim::No => Claim::No,
            _ => Claim::Shaped,
        },
        parse: |raw| parse_postgres(raw, "SCRAM-SHA-256$", Prf::Sha256),
        write: Some(Write::Vendor(|hash| write_postgres(hash, "SCRAM-SHA-256$", Prf::Sha256))),
        samples: &[Sample {
            password: "0#/LLS*/DD>@",
            stored: "SCRAM-SHA-256$1000:w0cd2GcsfIoNV/lF1vGGiQ==$h84KqaSJBhjUgfOKSxoJl+oCS0/VjGwsmGqtQQKAFG4=:9Dr46QrDxRVlV2EHvBlbpGAJVfVTR3T9E3to1SEY/XY=",
            side: &[],
            from: "pip pg-scram-sha256 1.0.1 (no SASLprep, iterations varied)",
        }],
    },
    Format {
        slug: "dovecot-scram-sha1",
        summary: "Dovecot's {SCRAM-SHA-1}",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| braced(text, "{SCRAM-SHA-1}"),
        parse: |raw| parse_dovecot(raw, "{SCRAM-SHA-1}", Prf::Sha1),
        write: Some(Write::Canonical(|hash| write_dovecot(hash, "{SCRAM-SHA-1}", Prf::Sha1))),
        samples: &[Sample {
            password: "Foza,~r=44A#)?w",
            stored: "{SCRAM-SHA-1}4096,YsNiMMpqdMS4cfvSJ4kQog==,OLp9wI0H4iPyJ2AIGieNKo9OaqE=,9rKSiM9wgW/Z/jkhnElc1yEG6Ss=",
            side: &[],
            from: "doveadm pw -s SCRAM-SHA-1 (Dovecot 2.3.19.1)",
        }],
    },
    Format {
        slug: "dovecot-scram-sha256",
        summary: "Dovecot's {SCRAM-SHA-256}",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| braced(text, "{SCRAM-SHA-256}"),
        parse: |raw| parse_dovecot(raw, "{SCRAM-SHA-256}", Prf::Sha256),
        write: Some(Write::Canonical(|hash| write_dovecot(hash, "{SCRAM-SHA-256}", Prf::Sha256))),
        samples: &[Sample {
            password: "6iDlTV^S-s((/bondz}",
            stored: "{SCRAM-SHA-256}4096,7sjm30NkcVnY2M1rC0m9YA==,Ba4QG1s6cnCRLonoOA5BQZpRAz4+OHRG/wWoknCFqJ4=,LGHYAn/KkwUUqheKfMLRojto1fsqsD93k16A1clnfP8=",
            side: &[],
            from: "doveadm pw -s SCRAM-SHA-256 (Dovecot 2.3.19.1)",
        }],
    },
    Format {
        slug: "scram-mcf",
        summary: "passlib's $scram$: salted passwords for several functions",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 7,
        claim: |text| tagged(text, "$scram$"),
        parse: parse_mcf,
        write: Some(Write::Canonical(write_mcf)),
        samples: &[Sample {
            password: ">SdJuR^p<74dbM,ORV",
            stored: "$scram$1000$t.s8AqjANjtEVvaa$sha-1=AmEyAlFT1AOasuLjgOhO4on8.R4,sha-256=2HB8S0IbmOxkQrlLxevvoVtUbTYcEj39diP92JHeYq0,sha-512=caV5fI50IQm1B/WX42.qgWCYxdv9.u9ECgcfJZeUYXb.lozOwvBY.NUOJMYNpScUN2R7zLdCNPPo2Wu6uZL/CQ",
            side: &[],
            from: "passlib 1.7.4 scram",
        }],
    },
];

fn finish(
    keep: ScramKeep,
    prep: ScramPrep,
    rounds: Field<'_>,
    salt: Vec<u8>,
    digest: Vec<u8>,
) -> Result<PasswordHash, ParseError> {
    let setting = Scram::new(keep, prep, rounds.number_u32()?, salt)
        .ok_or(rounds.fault("there is at least 1 round, and each function once"))?;
    Stored::new(setting, digest)
        .map(PasswordHash::Scram)
        .ok_or(rounds.fault("a key has not the length of its function"))
}

/// Two keys, each of the function's length.
fn keys(prf: Prf, stored: Field<'_>, server: Field<'_>) -> Result<Vec<u8>, ParseError> {
    let (stored_key, server_key) = (stored.base64(&PADDED)?, server.base64(&PADDED)?);
    if stored_key.len() != prf.digest_len() || server_key.len() != prf.digest_len() {
        return Err(stored.fault("a key has not the length of its function"));
    }
    Ok([stored_key, server_key].concat())
}

fn parse_postgres(raw: Raw<'_>, tag: &str, prf: Prf) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this format")?;
    let rounds = cursor.until(':', "expected `:` after the rounds")?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PADDED)?;
    let stored = cursor.until(':', "expected `:` after StoredKey")?;
    let digest = keys(prf, stored, cursor.last())?;
    finish(ScramKeep::Keys(prf), ScramPrep::Sasl, rounds, salt, digest)
}

fn braced(text: &str, tag: &str) -> Claim {
    let head = text.get(..tag.len());
    if head.is_some_and(|head| head.eq_ignore_ascii_case(tag)) { Claim::Tagged } else { Claim::No }
}

fn parse_dovecot(raw: Raw<'_>, tag: &str, prf: Prf) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let head = cursor.take(tag.len(), "expected the tag of this format")?;
    if !head.text.eq_ignore_ascii_case(tag) {
        return Err(head.fault("expected the tag of this format"));
    }
    let rounds = cursor.until(',', "expected `,` after the rounds")?;
    let salt = cursor.until(',', "expected `,` after the salt")?.base64(&PADDED)?;
    let stored = cursor.until(',', "expected `,` after StoredKey")?;
    let digest = keys(prf, stored, cursor.last())?;
    finish(ScramKeep::Keys(prf), ScramPrep::Raw, rounds, salt, digest)
}

/// Rounds, salt and the two keys, where the value is of that kind.
fn texts(hash: &PasswordHash, prf: Prf, prep: ScramPrep) -> Option<(u32, [String; 3])> {
    let PasswordHash::Scram(stored) = hash else { return None };
    let setting = stored.setting();
    if setting.keep != ScramKeep::Keys(prf) || setting.prep != prep {
        return None;
    }
    let (stored_key, server_key) = stored.digest().expose().split_at_checked(prf.digest_len())?;
    let texts = [setting.salt.as_bytes(), stored_key, server_key].map(|bytes| PADDED.encode(bytes));
    Some((setting.rounds, texts))
}

fn write_postgres(hash: &PasswordHash, tag: &str, prf: Prf) -> Option<String> {
    let (rounds, [salt, stored, server]) = texts(hash, prf, ScramPrep::Sasl)?;
    Some(format!("{tag}{rounds}:{salt}${stored}:{server}"))
}

fn write_dovecot(hash: &PasswordHash, tag: &str, prf: Prf) -> Option<String> {
    let (rounds, [salt, stored, server]) = texts(hash, prf, ScramPrep::Raw)?;
    Some(format!("{tag}{rounds},{salt},{stored},{server}"))
}

/// passlib's names, in the order in which it writes them.
const NAMES: [(&str, Prf); 5] = [
    ("sha-1", Prf::Sha1),
    ("sha-224", Prf::Sha224),
    ("sha-256", Prf::Sha256),
    ("sha-384", Prf::Sha384),
    ("sha-512", Prf::Sha512),
];

fn parse_mcf(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$scram$", "expected `$scram$`")?;
    let rounds = cursor.until('$', "expected `$` after the rounds")?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&AB64)?;
    let (mut prfs, mut digest) = (Vec::new(), Vec::new());
    let mut next = NAMES.iter();
    for (name, value) in cursor.last().pairs()? {
        let known = next.find(|(known, _)| *known == name);
        let (_, prf) = known.ok_or(
            value.fault("expected sha-1, sha-256 or sha-512, each once and in that order"),
        )?;
        let bytes = value.base64(&AB64)?;
        if bytes.len() != prf.digest_len() {
            return Err(value.fault("a digest has not the length of its function"));
        }
        prfs.push(*prf);
        digest.extend(bytes);
    }
    if prfs.last() != Some(&Prf::Sha512) {
        return Err(rounds.fault("a list that does not end with sha-512 is taken for a cut one"));
    }
    finish(ScramKeep::Salted(prfs), ScramPrep::Sasl, rounds, salt, digest)
}

fn write_mcf(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Scram(stored) = hash else { return None };
    let Scram { keep: ScramKeep::Salted(prfs), prep: ScramPrep::Sasl, rounds, salt } =
        stored.setting()
    else {
        return None;
    };
    let mut rest = stored.digest().expose();
    let mut fields = Vec::new();
    for prf in prfs {
        let (digest, after) = rest.split_at_checked(prf.digest_len())?;
        let (name, _) = NAMES.iter().find(|(_, of)| of == prf)?;
        fields.push(format!("{name}={}", AB64.encode(digest)));
        rest = after;
    }
    Some(format!("$scram${rounds}${}${}", AB64.encode(salt.as_bytes()), fields.join(",")))
}
