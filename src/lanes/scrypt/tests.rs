use super::{Cost, Job, LANES_MAX, scrypt};
use crate::lanes::Cpu;
use crate::lanes::memory::{NoMemory, scarce};
use crate::lanes::testing::{CASES, Random, bound};

/// A password, a salt, and how long the answer is to be.
type Input = (Vec<u8>, Vec<u8>, usize);

fn ours(cpu: Cpu, cost: &Cost, inputs: &[Input]) -> Result<Vec<Vec<u8>>, NoMemory> {
    let mut found: Vec<Vec<u8>> = inputs.iter().map(|(.., len)| vec![0; *len]).collect();
    let jobs = inputs.iter().zip(&mut found);
    let mut jobs: Vec<Job<'_>> =
        jobs.map(|((password, salt, _), out)| Job { password, salt, out }).collect();
    scrypt(cpu, cost, &mut jobs)?;
    Ok(found)
}

fn plain(cost: &Cost, (password, salt, len): &Input) -> Vec<u8> {
    let params = ::scrypt::Params::new(cost.n_log2, cost.block_r, cost.parallel_p).unwrap();
    let mut out = vec![0; *len];
    ::scrypt::scrypt(password, salt, &params, &mut out).unwrap();
    out
}

fn input(password: &str, salt: &str) -> Input {
    (password.into(), salt.into(), 64)
}

/// RFC 7914, section 12.
#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn the_answers_of_the_rfc() {
    for (password, salt, (n_log2, block_r, parallel_p), tag) in [
        (
            "",
            "",
            (4, 1, 1),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
             fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
        ),
        (
            "password",
            "NaCl",
            (10, 8, 16),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
             2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
        ),
    ] {
        let cost = Cost { n_log2, block_r, parallel_p };
        for cpu in Cpu::every() {
            let found = ours(cpu, &cost, &[input(password, salt), input(password, salt)]).unwrap();
            for found in found {
                let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(found, tag, "{cpu:?}");
            }
        }
    }
}

#[test]
fn it_answers_as_the_plain_crate_at_every_number_of_jobs() {
    let (mut random, cpus) = (Random::new(6), Cpu::every());
    let mut cases = 0;
    for round in 0.. {
        let number = |under: usize| u32::try_from(1 + under).unwrap();
        let n_log2 = u8::try_from(number(random.under(bound(5, 2)))).unwrap();
        let (block_r, parallel_p) =
            (number(random.under(bound(4, 2))), number(random.under(bound(3, 2))));
        let cost = Cost { n_log2, block_r, parallel_p };
        let jobs = round % (2 * LANES_MAX + 1) + 1;
        let inputs: Vec<Input> =
            (0..jobs).map(|_| (random.text(100), random.text(80), 1 + random.under(100))).collect();
        let cpu = cpus[random.under(cpus.len())];
        let found = ours(cpu, &cost, &inputs).unwrap();
        let expected: Vec<_> = inputs.iter().map(|input| plain(&cost, input)).collect();
        assert_eq!(found, expected, "round {round}: {cpu:?} {cost:?}");
        cases += found.len();
        if cases >= CASES {
            break;
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn as_many_lanes_are_filled_as_there_is_memory_for() {
    let cost = Cost { n_log2: 3, block_r: 1, parallel_p: 3 };
    let inputs: Vec<Input> = (0..9).map(|n| input("password", &n.to_string())).collect();
    let expected: Vec<_> = inputs.iter().map(|input| plain(&cost, input)).collect();
    for lines_max in [16, 31, 32, 47, 64, 100] {
        scarce::from_now(lines_max);
        assert_eq!(ours(Cpu::here(), &cost, &inputs).unwrap(), expected, "{lines_max}");
    }
    scarce::from_now(15);
    assert_eq!(ours(Cpu::here(), &cost, &inputs), Err(NoMemory));
}

#[test]
#[cfg_attr(miri, ignore = "Miri ends where memory does")]
fn what_cannot_be_numbered_cannot_be_had() {
    for (n_log2, block_r, parallel_p) in [(63, 1, 1), (32, 1, 1), (31, 1 << 29, 1), (1, 1 << 29, 1)]
    {
        let cost = Cost { n_log2, block_r, parallel_p };
        scarce::from_now(1 << 20);
        assert_eq!(ours(Cpu::here(), &cost, &[input("", "")]), Err(NoMemory), "{cost:?}");
        assert_eq!(cost.width(Cpu::here()), 1);
    }
}

#[test]
fn a_group_takes_no_more_memory_than_is_kept() {
    let widths = |cpu: Cpu| {
        [1, 13, 14, 15, 16, 17, 18].map(|n_log2| {
            let cost = Cost { n_log2, block_r: 8, parallel_p: 1 };
            cost.width(cpu)
        })
    };
    for cpu in Cpu::every() {
        let most = if cpu.has_512_bits() { 8 } else { 4 };
        assert_eq!(widths(cpu), [8, 8, 8, 4, 2, 1, 1].map(|width: usize| width.min(most)));
    }
}
