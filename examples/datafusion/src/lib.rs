//! hashlift as scalar functions of Apache DataFusion: what is in a column of hashes, and the same
//! column wrapped. `README.md` shows them at work.
//!
//! | function | what it gives |
//! |---|---|
//! | `hashlift_identify(hash [, format])` | the slug of the format it is read as, or else of the likeliest |
//! | `hashlift_wrap(hash [, format])` | the text to store: wrapped, or as it was where there is nothing to do |
//! | `hashlift_why(hash [, format])` | why a text cannot be read, and so comes back as it was |
//!
//! What becomes of a row is decided by the library's [`Job`], as in the command `hashlift wrap`.
use datafusion::common::Result;
use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};
use hashlift::KeptMemory;
use hashlift::job::Job;
use std::sync::Arc;

mod function;
mod row;

/// Rows by format, over a table `users` with the columns `hash` and `format`.
pub const AUDIT: &str = include_str!("../sql/audit.sql");
/// The rows that change: key, old text, new text.
pub const WRAP: &str = include_str!("../sql/wrap.sql");
/// The rows that cannot be read, and why.
pub const WHY: &str = include_str!("../sql/why.sql");

/// Rows that a function is given at a time, in a [`context`]: DataFusion shares out whole batches,
/// and its own 8192 are a minute or two of hashing.
const BATCH_ROWS: usize = 256;

/// The three functions, under a job: its policy, its keys, its limits, its format for texts that
/// carry no tag. Its threads and pages are not looked at: DataFusion has its own.
#[must_use]
pub fn functions(job: Job) -> [ScalarUDF; 3] {
    let job = Arc::new(job);
    function::Kind::ALL.map(|kind| ScalarUDF::from(function::Function::new(kind, Arc::clone(&job))))
}

/// Register the three functions, wherever functions can be: a context, a session's state.
///
/// # Errors
/// The registry takes no functions.
pub fn register(registry: &mut dyn FunctionRegistry, job: Job) -> Result<()> {
    for function in functions(job) {
        registry.register_udf(Arc::new(function))?;
    }
    Ok(())
}

/// A context that has the functions and spreads the work: as many partitions as given hash at the
/// same time, each in the memory of one hash, which is kept between hashes.
///
/// # Errors
/// The functions could not be registered.
pub fn context(partitions: usize, job: Job) -> Result<SessionContext> {
    let partitions = partitions.max(1);
    let memory_kib = u64::from(job.policy.memory_kib).saturating_mul(partitions as u64);
    KeptMemory::keep_at_most(memory_kib.max(KeptMemory::KIB_DEFAULT));
    // A file is cut into parts however small it is: a page of rows is seconds of hashing.
    let config = SessionConfig::new()
        .with_target_partitions(partitions)
        .with_batch_size(BATCH_ROWS)
        .with_repartition_file_min_size(1);
    let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
    // DataFusion 55.2 takes a condition on the wrapped text below the wrap, if there is a condition
    // already, and so wraps each row twice: for the condition and for the answer. Both are right, at
    // twice the price. What the rule saves in reading a file is nothing beside hashing it.
    let rules = state.physical_optimizers().iter();
    let rules = rules.filter(|rule| !rule.name().starts_with("FilterPushdown")).cloned().collect();
    let state = SessionStateBuilder::new_from_existing(state);
    let state = state.with_physical_optimizer_rules(rules).build();
    let mut context = SessionContext::new_with_state(state);
    register(&mut context, job)?;
    Ok(context)
}

/// How a CSV file of users is to be read: every column is a text. A guess at types would make a
/// number of the key `0042`, and of a hash that has no letters in it.
#[must_use]
pub fn all_texts() -> CsvReadOptions<'static> {
    CsvReadOptions::new().schema_infer_max_records(0)
}
