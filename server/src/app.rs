//! The router: from a request to a response.
use crate::answer::{self, Answer};
use crate::args::Args;
use crate::body::{self, Params};
use crate::failure::Failure;
use crate::gate;
use crate::handle::Call;
use crate::history::History;
use crate::options::Options;
use crate::page;
use crate::pool::Pool;
use crate::route::{self, Found};
use crate::serve::Peer;
use crate::table::{Verb, Work};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response, header};
use hashlift::registry::{Client, Users};
use std::sync::Arc;
use std::time::Instant;

/// What all requests share.
pub(crate) struct App {
    pub(crate) users: Arc<Users>,
    pub(crate) options: Options,
    pub(crate) history: History,
    pool: Pool,
}

/// The Users API under `/v1`, and a page for people at `/`, over a registry.
///
/// Mount it in a test, or hand it to [`serve`](crate::serve()). It needs a tokio runtime with time.
pub fn router(users: Arc<Users>, options: Options) -> Router {
    let (pool, history) = (Pool::new(&options, &users), History::default());
    let app = Arc::new(App { users, options, history, pool });
    Router::new().fallback(answer).with_state(app)
}

async fn answer(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let started = Instant::now();
    let method = request.method().clone();
    let sent: HeaderMap = request
        .headers()
        .get_all(header::ORIGIN)
        .iter()
        .map(|origin| (header::ORIGIN, origin.clone()))
        .collect();
    let found = route::find(method.as_str(), request.uri().path());
    let route = found.as_ref().map_or("-", |found| found.endpoint.path);
    let mut response = match (&method, found) {
        (&Method::OPTIONS, _) => answer::preflight(),
        (_, Some(found)) => match call(&app, found, request).await {
            Ok(answer) => answer.into_response(),
            Err(failure) => answer::refuse(&failure),
        },
        (_, None) if page::is_for(&app, &request) => {
            drop(request);
            page::show(&app).await
        }
        (_, None) => answer::refuse(&Failure::route_unknown()),
    };
    answer::allow_origin(&sent, &app.options.origins, &mut response);
    let status = response.status().as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    // The template and not the path: ids are nobody's business, and paths hold what people mistype.
    tracing::info!(method = known_name(&method), route, status, micros, "answered");
    response
}

/// The name of a method that is known; others could be anything.
fn known_name(method: &Method) -> &'static str {
    match (method.as_str(), Verb::of(method.as_str())) {
        ("HEAD", _) => "HEAD",
        ("OPTIONS", _) => "OPTIONS",
        (_, Some(verb)) => verb.as_str(),
        (_, None) => "-",
    }
}

/// Route, project, key, parameters; then the work, where its cost says.
async fn call(app: &Arc<App>, found: Found, request: Request) -> Result<Answer, Failure> {
    let (head, body) = request.into_parts();
    let Found { endpoint, names } = found;
    let caller = gate::pass(app, endpoint.access, &head.uri, &head.headers)?;
    // Bodies of GET are read too, so that the connection can be used again.
    let body = body::read(body, &app.options).await?;
    let params = match endpoint.method {
        Verb::Get => Params::of_query(head.uri.query()),
        _ => body::params(&head.headers, body, &app.options).await?,
    };
    let args = Args::check(endpoint, names, params)?;
    let agent = head.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent: String = agent.unwrap_or_default().chars().take(512).collect();
    let ip = head.extensions.get::<Peer>().map(|Peer(address)| address.ip().to_string());
    let client = Client::new(ip.unwrap_or_default(), agent);
    let knows_targets = knows_targets(&head.headers);
    let call = Call { app: Arc::clone(app), args, client, caller, knows_targets };
    match endpoint.work {
        Work::Light(run) => run(&call),
        Work::Scan(run) => app.pool.scan(move || run(&call)).await?,
        Work::Hash(memory_kib, run) => match memory_kib(&call) {
            Some(kib) => app.pool.hash(kib, move || run(&call)).await?,
            None => run(&call),
        },
        Work::Login(knock, admit) => {
            let knock = knock(&call)?;
            let password = call.args.text("password");
            let login = app.pool.login(&app.users, &knock, password).await?;
            let answer = admit(&call, knock, login.outcome);
            app.sample();
            answer
        }
    }
}

/// Whether the response format that the client names is 1.5 or later.
fn knows_targets(headers: &HeaderMap) -> bool {
    let format = headers.get("x-appwrite-response-format").and_then(|value| value.to_str().ok());
    let mut parts = format.unwrap_or_default().split('.').map(|part| part.parse().unwrap_or(0_u32));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (1, 5)
}

impl App {
    /// Count how many have which hash, if it is time to: nobody waits for it.
    fn sample(self: &Arc<Self>) {
        if self.history.is_due() {
            let app = Arc::clone(self);
            tokio::spawn(async move {
                let counting = Arc::clone(&app);
                app.pool.scan(move || counting.history.sample(&counting.users)).await.ok();
            });
        }
    }

    /// Run something that may look at every user.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.pool.scan(work).await
    }
}
