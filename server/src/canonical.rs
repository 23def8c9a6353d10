//! What an email says about itself. For information; nothing is decided by it.

/// The address that mail to `email` ends up at, as far as well-known providers are concerned.
pub(crate) fn canonical(email: &str) -> String {
    let email = email.to_ascii_lowercase();
    let Some((local, domain)) = email.rsplit_once('@') else { return email };
    let before_plus = || local.split_once('+').map_or(local, |(name, _)| name);
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", before_plus().replace('.', "")),
        "outlook.com" | "hotmail.com" | "live.com" | "msn.com" => {
            format!("{}@outlook.com", before_plus())
        }
        "icloud.com" | "me.com" | "mac.com" => format!("{}@icloud.com", before_plus()),
        "yahoo.com" | "ymail.com" | "rocketmail.com" => {
            format!("{}@yahoo.com", local.rsplit_once('-').map_or(local, |(name, _)| name))
        }
        "protonmail.com" | "proton.me" | "pm.me" => format!("{local}@protonmail.com"),
        "fastmail.com" | "fastmail.fm" => format!("{local}@fastmail.com"),
        _ => email,
    }
}

/// Whether anybody can have an address of that domain for nothing.
pub(crate) fn is_free(email: &str) -> bool {
    FREE.contains(&domain(email))
}

/// Whether addresses of that domain are thrown away after use.
pub(crate) fn is_disposable(email: &str) -> bool {
    DISPOSABLE.contains(&domain(email))
}

fn domain(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// The largest providers; not a complete list.
const FREE: [&str; 22] = [
    "aol.com",
    "fastmail.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "ymail.com",
];

/// The best known; not a complete list.
const DISPOSABLE: [&str; 5] =
    ["10minutemail.com", "guerrillamail.com", "mailinator.com", "temp-mail.org", "yopmail.com"];
