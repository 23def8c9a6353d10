//! The OpenAPI 3.1 description, made of the table that requests are routed by.
use crate::args::VERSIONS;
use crate::failure::VERSION;
use crate::table::{self, Access, Endpoint, Need, Param, Place, Rule, Shape};
use serde_json::{Map, Value, json};

/// The description.
pub(crate) fn description() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in table::all() {
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        if let Value::Object(path) = path {
            path.insert(endpoint.method.as_str().to_lowercase(), operation(endpoint));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "hashlift: the Users API",
            "version": VERSION,
            "description": "Users whose password hashes come from anywhere: import them, let \
                            them log in, watch the hashes move forward.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "project": header("X-Appwrite-Project"),
                "key": header("X-Appwrite-Key"),
                "session": header("X-Appwrite-Session"),
            },
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["message", "code", "type", "version"],
                    "additionalProperties": false,
                    "properties": {
                        "message": { "type": "string" },
                        "code": { "type": "integer" },
                        "type": { "type": "string" },
                        "version": { "type": "string" },
                    },
                },
                "User": object(&["$id", "email", "phone", "name", "hash", "hashOptions"]),
                "Account": object(&["$id", "email", "phone", "name"]),
                "Session": object(&["$id", "userId", "expire", "provider", "secret"]),
                "Target": object(&["$id", "userId", "providerType", "identifier"]),
                "Token": object(&["$id", "userId", "secret", "expire"]),
                "Prefs": { "type": "object" },
            },
        },
    })
}

fn header(name: &str) -> Value {
    json!({ "type": "apiKey", "in": "header", "name": name })
}

fn object(required: &[&str]) -> Value {
    json!({ "type": "object", "required": required })
}

fn operation(endpoint: &Endpoint) -> Value {
    let parameters: Vec<_> =
        endpoint.params.iter().filter(|param| param.place != Place::Body).map(parameter).collect();
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.about,
        "parameters": parameters,
        "responses": responses(endpoint),
        "security": security(endpoint.access),
    });
    let body: Vec<_> = endpoint.params.iter().filter(|param| param.place == Place::Body).collect();
    if let (false, Value::Object(operation)) = (body.is_empty(), &mut operation) {
        operation.insert("requestBody".to_owned(), request_body(&body));
    }
    operation
}

fn parameter(param: &Param) -> Value {
    let (name, place) = match (param.place, param.rule) {
        (Place::Path, _) => (param.name.to_owned(), "path"),
        (_, Rule::Queries) => (format!("{}[]", param.name), "query"),
        _ => (param.name.to_owned(), "query"),
    };
    json!({
        "name": name,
        "in": place,
        "required": param.need == Need::Required,
        "schema": schema(param.rule),
    })
}

fn request_body(params: &[&Param]) -> Value {
    let required: Vec<_> =
        params.iter().filter(|p| p.need == Need::Required).map(|p| p.name).collect();
    let properties: Map<_, _> = params
        .iter()
        .map(|param| {
            let own = schema(param.rule);
            let schema = match param.need {
                Need::Required => own,
                Need::Optional => json!({ "anyOf": [own, { "type": "null" }] }),
            };
            (param.name.to_owned(), schema)
        })
        .collect();
    let schema = json!({ "type": "object", "required": required, "properties": properties });
    json!({
        "required": !required.is_empty(),
        "content": { "application/json": { "schema": schema } },
    })
}

fn schema(rule: Rule) -> Value {
    match rule {
        Rule::Any | Rule::Email => json!({ "type": "string" }),
        Rule::Boolean => json!({ "type": "boolean" }),
        Rule::LooseBoolean | Rule::Total => {
            json!({ "enum": [true, false, "true", "false", "1", "0", 1, 0] })
        }
        Rule::CustomId => {
            json!({ "type": "string", "pattern": "^(unique\\(\\)|[A-Za-z0-9][A-Za-z0-9._-]{0,35})$" })
        }
        Rule::Id => json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$" }),
        Rule::Integer => {
            json!({ "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX })
        }
        Rule::Labels => json!({
            "type": "array",
            "maxItems": 1000,
            "items": { "type": "string", "pattern": "^[A-Za-z0-9]{1,36}$" },
        }),
        Rule::Object => json!({ "type": "object" }),
        Rule::Password => json!({ "type": "string", "description": "8 to 256 bytes" }),
        Rule::Phone => json!({ "type": "string", "pattern": "^\\+[1-9][0-9]{6,14}$" }),
        Rule::Queries => json!({
            "type": "array",
            "maxItems": 100,
            "items": { "type": "string", "maxLength": 4096 },
        }),
        Rule::Text(min, max) => json!({ "type": "string", "minLength": min, "maxLength": max }),
        Rule::Version => json!({ "enum": VERSIONS }),
        Rule::EmptyOr(rule) => json!({ "anyOf": [{ "const": "" }, schema(*rule)] }),
    }
}

fn responses(endpoint: &Endpoint) -> Value {
    let mut responses = Map::new();
    responses.insert(endpoint.status.to_string(), success(endpoint.shape));
    let gate: &[u16] = match endpoint.access {
        Access::Open => &[],
        Access::Project | Access::Session | Access::Key(_) => &[401, 403, 404],
    };
    // A body may be too slow, too large or broken off on any of them.
    let body: &[u16] = if matches!(endpoint.access, Access::Open) { &[] } else { &[400] };
    for status in gate.iter().chain(endpoint.errors).chain(&[408, 413]).chain(body) {
        responses.entry(status.to_string()).or_insert_with(failure);
    }
    // The HTTP layer answers these itself, before there is a route.
    for (status, what) in [(414, "The URI is too long."), (431, "The headers are too large.")] {
        responses.insert(status.to_string(), json!({ "description": what }));
    }
    Value::Object(responses)
}

fn failure() -> Value {
    json!({
        "description": "Refused: see `type` and `message`.",
        "content": { "application/json": { "schema": reference("Error") } },
    })
}

fn success(shape: Shape) -> Value {
    let schema = match shape {
        Shape::None => return json!({ "description": "Done." }),
        Shape::Account => reference("Account"),
        Shape::Description | Shape::Health => json!({ "type": "object" }),
        Shape::Prefs => reference("Prefs"),
        Shape::Session => reference("Session"),
        Shape::Target => reference("Target"),
        Shape::Token => reference("Token"),
        Shape::User => reference("User"),
        Shape::List(name) => json!({
            "type": "object",
            "required": ["total", name],
            "properties": {
                "total": { "type": "integer", "minimum": 0 },
                name: { "type": "array", "items": { "type": "object" } },
            },
        }),
    };
    json!({ "description": "Done.", "content": { "application/json": { "schema": schema } } })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn security(access: Access) -> Value {
    match access {
        Access::Open => json!([]),
        Access::Project => json!([{ "project": [] }]),
        Access::Session => json!([{ "project": [], "session": [] }]),
        Access::Key(_) => json!([{ "project": [], "key": [] }]),
    }
}
