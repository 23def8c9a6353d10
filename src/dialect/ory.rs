//! What Ory Kratos takes in its imports, and Zitadel: `$md5$pf=…`, `$scrypt$`, `$firescrypt$`,
//! `$md5salted-…$`.
//!
//! *Format*: `$sha256$pf=<template>$<salt>$<digest>`, where `{SALT}` and `{PASSWORD}` in the template
//! stand for what they name (see [`Templated`]); `$md5$<digest>` is bare MD5. `$scrypt$ln=<N>,r=,p=` holds
//! N itself, where others write its logarithm; the padding of its base64, which others leave out, tells
//! them apart. `$firescrypt$ln=<log2 N>,r=,p=1$<salt>$<digest>$<separator>$<signer key>`.
//! `$md5salted-prefix$<salt>$<digest>` with the salt as text. All base64 is standard and padded.
//! *Deviations*: digests have their full length, where Kratos compares as much as there is; those of
//! scrypt are 32 or 64 bytes long. *Security*: Kratos' text of a Firebase hash holds the signer key.
use crate::algorithm::{
    InnerHash, Md5, Md5Layout, Salt, Scrypt, Sha, ShaLayout, ShaVersion, Stored, Templated,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{Cursor, PADDED};

use super::{braces, firebase, scrypt};

/// A row for a password format over one function.
macro_rules! pf {
    ($slug:literal, $tag:literal, $hash:expr, $rarity:literal, $summary:literal, $samples:expr) => {
        Format {
            slug: $slug,
            summary: $summary,
            strength: Strength::Broken,
            needs: &[],
            rarity: $rarity,
            claim: |text| claim_pf(text, $tag),
            parse: |raw| parse_pf(raw, $tag, $hash),
            write: Some(Write::Both {
                canonical: |hash| write_templated(hash, $tag, $hash),
                vendor: |hash| write_pf(hash, $tag, $hash),
            }),
            samples: $samples,
        }
    };
}

const KRATOS: &str =
    "made with php primitives, accepted by Ory Kratos b86338da hash.Compare (its Go code)";

#[rustfmt::skip]
pub(super) static FORMATS: &[Format] = &[
    pf!("ory-md5-pf", "$md5$", InnerHash::Md5, 5, "Ory Kratos' MD5, with its password format", &[
            Sample { password: "LQ4xkCvMSMB1QDTO^Y)", stored: "$md5$pf=e1NBTFR9e1BBU1NXT1JEfQ==$eTBKMVE4Q0k=$IbdV4OEZI8fISXzpC2pNrg==", side: &[], from: KRATOS },
            Sample { password: "6SKUYE~;]UFf2I4v<;E,AC<RAT*#0n+^l[O_xqpngB=o<%ssWg@3>[{YGVqbE5g02(E~Gm9T", stored: "$md5$pf=eHtQQVNTV09SRH0te1NBTFR9LXk=$NmEyNmFFM1k=$iRDPpzDZOTxeTqpGH7Y34g==", side: &[], from: KRATOS },
            Sample { password: "Xw_NKo.p*-#@5/am5Z8Y?v?tNU^D{_zUXTJAPEK(!Z7BaGoX.DA1Mc%q80,z6,}H/H(C<Sn-x", stored: "$md5$pf=e1NBTFR9JCR7UEFTU1dPUkR9$dFU3b0dVWTRlbWRHZk5mRw==$xkniFJi4OcUlM3POipNIMQ==", side: &[], from: KRATOS },
    ]),
    pf!("ory-sha1-pf", "$sha1$", InnerHash::Sha(ShaVersion::Sha1), 5, "Ory Kratos' SHA-1 with its password format", &[
            Sample { password: "l-Cl].c;Bb>4_", stored: "$sha1$pf=e1NBTFR9e1BBU1NXT1JEfQ==$WkF6eklseDlOZW9GalBmOQ==$aWG0eOkznlSliqYr19Uk3lK198A=", side: &[], from: KRATOS },
            Sample { password: "Nux;rzvN1S)1.+Z8(]Np{T%aN=j%~aFennB~K?IEQolk7Wh5MQkHc=m64goDBR3^{Cvj{FgK", stored: "$sha1$pf=eHtQQVNTV09SRH0te1NBTFR9LXk=$cFM3RHVtWVc=$Snh2so6ZcQfl+K6UmC3pZUntXGo=", side: &[], from: KRATOS },
            Sample { password: "O!.9TgzK 2Fval)GVr~rR8MVA_?rg*6XD QY^97KQzCYRPQQ,yb-iPTc)^3QGo?<;D)klP#N3", stored: "$sha1$pf=e1NBTFR9JCR7UEFTU1dPUkR9$d2s4aEx5M0I=$TTUuTSM6Juvx+k9xKTZYqgQT9Io=", side: &[], from: KRATOS },
    ]),
    pf!("ory-sha256-pf", "$sha256$", InnerHash::Sha(ShaVersion::Sha256), 5, "Ory Kratos' SHA-256 with its password format", &[
            Sample { password: "}EUITZ-BIy6;.eW3-", stored: "$sha256$pf=e1NBTFR9e1BBU1NXT1JEfQ==$NnNqMWFVU0w=$psEquXsrjKFpSo593gZXvsMgaW5gdXPAwh+Xo0X8WLw=", side: &[], from: KRATOS },
            Sample { password: "Ce{S1_LHFt,S67pw[Ow_j_f-ZBYQ);)p];fy^-VZ*p9uZVI1T,K*3c% !>K-wrcda)?@.4;I", stored: "$sha256$pf=eHtQQVNTV09SRH0te1NBTFR9LXk=$Ukd1YXFkRkNYVWpwYlVsRA==$fuoBEVSCtxvdg2ZjZoG+eNAwg2iozELGsfWsm4CEDeo=", side: &[], from: KRATOS },
            Sample { password: ">s!;iTQ*BpT-Tcloar4nJIe5RZ<y4Zu7MKGspq5zBHnFSs4o<u+Bf3G}Y8XDoX4%jfe?}VoqH", stored: "$sha256$pf=e1NBTFR9JCR7UEFTU1dPUkR9$MU1qeDdJN24=$IrpelhKnpc6F40mzWi8yV5syzm4MIVMH5O5UF2QLboc=", side: &[], from: KRATOS },
    ]),
    pf!("ory-sha512-pf", "$sha512$", InnerHash::Sha(ShaVersion::Sha512), 5, "Ory Kratos' SHA-512 with its password format", &[
            Sample { password: "jw3#CT<* /M65f", stored: "$sha512$pf=e1NBTFR9e1BBU1NXT1JEfQ==$cG5PdWEwRUhEWXU3UFMyTw==$hXQ/VHYhwOY8RKMf1no2fhYj340z6H45Ys4qjRIPtKsccgLwV+NAuMX2Gfdgun/j2gV26CsiOIf3X8YJo36jdw==", side: &[], from: KRATOS },
            Sample { password: "j/^A5^zqrnw I}!>lkC9%[HE.l694qnoicQMMOC,D_VI6E_!jGZ8/CUW)ZskmV{AKEehpZ7K", stored: "$sha512$pf=eHtQQVNTV09SRH0te1NBTFR9LXk=$bHZRck9wNTQ=$nWqUQTEEHFbwj9bgojoEgpbpwbXg2Apim5lHJBW07MUbNGS3voD4L7T311TwweRy/VXzSQx0TlykpdAV8tBmZg==", side: &[], from: KRATOS },
            Sample { password: "5M0W~h6@D0OF,gSEW.6*3A85;5b1*A0doqO45>hJdT+_5>HW.C/g~FRx^7oeAsg%)~hRdw#Bg", stored: "$sha512$pf=e1NBTFR9JCR7UEFTU1dPUkR9$VTZaZ2h5dzY=$kHLjZBX9fv8ytYAKvJNYGrr2btUk1Zg9oBH8JP5dllOg9iwe/+aMPpyBLfV9zCrCPbA6afshdFeMfuRXTFL6iQ==", side: &[], from: KRATOS },
    ]),
    Format {
        slug: "ory-crypt",
        summary: "Ory Kratos' $md5-crypt$, $sha256-crypt$ and $sha512-crypt$",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| match CRYPT.iter().any(|(tag, ..)| text.starts_with(tag)) {
            true => Claim::Tagged,
            false => Claim::No,
        },
        parse: parse_crypt,
        write: Some(Write::Vendor(|hash| {
            let of = Format::named(match hash {
                PasswordHash::Md5Crypt(_) => "md5crypt",
                PasswordHash::Sha2Crypt(stored) if stored.digest().expose().len() == 32 => "sha256crypt",
                PasswordHash::Sha2Crypt(_) => "sha512crypt",
                _ => return None,
            })?;
            let text = hash.to_text_as(of)?;
            CRYPT.iter().find_map(|(tag, own, _)| Some(format!("{tag}{}", text.strip_prefix(own)?)))
        })),
        samples: &[
            Sample { password: "!H2z5PF[K{", stored: "$md5-crypt$jpwio17o$2WQR6cl7uzOPt1yThiHEz1", side: &[], from: "php-cli 8.2.36 (Debian) crypt(), behind Ory Kratos' tag" },
        ],
    },
    Format {
        slug: "ory-scrypt",
        summary: "Ory Kratos' scrypt, with N itself in ln",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| if padded(text) { tagged(text, "$scrypt$ln=") } else { Claim::No },
        parse: parse_scrypt,
        write: Some(Write::Vendor(write_scrypt)),
        samples: &[
            Sample { password: "btu><8{)^yi+OvdU", stored: "$scrypt$ln=1024,r=8,p=1$vSkwZ856musiG1ondMdDNA==$wS2FcGNDIEvQPw18ErB1nOdwlcP7HNtqpQeupckRp5o=", side: &[], from: KRATOS },
        ],
    },
    Format {
        slug: "ory-firescrypt",
        summary: "Ory Kratos' text of a Firebase hash",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| tagged(text, "$firescrypt$"),
        parse: parse_firescrypt,
        write: Some(Write::Vendor(|hash| {
            let firebase::Texts { n_log2, block_r, salt, separator, signer_key, digest } = firebase::texts(hash)?;
            Some(format!("$firescrypt$ln={n_log2},r={block_r},p=1${salt}${digest}${separator}${signer_key}"))
        })),
        samples: &[
            Sample { password: "*Oeh{m5qId2hQq._dEuz", stored: "$firescrypt$ln=8,r=8,p=1$wN654qWdKVQ=$QH2wFl7KOdSg92/DxA52tN+jrg9S5vprTmK6Es2GjnynNMPG3RBOmZEr5xNAq2yOv6hTMk23VTeKem8Oc2OzbA==$Bw==$rWTnjNWUFuhl6FD9Nzn6tFRRWc4ue05g3ZcYTuwckAry65xjodU5z1k71zR/LeR8OqXb4MQqNA+FAhls91rmLA==", side: &[], from: "npm firebase-scrypt; accepted by Ory Kratos b86338da" },
        ],
    },
    Format {
        slug: "zitadel-md5salted",
        summary: "Zitadel's MD5 with the salt before or after",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| tagged(text, "$md5salted-"),
        parse: parse_zitadel,
        write: Some(Write::Vendor(write_zitadel)),
        samples: &[
            Sample { password: "BY%gx!S+", stored: "$md5salted-prefix$qpEk57Qk$mvkn+hnR6xNc/aznyrHiSA==", side: &[], from: "made with php md5, accepted by zitadel/passwap 9d6c1c03 md5salted" },
            Sample { password: "1D<B%4V+ >13+Nb28FKiNH7SgHqzTtA5zzP)ri,TJrF-_{dBI=};#uc+RZ@8,)KL4s<U3HG,", stored: "$md5salted-suffix$bEMd2dlizHWlexFX$aUgKP7OzKrGhzd+Pid5v6A==", side: &[], from: "made with php md5, accepted by zitadel/passwap 9d6c1c03 md5salted" },
        ],
    },
];

/// Kratos pads its base64; PHC strings do not.
pub(super) fn padded(text: &str) -> bool {
    text.ends_with('=') || text.contains("=$")
}

fn claim_pf(text: &str, tag: &str) -> Claim {
    let Some(rest) = text.strip_prefix(tag) else { return Claim::No };
    // `$md5$` and `$sha1$` are crypt(3)'s too, with more fields.
    let bare = tag == MD5 && rest.len() == 24 && rest.ends_with("==") && !rest.contains('$');
    if rest.starts_with("pf=") || bare { Claim::Tagged } else { Claim::No }
}

/// Kratos' tags for those of crypt(3), and the formats of the latter.
const CRYPT: [(&str, &str, &str); 3] = [
    ("$md5-crypt$", "$1$", "md5crypt"),
    ("$sha256-crypt$", "$5$", "sha256crypt"),
    ("$sha512-crypt$", "$6$", "sha512crypt"),
];

fn parse_crypt(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let cursor = Cursor::new(raw.text);
    let found = CRYPT.iter().find(|(tag, ..)| raw.text.starts_with(tag));
    let format = found.and_then(|(tag, own, slug)| Some((tag, own, Format::named(slug)?)));
    let (tag, own, format) = format.ok_or(cursor.fault("not a tag of Kratos' for crypt(3)"))?;
    let text = raw.text.replacen(tag, own, 1);
    let hash = (format.parse)(Raw { text: &text, side: raw.side });
    hash.map_err(|error| error.behind(tag.len().saturating_sub(own.len())))
}

const MD5: &str = "$md5$";
const SALT_PASS: &[u8] = b"{SALT}{PASSWORD}";
const PASS_SALT: &[u8] = b"{PASSWORD}{SALT}";

fn parse_pf(raw: Raw<'_>, tag: &str, hash: InnerHash) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this format")?;
    let fault = "the digest has not the length of this function";
    if tag == MD5 && !cursor.rest().starts_with("pf=") {
        let digest = cursor.last();
        return braces::md5(Md5Layout::Bare, Salt::default(), digest.base64(&PADDED)?)
            .ok_or(digest.fault(fault));
    }
    cursor.tag("pf=", "expected `pf=`")?;
    let format = cursor.until('$', "expected `$` after the password format")?;
    let template = format.base64(&PADDED)?;
    let salt = Salt::from(cursor.until('$', "expected `$` after the salt")?.base64(&PADDED)?);
    let field = cursor.last();
    let digest = field.base64(&PADDED)?;
    let read = match (hash, template.as_slice()) {
        (InnerHash::Md5, SALT_PASS) => braces::md5(Md5Layout::SaltPass, salt, digest),
        (InnerHash::Md5, PASS_SALT) => braces::md5(Md5Layout::PassSalt, salt, digest),
        (InnerHash::Sha(version), SALT_PASS) => {
            braces::sha(version, ShaLayout::SaltPass, salt, digest)
        }
        (InnerHash::Sha(version), PASS_SALT) => {
            braces::sha(version, ShaLayout::PassSalt, salt, digest)
        }
        _ => {
            let setting = Templated::new(hash, template, salt).ok_or(format.fault(
                "a password format holds {PASSWORD} from one to four times; without it, every \
                 password would match",
            ))?;
            Stored::new(setting, digest).map(PasswordHash::Templated)
        }
    };
    read.ok_or(field.fault(fault))
}

fn pf_text(tag: &str, template: &[u8], salt: &Salt, digest: &[u8]) -> String {
    let [template, salt, digest] =
        [template, salt.as_bytes(), digest].map(|bytes| PADDED.encode(bytes));
    format!("{tag}pf={template}${salt}${digest}")
}

/// Values that no other notation can hold.
fn write_templated(hash: &PasswordHash, tag: &str, of: InnerHash) -> Option<String> {
    let PasswordHash::Templated(stored) = hash else { return None };
    let Templated { hash, template, salt } = stored.setting();
    let text = pf_text(tag, template.as_bytes(), salt, stored.digest().expose());
    (*hash == of).then_some(text)
}

fn write_pf(hash: &PasswordHash, tag: &str, of: InnerHash) -> Option<String> {
    match (hash, of) {
        (PasswordHash::Md5(stored), InnerHash::Md5) => {
            let (Md5 { layout, salt }, digest) = (stored.setting(), stored.digest().expose());
            match layout {
                Md5Layout::Bare => Some(format!("{tag}{}", PADDED.encode(digest))),
                Md5Layout::SaltPass => Some(pf_text(tag, SALT_PASS, salt, digest)),
                Md5Layout::PassSalt => Some(pf_text(tag, PASS_SALT, salt, digest)),
                _ => None,
            }
        }
        (PasswordHash::Sha(stored), InnerHash::Sha(of)) => {
            let (Sha { version, layout, salt }, digest) =
                (stored.setting(), stored.digest().expose());
            match layout {
                _ if *version != of => None,
                ShaLayout::SaltPass => Some(pf_text(tag, SALT_PASS, salt, digest)),
                ShaLayout::PassSalt => Some(pf_text(tag, PASS_SALT, salt, digest)),
                _ => None,
            }
        }
        _ => write_templated(hash, tag, of),
    }
}

fn parse_scrypt(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$scrypt$ln=", "expected `$scrypt$ln=`")?;
    let n = cursor.until(',', "expected `,r=`")?;
    cursor.tag("r=", "expected `r=`")?;
    let block_r = cursor.until(',', "expected `,p=`")?.number_u32()?;
    cursor.tag("p=", "expected `p=`")?;
    let parallel_p = cursor.until('$', "expected `$` after p")?.number_u32()?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PADDED)?;
    scrypt::finish_full((n, block_r, parallel_p), salt, cursor.last())
}

