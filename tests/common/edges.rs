//! What formats make of passwords at the edges.

/// What a format makes of passwords at the edges: its *Deviations*.
pub(crate) struct Edges {
    /// More bytes of a password than this change nothing.
    pub(crate) sees: usize,
    /// A NUL is refused, where C stops at it or cycles over it; elsewhere it is a byte like any.
    pub(crate) nul_refused: bool,
    /// Longer passwords are an error, never cut.
    pub(crate) password_bytes_max: usize,
}

pub(crate) fn edges(slug: &str, stored: &str) -> Edges {
    let all = Edges { sees: usize::MAX, nul_refused: false, password_bytes_max: 4096 };
    let crypt3 = Edges { nul_refused: true, password_bytes_max: 512, ..all };
    let bcrypt = Edges { sees: 72, nul_refused: true, ..all };
    match slug {
        "bcrypt" | "bcrypt-2" | "bcrypt-2x" | "django-bcrypt" => bcrypt,
        "descrypt" | "ldap-crypt" | "django-crypt" => Edges { sees: 8, ..crypt3 },
        "crypt16" => Edges { sees: 16, ..crypt3 },
        "lmhash" => Edges { sees: 14, nul_refused: true, ..all },
        "bsd-nthash-bytes" => Edges { nul_refused: true, ..all },
        "md5crypt" | "apr1" | "sha256crypt" | "sha512crypt" | "bigcrypt" | "bsdicrypt"
        | "sha1crypt-netbsd" | "dovecot-crypt" => crypt3,
        // A format of several functions: by the one of the sample.
        "mediawiki-bcrypt" | "wcf2" => bcrypt,
        "nextcloud" | "woltlab" | "xenforo-serialized" | "xenforo2"
            if stored.contains("$2") && !stored.starts_with("vb5") =>
        {
            bcrypt
        }
        // The bytes of the name come first.
        "smf2" => Edges { sees: 72 - "émile ω".len(), ..bcrypt },
        "moodle" | "typo3-converted" if !stored.starts_with('M') => crypt3,
        "spring-delegating" if stored.starts_with("{bcrypt}") => bcrypt,
        "appwrite-phpass-bcrypt"
        | "bcrypt-pepper"
        | "clerk-bcrypt-peppered"
        | "devise"
        | "phc-bcrypt" => bcrypt,
        "aix-smd5" | "openldap-apr1" | "ory-crypt" | "moin-passlib" | "mysql-caching-sha2" => {
            crypt3
        }
        "oracle10" => Edges { nul_refused: true, ..all },
        "sunmd5" | "yescrypt" | "gost-yescrypt" => crypt3,
        _ => all,
    }
}

/// What a format makes of a password before anything else, where others come to the same.
pub(crate) fn seen(slug: &str, stored: &str, password: &str) -> Vec<u8> {
    let mut seen = password.as_bytes().to_vec();
    match slug {
        "lmhash" | "oracle10" => seen.make_ascii_uppercase(),
        "mysql323" => seen.retain(|byte| !b" \t".contains(byte)),
        _ => {}
    }
    seen.truncate(edges(slug, stored).sees);
    seen
}
