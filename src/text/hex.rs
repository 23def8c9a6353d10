//! Hexadecimal.

const RULE: &str = "expected hexadecimal digits in pairs";

/// Decode either case, or say at which byte the text breaks the rule.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, (usize, &'static str)> {
    if let Some(at) = text.bytes().position(|b| !b.is_ascii_hexdigit()) {
        return Err((at, RULE));
    }
    let mut out = Vec::with_capacity(text.len().div_ceil(2));
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    if !odd.is_empty() {
        return Err((0, RULE));
    }
    out.extend(pairs.iter().map(|[high, low]| (nibble(*high) << 4) | nibble(*low)));
    Ok(out)
}

/// Lower-case digits. What is printed here leaves the process anyway.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

/// Whether `text` is exactly `len` hexadecimal digits.
pub(crate) fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The value of a digit that is known to be one.
fn nibble(digit: u8) -> u8 {
    let value = char::from(digit).to_digit(16).unwrap_or_default();
    u8::try_from(value).unwrap_or_default()
}
