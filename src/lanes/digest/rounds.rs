//! The rounds of crypt(3): digest, password and salt in eight orders that take turns.
//!
//! md5crypt has them, and sha256crypt and sha512crypt took them over: an odd round begins with the
//! password and ends with the digest, an even one the other way round; between them stand the salt unless
//! 3 divides the round, and the password unless 7 does. So there are eight messages, each laid out once.
use super::core::{Core, Token, digest_len};
use super::template::Template;
use super::{Message, Secret, ZEROS};

/// What the rounds of one lane mix in.
pub(super) struct Sequence {
    pub(super) password: Secret,
    pub(super) salt: Secret,
}

#[inline(always)]
pub(super) fn run<C: Core>(
    simd: Token<C>,
    digest: &mut C::State,
    rounds: u32,
    sequences: &[Sequence],
) {
    let mut templates: Vec<Template<C>> = Vec::with_capacity(ORDERS);
    for order in 0..ORDERS {
        let (messages, offsets) = messages(order, digest_len::<C>(), sequences);
        templates.push(Template::new(simd, &messages, &offsets));
    }
    for round in 0..rounds {
        if let Some(template) = templates.get_mut(order_of(round)) {
            template.digest(simd, digest);
        }
    }
}

const ORDERS: usize = 8;
const ODD: usize = 1;
const SALTED: usize = 2;
const AGAIN: usize = 4;

/// The order of a round.
fn order_of(round: u32) -> usize {
    let mut order = 0;
    if round & 1 == 1 {
        order |= ODD;
    }
    if !round.is_multiple_of(3) {
        order |= SALTED;
    }
    if !round.is_multiple_of(7) {
        order |= AGAIN;
    }
    order
}

/// The messages of an order, with zeros for the digest, and where in them those are.
fn messages<'a>(
    order: usize,
    digest_len: usize,
    sequences: &'a [Sequence],
) -> (Vec<Message<'a>>, Vec<usize>) {
    let zeros = ZEROS.split_at(digest_len).0;
    let of_lane = |sequence: &'a Sequence| {
        let (password, salt) = (&sequence.password[..], &sequence.salt[..]);
        let (first, last) = if order & ODD != 0 { (password, zeros) } else { (zeros, password) };
        let mut message = vec![first];
        message.extend((order & SALTED != 0).then_some(salt));
        message.extend((order & AGAIN != 0).then_some(password));
        let before = message.iter().map(|part| part.len()).sum();
        message.push(last);
        (message, if order & ODD != 0 { before } else { 0 })
    };
    sequences.iter().map(of_lane).unzip()
}
