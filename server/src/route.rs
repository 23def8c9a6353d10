//! From a method and a path to a row of the table.
use crate::table::{self, Endpoint, Verb};
use percent_encoding::percent_decode_str;

/// A row, and what its `{names}` stand for in this path.
pub(crate) struct Found {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) names: Vec<(&'static str, String)>,
}

/// Find the row. Empty segments do not count; where several rows fit, literal segments win.
pub(crate) fn find(method: &str, path: &str) -> Option<Found> {
    let verb = Verb::of(method)?;
    let segments: Vec<_> = segments(path).collect();
    table::all()
        .filter(|endpoint| endpoint.method == verb)
        .filter_map(|endpoint| Some(Found { endpoint, names: names(endpoint, &segments)? }))
        .min_by_key(|found| found.names.len())
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn names(endpoint: &Endpoint, sent: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let own: Vec<&'static str> = segments(endpoint.path).collect();
    if own.len() != sent.len() {
        return None;
    }
    let mut names = Vec::new();
    for (own, sent) in own.into_iter().zip(sent) {
        match own.strip_prefix('{').and_then(|own| own.strip_suffix('}')) {
            Some(name) => {
                names.push((name, percent_decode_str(sent).decode_utf8_lossy().into_owned()));
            }
            None if own == *sent => {}
            None => return None,
        }
    }
    Some(names)
}
