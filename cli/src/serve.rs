//! `hashlift serve`: the Users API on this machine.
use crate::args::PolicyArgs;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use hashlift::registry::{Options as RegistryOptions, Users};
use hashlift_server::{Options, Page, Serve, random_key, router, serve};
use serde_json::json;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serve the Users API from memory: import hashes with any server SDK, log in, watch them upgrade.
///
/// Point a server SDK at the endpoint that is printed, with the project and the key beside it.
/// Create users with hashes of any kind; `POST /account/sessions/email` logs them in, and a hash
/// below the policy is replaced by a new one. `/` is a page that shows how the hashes move, and
/// `/v1/openapi.json` describes every endpoint.
///
/// Users live in memory. `--snapshot` writes them to a file on exit, one JSON object a line, which
/// `--users` reads. Ctrl-C or SIGTERM ends the server once the requests under way are answered.
///
/// Example: `hashlift serve --users fixture.jsonl --snapshot fixture.jsonl`
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to listen. Port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    addr: SocketAddr,
    /// The id of the project that clients name.
    #[arg(long, value_name = "ID", default_value = "hashlift")]
    project: String,
    /// The key that clients send. Other users of this machine can see arguments; without this, a
    /// key is made up and shown once.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Users to begin with: a snapshot.
    #[arg(long, value_name = "FIXTURE")]
    users: Option<PathBuf>,
    /// Where to write the users on exit, hashes included.
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// Show the page at `/` to other machines too. It shows names and emails, but no hashes.
    #[arg(long)]
    open_page: bool,
    /// Memory for hashing over all requests, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    hash_memory_mib: u32,
    #[command(flatten)]
    policy: PolicyArgs,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let mut registry = RegistryOptions::default();
    registry.policy = args.policy.policy()?;
    let users = Arc::new(Users::new(registry));
    if let Some(file) = &args.users {
        restore(&users, file)?;
    }
    let (key, made_up) = match &args.key {
        Some(key) => (key.clone(), false),
        None => {
            let none = || Failure::environment("random", "no random bytes for a key; give --key");
            (random_key().ok_or_else(none)?, true)
        }
    };
    // Standard output is for what the caller reads; a log that is installed already may stay.
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).try_init().ok();
    let mut options = Options::new(&args.project, &key);
    options.page = if args.open_page { Page::Open } else { Page::Loopback };
    options.hash_memory_kib = args.hash_memory_mib.saturating_mul(1024);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(args.addr).await.map_err(|error| {
            Failure::environment("io", format!("cannot listen on {}: {error}", args.addr))
        })?;
        let address = listener.local_addr()?;
        // Before the lines below: whoever reads them may stop the server at once.
        let stop = stop()?;
        let (endpoint, page) = (format!("http://{address}/v1"), format!("http://{address}/"));
        let shown = made_up.then_some(key.as_str());
        let told = json!({
            "endpoint": endpoint, "project": args.project, "key": shown, "page": page,
            "users": users.len(),
        });
        let key = shown.map_or("as given".to_owned(), |key| {
            format!("{key}  (made up; it is not shown again)")
        });
        let text = format!(
            "endpoint  {endpoint}\nproject   {}\nkey       {key}\nusers     {}\npage      {page}",
            args.project,
            users.len(),
        );
        out.answer(&told, text)?;
        out.flush()?;
        let router = router(Arc::clone(&users), options);
        serve(listener, router, Serve::default(), stop).await?;
        Ok::<_, Failure>(())
    })?;
    if let Some(file) = &args.snapshot {
        let written = snapshot(&users, file)?;
        let text = format!("snapshot  {written} users written to {}", file.display());
        out.answer(&json!({ "snapshot": file, "users": written }), text)?;
    }
    Ok(Exit::Ok)
}

/// Done when somebody wants the server to end.
fn stop() -> Result<impl Future<Output = ()>, Failure> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    // With the feature `termination` of ctrlc, SIGTERM and SIGHUP too.
    ctrlc::set_handler(move || drop(tell.take()))
        .map_err(|error| Failure::environment("io", format!("signals: {error}")))?;
    Ok(async move { drop(told.await as Result<(), _>) })
}

fn restore(users: &Users, file: &Path) -> Result<u64, Failure> {
    let opened = File::open(file).map_err(|error| at(file, &error))?;
    users
        .restore(BufReader::new(opened))
        .map_err(|error| Failure::data("bad-users", format!("{}: {error}", file.display())))
}

/// Write beside the file and put it in place when it is complete. It holds hashes: for one's own
/// eyes.
fn snapshot(users: &Users, file: &Path) -> Result<u64, Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut new = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .map_err(|error| at(file, &error))?;
    let mut to = BufWriter::new(new.as_file_mut());
    let written = users.snapshot(&mut to).map_err(|error| at(file, &error))?;
    to.flush().map_err(|error| at(file, &error))?;
    drop(to);
    new.as_file().sync_all().map_err(|error| at(file, &error))?;
    new.persist(file).map_err(|error| at(file, &error.error))?;
    Ok(written)
}

fn at(file: &Path, error: &std::io::Error) -> Failure {
    Failure::environment("io", format!("{}: {error}", file.display()))
}
