//! Bodies and query strings, read into parameters that are wiped after use.
use crate::failure::Failure;
use crate::options::Options;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use serde_json::{Map, Value};
use std::convert::Infallible;
use zeroize::{Zeroize, Zeroizing};

/// Parameters as they arrived. Their texts are zeroed on drop: a password may be among them.
#[derive(Default)]
pub(crate) struct Params(Map<String, Value>);

impl Params {
    /// Take a parameter out.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// The parameters of a query string.
    pub(crate) fn of_query(query: Option<&str>) -> Self {
        Self::of_form(query.unwrap_or_default().as_bytes())
    }

    fn of_form(bytes: &[u8]) -> Self {
        let mut params = Self::default();
        for (name, value) in form_urlencoded::parse(bytes) {
            params.insert(&name, value.into_owned());
        }
        params
    }

    /// The object in a JSON text. Anything else counts as no parameters at all.
    fn of_json(bytes: &[u8]) -> Self {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(map)) => Self(map),
            Ok(mut other) => {
                wipe(&mut other);
                Self::default()
            }
            Err(_) => Self::default(),
        }
    }

    async fn of_multipart(bytes: Vec<u8>, boundary: String) -> Self {
        let mut params = Self::default();
        let once = async move { Ok::<_, Infallible>(Bytes::from(bytes)) };
        let mut parts = multer::Multipart::new(futures_util::stream::once(once), boundary);
        while let Ok(Some(part)) = parts.next_field().await {
            let name = part.name().map(str::to_owned);
            if let (Some(name), Ok(text)) = (name, part.text().await) {
                params.insert(&name, text);
            }
        }
        params
    }

    /// `name=…` is a text, `name[]=…` and `name[0]=…` are items of a list, `name[key]=…` is a
    /// member of an object.
    fn insert(&mut self, name: &str, value: String) {
        let value = Value::String(value);
        let bracket = name.strip_suffix(']').and_then(|name| name.split_once('['));
        let Some((name, key)) = bracket else {
            if let Some(mut old) = self.0.insert(name.to_owned(), value) {
                wipe(&mut old);
            }
            return;
        };
        let listed = key.bytes().all(|b| b.is_ascii_digit());
        let empty = || if listed { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        match (self.0.entry(name).or_insert_with(empty), listed) {
            (Value::Array(items), true) => items.push(value),
            (Value::Object(members), _) => drop(members.insert(key.to_owned(), value)),
            (other, _) => *other = value,
        }
    }
}

impl Drop for Params {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

/// Zero the texts of a value.
pub(crate) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Read a body whole, in good time.
pub(crate) async fn read(body: Body, options: &Options) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let all = collect(body, options.body_bytes_max);
    tokio::time::timeout(options.body_timeout, all).await.map_err(|_| Failure::body_too_slow())?
}

async fn collect(mut body: Body, bytes_max: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut all = Zeroizing::new(Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Failure::body_incomplete())?;
        let Ok(data) = frame.into_data() else { continue };
        let length = all.len().saturating_add(data.len());
        if length > bytes_max {
            return Err(Failure::body_too_large(bytes_max));
        }
        if length > all.capacity() {
            // By hand: a vector that grows leaves its old bytes behind.
            let mut larger = Zeroizing::new(Vec::with_capacity(length.saturating_mul(2)));
            larger.extend_from_slice(&all);
            all = larger;
        }
        all.extend_from_slice(&data);
        if let Ok(mut data) = data.try_into_mut() {
            data.zeroize();
        }
    }
    Ok(all)
}

/// The parameters of a body. One that its type does not describe has none.
pub(crate) async fn params(
    headers: &HeaderMap,
    body: Zeroizing<Vec<u8>>,
    options: &Options,
) -> Result<Params, Failure> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/x-www-form-urlencoded" => Ok(Params::of_form(&body)),
        "multipart/form-data" => match multer::parse_boundary(kind) {
            Ok(boundary) => Ok(Params::of_multipart(body.to_vec(), boundary).await),
            Err(_) => Ok(Params::default()),
        },
        // Clients that send no type, or an empty one, send JSON.
        _ if is_deep(&body, options.depth_max) => Err(Failure::nested_too_deep(options.depth_max)),
        _ => Ok(Params::of_json(&body)),
    }
}

/// Whether brackets outside of texts are nested deeper than `depth_max`.
fn is_deep(json: &[u8], depth_max: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match (byte, in_text) {
            _ if escaped => escaped = false,
            (b'\\', true) => escaped = true,
            (b'"', _) => in_text = !in_text,
            (b'[' | b'{', false) => {
                depth = depth.saturating_add(1);
                if depth > depth_max {
                    return true;
                }
            }
            (b']' | b'}', false) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
