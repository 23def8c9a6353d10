//! The base64 alphabets that algorithms themselves feed on, computed without tables: the bytes are
//! secret. (Alphabets for stored text live in `text/`.)
use super::Digest;

/// RFC 4648 with padding.
pub(super) fn base64_padded(bytes: &[u8]) -> Digest {
    let mut out = encode(bytes, Order::Big, standard);
    while !out.len().is_multiple_of(4) {
        out.push(b'=');
    }
    Digest::new(out)
}

/// The alphabet of bcrypt, `./A-Za-z0-9`, without padding.
pub(super) fn bcrypt_base64(bytes: &[u8]) -> Digest {
    // `.` and `/` come first, then the standard order.
    Digest::new(encode(bytes, Order::Big, |v| {
        select(lt(v, 2), b'.'.wrapping_add(v), standard(v.wrapping_sub(2) & 0x3f))
    }))
}

/// The alphabet of crypt(3), `./0-9A-Za-z`, little-endian groups.
pub(super) fn crypt_base64(bytes: &[u8]) -> Digest {
    Digest::new(encode(bytes, Order::Little, crypt))
}

/// The letter of crypt(3) for the lowest six bits of `value`.
pub(super) fn crypt_letter(value: u32) -> char {
    let [.., low] = value.to_be_bytes();
    char::from(crypt(low & 0x3f))
}

#[derive(Clone, Copy)]
enum Order {
    Big,
    Little,
}

fn encode(bytes: &[u8], order: Order, letter: impl Fn(u8) -> u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        let mut three = [0_u8; 3];
        three.iter_mut().zip(group).for_each(|(to, from)| *to = *from);
        let [a, b, c] = three;
        let word = match order {
            Order::Big => u32::from_be_bytes([0, a, b, c]),
            Order::Little => u32::from_le_bytes([a, b, c, 0]),
        };
        for i in 0..=group.len() {
            let shift = match order {
                Order::Big => 18 - 6 * i,
                Order::Little => 6 * i,
            };
            let [.., value] = ((word >> shift) & 0x3f).to_be_bytes();
            out.push(letter(value));
        }
    }
    out
}

fn standard(v: u8) -> u8 {
    let upper = b'A'.wrapping_add(v);
    let lower = b'a'.wrapping_add(v.wrapping_sub(26));
    let digit = b'0'.wrapping_add(v.wrapping_sub(52));
    let sign = select(lt(v, 63), b'+', b'/');
    select(lt(v, 26), upper, select(lt(v, 52), lower, select(lt(v, 62), digit, sign)))
}

fn crypt(v: u8) -> u8 {
    let low = b'.'.wrapping_add(v);
    let upper = v.wrapping_sub(12).wrapping_add(b'A');
    let lower = v.wrapping_sub(38).wrapping_add(b'a');
    select(lt(v, 12), low, select(lt(v, 38), upper, lower))
}

/// 0xff when `a < b` (both under 128), else 0.
fn lt(a: u8, b: u8) -> u8 {
    (a.wrapping_sub(b) >> 7).wrapping_neg()
}

fn select(mask: u8, yes: u8, no: u8) -> u8 {
    (yes & mask) | (no & !mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_every_alphabet_is_right() {
        let all: Vec<u8> = (0..64_u32)
            .collect::<Vec<_>>()
            .chunks(4)
            .flat_map(|q| (q[0] << 18 | q[1] << 12 | q[2] << 6 | q[3]).to_be_bytes()[1..].to_vec())
            .collect();
        let text = |digest: Digest| String::from_utf8(digest.expose().to_vec()).unwrap();
        let standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bcrypt = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        assert_eq!(text(base64_padded(&all)), standard);
        assert_eq!(text(bcrypt_base64(&all)), bcrypt);
        assert_eq!(text(base64_padded(b"a")), "YQ==");
        let little: Vec<u8> = (0..64_u32)
            .collect::<Vec<_>>()
            .chunks(4)
            .flat_map(|q| (q[3] << 18 | q[2] << 12 | q[1] << 6 | q[0]).to_le_bytes()[..3].to_vec())
            .collect();
        let crypt = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        assert_eq!(text(crypt_base64(&little)), crypt);
    }
}
