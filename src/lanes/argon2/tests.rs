use super::{Cost, Job, Variant, Version, argon2};
use crate::lanes::Cpu;
use crate::lanes::memory::{NoMemory, scarce};
use crate::lanes::testing::{CASES, Random, bound};
use ::argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version as Plain};

fn of(variant: Variant, version: Version, (memory_kib, passes, lanes): (u32, u32, u32)) -> Cost {
    Cost { variant, version, memory_kib, passes, lanes }
}

fn ours(cpu: Cpu, cost: &Cost, job: &Job<'_>, threads: usize, len: usize) -> Vec<u8> {
    let mut out = vec![0; len];
    argon2(cpu, cost, job, threads, &mut out).unwrap();
    out
}

fn plain(cost: &Cost, job: &Job<'_>, len: usize) -> Vec<u8> {
    let variant = match cost.variant {
        Variant::D => Algorithm::Argon2d,
        Variant::I => Algorithm::Argon2i,
        Variant::Id => Algorithm::Argon2id,
    };
    let version = match cost.version {
        Version::V10 => Plain::V0x10,
        Version::V13 => Plain::V0x13,
    };
    let mut params = ParamsBuilder::new();
    params.m_cost(cost.memory_kib).t_cost(cost.passes).p_cost(cost.lanes);
    params.data(AssociatedData::new(job.data).unwrap());
    let params = params.build().unwrap();
    let function = Argon2::new_with_secret(job.secret, variant, version, params).unwrap();
    let mut out = vec![0; len];
    function.hash_password_into(job.password, job.salt, &mut out).unwrap();
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 9106, section 5.
#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn the_answers_of_the_rfc() {
    let (password, salt, secret, data) = ([1; 32], [2; 16], [3; 8], [4; 12]);
    let job = Job { password: &password, salt: &salt, secret: &secret, data: &data };
    for (variant, tag) in [
        (Variant::D, "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb"),
        (Variant::I, "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"),
        (Variant::Id, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"),
    ] {
        let cost = of(variant, Version::V13, (32, 3, 4));
        for cpu in Cpu::every() {
            for threads in 1..6 {
                assert_eq!(hex(&ours(cpu, &cost, &job, threads, 32)), tag, "{cpu:?} {threads}");
            }
        }
    }
}

/// `src/test.c` of the reference implementation, for both versions.
#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn the_answers_of_the_reference_code() {
    let job = Job { password: b"password", salt: b"somesalt", secret: &[], data: &[] };
    for (version, costs, tag) in [
        (
            Version::V10,
            (1 << 8, 2, 1),
            "fd4dd83d762c49bdeaf57c47bdcd0c2f1babf863fdeb490df63ede9975fccf06",
        ),
        (
            Version::V10,
            (1 << 8, 2, 2),
            "b6c11560a6a9d61eac706b79a2f97d68b4463aa3ad87e00c07e2b01e90c564fb",
        ),
        (
            Version::V13,
            (1 << 8, 2, 1),
            "89e9029f4637b295beb027056a7336c414fadd43f6b208645281cb214a56452f",
        ),
        (
            Version::V13,
            (1 << 8, 2, 2),
            "4ff5ce2769a1d7f4c8a491df09d41a9fbe90e5eb02155a13e4c01e20cd4eab61",
        ),
    ] {
        let cost = of(Variant::I, version, costs);
        for cpu in Cpu::every() {
            assert_eq!(hex(&ours(cpu, &cost, &job, 1, 32)), tag, "{cpu:?}");
        }
    }
}

#[test]
fn it_answers_as_the_plain_crate_on_every_processor() {
    let (mut random, cpus) = (Random::new(9), Cpu::every());
    for case in 0..bound(CASES, 1) {
        let lanes = 1 + random.under(bound(5, 2));
        // Now and then segments of more blocks than one turn of the numbers is good for.
        let blocks =
            if case % 256 == 255 { 2 + random.under(300) } else { 2 + random.under(bound(4, 1)) };
        let memory = 4 * lanes * blocks + random.under(4 * lanes);
        let variant = [Variant::D, Variant::I, Variant::Id][random.under(3)];
        let version = [Version::V10, Version::V13][random.under(2)];
        let narrow = |number: usize| u32::try_from(number).unwrap();
        let passes = narrow(1 + random.under(bound(3, 2)));
        let cost = of(variant, version, (narrow(memory), passes, narrow(lanes)));
        let (password, secret) = (random.text(150), random.text(40));
        let (salt, data) = (random.bytes::<8>(), random.text(32));
        let salt = [&salt[..], &random.text(56)].concat();
        let job = Job { password: &password, salt: &salt, secret: &secret, data: &data };
        // The lengths at which H' changes its ways are among them.
        let len = 4 + random.under(130);
        let threads = if case % 64 == 0 { 1 + random.under(4) } else { 1 };
        let cpu = cpus[random.under(cpus.len())];
        let found = ours(cpu, &cost, &job, threads, len);
        assert_eq!(found, plain(&cost, &job, len), "case {case}: {cpu:?} {cost:?} {threads}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn what_memory_held_before_has_no_part_in_it() {
    let job = Job { password: b"password", salt: b"somesalt", secret: &[], data: &[] };
    let cost = of(Variant::Id, Version::V13, (64, 2, 2));
    let streak = crate::lanes::memory::Streak::begin();
    let first = ours(Cpu::here(), &cost, &job, 1, 32);
    let other = Job { password: b"another", ..job };
    ours(Cpu::here(), &of(Variant::D, Version::V10, (100, 3, 1)), &other, 1, 32);
    assert_eq!(ours(Cpu::here(), &cost, &job, 1, 32), first);
    drop(streak);
}

#[test]
#[cfg_attr(miri, ignore = "Miri ends where memory does")]
fn memory_that_cannot_be_had_is_an_error() {
    let job = Job { password: b"password", salt: b"somesalt", secret: &[], data: &[] };
    let cost = of(Variant::Id, Version::V13, (64, 1, 1));
    scarce::from_now(64 * 16 - 1);
    assert_eq!(argon2(Cpu::here(), &cost, &job, 1, &mut [0; 32]), Err(NoMemory));
    scarce::from_now(64 * 16);
    assert_eq!(argon2(Cpu::here(), &cost, &job, 1, &mut [0; 32]), Ok(()));
}