fn write_scrypt(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Scrypt(stored) = hash else { return None };
    let Scrypt { n_log2, block_r, parallel_p, salt, .. } = stored.setting();
    let n = 1_u64.checked_shl(u32::from(*n_log2))?;
    let (salt, digest) = (PADDED.encode(salt.as_bytes()), PADDED.encode(stored.digest().expose()));
    let text = format!("$scrypt$ln={n},r={block_r},p={parallel_p}${salt}${digest}");
    (padded(&text) && scrypt::LENGTHS.contains(&stored.digest().expose().len())).then_some(text)
}

fn parse_firescrypt(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$firescrypt$ln=", "expected `$firescrypt$ln=`")?;
    let n_log2 = cursor.until(',', "expected `,r=`")?.number_u32()?;
    cursor.tag("r=", "expected `r=`")?;
    let block_r = cursor.until(',', "expected `,p=1`")?.number_u32()?;
    cursor.tag("p=1$", "expected `p=1$`: Firebase has no other p")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.until('$', "expected `$` after the digest")?;
    let separator = cursor.until('$', "expected `$` after the separator")?;
    firebase::finish((n_log2, block_r), salt, separator, cursor.last(), digest)
}

fn parse_zitadel(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$md5salted-", "expected `$md5salted-`")?;
    let place = cursor.until('$', "expected `$` after the place of the salt")?;
    let layout = match place.text {
        "prefix" => Md5Layout::SaltPass,
        "suffix" => Md5Layout::PassSalt,
        _ => return Err(place.fault("the place of the salt is neither prefix nor suffix")),
    };
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.last();
    braces::md5(layout, Salt::from(salt.text), digest.base64(&PADDED)?)
        .ok_or(digest.fault("the digest has 16 bytes"))
}

fn write_zitadel(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Md5(stored) = hash else { return None };
    let Md5 { layout, salt } = stored.setting();
    let place = match layout {
        Md5Layout::SaltPass => "prefix",
        Md5Layout::PassSalt => "suffix",
        _ => return None,
    };
    let salt = str::from_utf8(salt.as_bytes()).ok().filter(|salt| !salt.contains('$'))?;
    Some(format!("$md5salted-{place}${salt}${}", PADDED.encode(stored.digest().expose())))
}
