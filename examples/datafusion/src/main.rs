//! Audits a CSV file of users and writes what is to be swapped in: `users.csv swaps.csv`.
use datafusion::arrow::util::pretty::print_batches;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::prelude::SessionContext;
use hashlift::Policy;
use hashlift::job::Job;
use hashlift_datafusion::{AUDIT, WHY, WRAP, all_texts, context};
use std::path::Path;
use std::process::ExitCode;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [users, swaps] = arguments.as_slice() else {
        eprintln!("usage: hashlift-datafusion USERS.csv SWAPS.csv");
        return ExitCode::from(2);
    };
    match run(users, swaps).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(users: &str, swaps: &str) -> Result<(), Failure> {
    // Also if it is the file of users, under another name.
    if Path::new(swaps).exists() {
        return Err(format!("{swaps} is there already; name a file that is not").into());
    }
    let partitions = std::thread::available_parallelism()?.get();
    let context = context(partitions, Job::new(Policy::OWASP))?;
    context.register_csv("users", users, all_texts()).await?;

    println!("What is in {users}:");
    show(&context, AUDIT).await?;
    let options = DataFrameWriteOptions::new().with_single_file_output(true);
    context.sql(WRAP).await?.write_csv(swaps, options, None).await?;
    println!("What is to be swapped in is in {swaps}. What stays because it cannot be read:");
    show(&context, WHY).await
}

async fn show(context: &SessionContext, sql: &str) -> Result<(), Failure> {
    let rows = context.sql(sql).await?.collect().await?;
    match rows.iter().all(|batch| batch.num_rows() == 0) {
        true => println!("nothing"),
        false => print_batches(&rows)?,
    }
    Ok(())
}
