//! PBKDF2 (RFC 8018) with HMAC (RFC 2104): two compressions an iteration, once the key is in.
//!
//! For the functions that read words with their highest byte first.
use super::core::{
    Core, ElementOf, Token, absorb, block, digest_len, digests, lanes, put_digests, wipe,
};
use super::message::write_rows;
use super::word::{Element, Word};
use super::{Digests, Job, Message};
use fearless_simd::Simd;
use zeroize::Zeroizing;

/// Every block of output is a chain of its own, so that a job takes as many lanes as it has blocks.
#[inline(always)]
pub(super) fn run<C: Core>(simd: Token<C>, rounds: u32, jobs: &mut [Job<'_>]) {
    for chains in chains(digest_len::<C>(), jobs).chunks_mut(lanes::<C>()) {
        simd.vectorize(
            #[inline(always)]
            || some::<C>(simd, rounds, chains),
        );
    }
}

struct Chain<'a> {
    password: &'a [u8],
    salt: &'a [u8],
    number: [u8; 4],
    output: &'a mut [u8],
}

fn chains<'a>(digest_len: usize, jobs: &'a mut [Job<'_>]) -> Vec<Chain<'a>> {
    let mut chains = Vec::new();
    for Job { password, salt, digest } in jobs {
        for (output, number) in digest.chunks_mut(digest_len).zip(1_u32..) {
            chains.push(Chain { password, salt, number: number.to_be_bytes(), output });
        }
    }
    chains
}

#[inline(always)]
fn some<C: Core>(simd: Token<C>, rounds: u32, chains: &mut [Chain<'_>]) {
    let hmac = Hmac::<C>::new(simd, chains);
    let mut last = hmac.inner;
    absorb::<C>(simd, &mut last, &messages(chains), block_len::<C>());
    let mut sum = hmac.outer_of(simd, &last);
    last = sum;
    for _ in 1..rounds {
        last = hmac.of_digest(simd, &last);
        sum.as_mut().iter_mut().zip(last.as_ref()).for_each(|(sum, last)| *sum = *sum ^ *last);
    }
    put_digests::<C>(&sum, chains.iter_mut().map(|chain| &mut *chain.output));
    wipe(last.as_mut());
    wipe(sum.as_mut());
}

fn messages<'a>(chains: &'a [Chain<'_>]) -> Vec<Message<'a>> {
    chains.iter().map(|chain| vec![chain.salt, &chain.number[..]]).collect()
}

const fn block_len<C: Core>() -> usize {
    16 * ElementOf::<C>::BYTES
}

/// The chaining values once the key is in.
struct Hmac<C: Core> {
    inner: C::State,
    outer: C::State,
    /// The block that takes in a digest, but for the digest.
    tail: [C::Word; 16],
}

impl<C: Core> Hmac<C> {
    #[inline(always)]
    fn new(simd: Token<C>, chains: &[Chain<'_>]) -> Self {
        let key_rows = key_rows::<ElementOf<C>>(chains, lanes::<C>(), &|messages| {
            digests::<C>(simd, messages)
        });
        let mut key = block::<C>(simd, &key_rows);
        let padded = |byte: u8| {
            let pad = C::Word::splat(simd, Element::read(&[byte; 8], C::BIG_ENDIAN));
            let mut block = key;
            block.iter_mut().for_each(|word| *word = *word ^ pad);
            let mut state = C::initial(simd);
            C::compress(simd, &mut state, &block);
            wipe(&mut block);
            state
        };
        let (inner, outer) = (padded(0x36), padded(0x5c));
        wipe(&mut key);

        let constant = |bytes: &[u8]| C::Word::splat(simd, Element::read(bytes, C::BIG_ENDIAN));
        let mut tail = [constant(&[]); 16];
        if let Some(mark) = tail.get_mut(C::WORDS) {
            *mark = constant(&[0x80]);
        }
        let bits = 8 * (block_len::<C>() + digest_len::<C>()) as u64;
        let [.., length] = &mut tail;
        *length = constant(bits.to_be_bytes().split_at(8 - ElementOf::<C>::BYTES).1);
        Self { inner, outer, tail }
    }

    /// HMAC of a digest.
    #[inline(always)]
    fn of_digest(&self, simd: Token<C>, digest: &C::State) -> C::State {
        let inner = self.take_in(simd, self.inner, digest);
        self.outer_of(simd, &inner)
    }

    #[inline(always)]
    fn outer_of(&self, simd: Token<C>, inner: &C::State) -> C::State {
        self.take_in(simd, self.outer, inner)
    }

    #[inline(always)]
    fn take_in(&self, simd: Token<C>, mut state: C::State, digest: &C::State) -> C::State {
        let mut block = self.tail;
        block.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        C::compress(simd, &mut state, &block);
        state
    }
}

/// The keys of all lanes as a block; one that is longer than a block is hashed first.
fn key_rows<E: Element>(
    chains: &[Chain<'_>],
    width: usize,
    digests: Digests<'_>,
) -> Zeroizing<Vec<E>> {
    let block_len = 16 * E::BYTES;
    let long = chains.iter().any(|chain| chain.password.len() > block_len);
    let passwords: Vec<_> = chains.iter().map(|chain| vec![chain.password]).collect();
    let hashed = if long { digests(&passwords) } else { Vec::new() };
    let mut keys: Vec<&[u8]> = chains.iter().map(|chain| chain.password).collect();
    for (key, hashed) in keys.iter_mut().zip(&hashed) {
        if key.len() > block_len {
            *key = hashed;
        }
    }
    let mut rows = Zeroizing::new(vec![E::default(); 16 * width]);
    for (lane, key) in keys.iter().cycle().take(width).enumerate() {
        write_rows(&mut rows, width, lane, true, key);
    }
    rows
}

impl<C: Core> Drop for Hmac<C> {
    fn drop(&mut self) {
        wipe(self.inner.as_mut());
        wipe(self.outer.as_mut());
    }
}
