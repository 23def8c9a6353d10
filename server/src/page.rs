//! The page for people at `/`: who is there, and how the hashes move. It shows no secret.
use crate::answer::{is_loopback_name, refuse, respond};
use crate::app::App;
use crate::history::{Sample, label};
use crate::options::Page;
use crate::serve::Peer;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{self, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use core::fmt::Write as _;
use hashlift::registry::{Count, User};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

/// Whether this is a request for the page, from somebody who may see it.
pub(crate) fn is_for(app: &App, request: &Request) -> bool {
    let wanted = matches!(*request.method(), Method::GET | Method::HEAD);
    request.uri().path() == "/" && wanted && may_see(app.options.page, request)
}

/// The page.
pub(crate) async fn show(app: &Arc<App>) -> Response<Body> {
    let own = Arc::clone(app);
    let html = match app.scan(move || render(&own)).await {
        Ok(html) => html,
        Err(failure) => return refuse(&failure),
    };
    let mut response = respond(StatusCode::OK, "text/html; charset=UTF-8", Body::from(html));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                  connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

fn may_see(page: Page, request: &Request) -> bool {
    match page {
        Page::Off => false,
        Page::Open => true,
        Page::Loopback => {
            let near = request.extensions().get::<Peer>();
            let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
            near.is_some_and(|Peer(address)| address.ip().to_canonical().is_loopback())
                && host.is_some_and(is_loopback_name)
        }
    }
}

fn render(app: &App) -> String {
    app.history.sample(&app.users);
    let samples = app.history.samples();
    let newest = [
        r#"{"method":"orderDesc","attribute":"$createdAt"}"#.to_owned(),
        r#"{"method":"limit","values":[50]}"#.to_owned(),
    ];
    let users = app.users.list(&newest, None, Count::No).map(|page| page.items);
    let total = app.users.len();
    let mut html = String::from("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width\">");
    html.push_str("<title>hashlift: users</title>\n<style>\n");
    html.push_str(include_str!("page.css"));
    html.push_str("</style>\n<main>\n<h1>Users and their hashes</h1>\n");
    write(&mut html, format_args!("<p>{total} users in project <b>"));
    escape(&mut html, &app.options.project);
    html.push_str("</b>. As users log in, hashes below the policy move forward.</p>\n");
    shares(&mut html, &samples);
    html.push_str("<h2>Newest users</h2>\n<table><thead><tr><th>Id<th>Name<th>Email<th>Hash");
    html.push_str("<th>Status</thead>\n<tbody>\n");
    for user in users.unwrap_or_default() {
        row(&mut html, app, &user);
    }
    html.push_str("</tbody></table>\n</main>\n<script>\n");
    html.push_str(include_str!("page.js"));
    html.push_str("</script>\n</html>\n");
    html
}

/// The shares now as a table, and over time as stacked areas.
fn shares(html: &mut String, samples: &[Sample]) {
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    for share in samples.iter().flat_map(|sample| &sample.shares) {
        let next = labels.len();
        labels.entry(label(share)).or_insert(next);
    }
    html.push_str(
        "<h2>Share of each hash</h2>\n<table id=\"shares\"><thead><tr><th>Hash<th class=n>Users",
    );
    html.push_str("<th class=n>Share/thead>\n<tbody>\n");
    let last = samples.last().map(counts).unwrap_or_default();
    let total = last.values().sum::<u64>().max(1);
    for (name, at) in &labels {
        let users = last.get(name).copied().unwrap_or_default();
        let tenths = users.saturating_mul(1000) / total;
        let (whole, tenth, colour) = (tenths / 10, tenths % 10, colour(*at));
        write(html, format_args!("<tr><td><i style=\"background:{colour}\"></i>"));
        escape(html, name);
        write(
            html,
            format_args!("<td class=\"n\">{users}<td class=\"n\">{whole}.{tenth}&nbsp;%\n"),
        );
    }
    html.push_str("</tbody></table>\n<h2>How it moved</h2>\n<figure><svg viewBox=\"0 0 960 240\" ");
    html.push_str("role=\"img\" aria-label=\"Share of each hash over time\">\n");
    areas(html, samples, &labels);
    let first = samples.first().map_or_else(SystemTime::now, |sample| sample.at);
    let seconds = first.elapsed().unwrap_or_default().as_secs();
    write(
        html,
        format_args!(
            "</svg><figcaption>The last {seconds} seconds, since this page or a login first counted.</figcaption></figure>\n"
        ),
    );
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
fn areas(html: &mut String, samples: &[Sample], labels: &BTreeMap<String, usize>) {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return };
    let since = |sample: &Sample| sample.at.duration_since(first.at).unwrap_or_default();
    let span = since(last).as_secs_f64();
    let columns: Vec<_> = samples
        .iter()
        .map(|sample| {
            let x = if span > 0.0 { since(sample).as_secs_f64() / span * 960.0 } else { 0.0 };
            (x, counts(sample))
        })
        .collect();
    // A single sample is a band from edge to edge.
    let only = columns.last().filter(|_| span <= 0.0).map(|(_, counts)| (960.0, counts.clone()));
    let columns: Vec<_> = columns.into_iter().chain(only).collect();
    let mut floors = vec![240.0_f64; columns.len()];
    for (name, at) in labels {
        let mut below = String::new();
        let mut above = Vec::new();
        for ((x, counts), floor) in columns.iter().zip(&mut floors) {
            let total = counts.values().sum::<u64>().max(1) as f64;
            let users = counts.get(name).copied().unwrap_or_default() as f64;
            write(&mut below, format_args!("{x:.1},{floor:.1} "));
            *floor -= users / total * 240.0;
            above.push(format!("{x:.1},{floor:.1} "));
        }
        let colour = colour(*at);
        write(html, format_args!("<polygon fill=\"{colour}\" points=\"{below}"));
        above.iter().rev().for_each(|point| html.push_str(point));
        html.push_str("\"><title>");
        escape(html, name);
        html.push_str("</title></polygon>\n");
    }
}

fn counts(sample: &Sample) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for share in &sample.shares {
        let count: &mut u64 = counts.entry(label(share)).or_default();
        *count = count.saturating_add(share.users);
    }
    counts
}

fn row(html: &mut String, app: &App, user: &User) {
    let hash = match &user.password {
        None => "none".to_owned(),
        Some(password) => {
            let policy = &app.users.options().policy;
            match password.hash().and_then(|hash| policy.reason(hash)) {
                None => password.name().as_str().to_owned(),
                Some(reason) => format!("{} ({reason})", password.name().as_str()),
            }
        }
    };
    let email = user.email.as_deref().unwrap_or_default();
    let status = if user.status { "active" } else { "blocked" };
    html.push_str("<tr>");
    for cell in [&user.id, &user.name, email, &hash, status] {
        html.push_str("<td>");
        escape(html, cell);
    }
    html.push('\n');
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

/// Writing to a `String` cannot fail.
fn write(html: &mut String, text: core::fmt::Arguments<'_>) {
    html.write_fmt(text).ok();
}

/// The colour of the n-th label, by Okabe and Ito: told apart by colour-blind eyes too.
fn colour(at: usize) -> &'static str {
    const COLOURS: [&str; 8] =
        ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#888888"];
    COLOURS.get(at % COLOURS.len()).copied().unwrap_or("#888888")
}
