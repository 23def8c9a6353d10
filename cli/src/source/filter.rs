//! `--where`: a small language of our own. Its columns are quoted, its values are bound; what it
//! cannot say is refused, because it would have to be spliced into a statement.
use std::str::CharIndices;

/// Tests that a row has to pass, all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter(Vec<Test>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Test {
    pub(super) column: String,
    /// How it is written in SQL, in all three dialects.
    pub(super) operator: &'static str,
    /// What the column is compared with, unless the operator needs nothing.
    pub(super) value: Option<Value>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Int(i64),
    Real(f64),
    Bool(bool),
}

impl Test {
    /// Whether the column is compared as a text, whatever its type.
    pub(super) fn is_pattern(&self) -> bool {
        self.operator.ends_with("LIKE")
    }
}

impl Filter {
    pub(super) fn tests(&self) -> &[Test] {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().filter_map(|test| test.value.as_ref())
    }

    /// The same tests, and that the column holds a moment from there on: a number, or a date in a
    /// text.
    pub(super) fn and_from(mut self, column: &str, since: &str) -> Self {
        let value = since.parse().map_or_else(|_| Value::Text(since.to_owned()), Value::Int);
        self.0.push(Test { column: column.to_owned(), operator: ">=", value: Some(value) });
        self
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let words = Words::of(text)?;
        let mut left = words.0.as_slice();
        let mut tests = Vec::new();
        loop {
            let (test, rest) = test(left, text)?;
            tests.push(test);
            match rest {
                [] => return Ok(Self(tests)),
                [(_, Word::Bare(and)), more @ ..] if and.eq_ignore_ascii_case("and") => left = more,
                [(at, _), ..] => return Err(refused(*at, "AND, or the end")),
            }
        }
    }
}

fn test<'w>(words: Rest<'w>, text: &str) -> Result<(Test, Rest<'w>), String> {
    let here = |words: Rest<'_>| words.first().map_or(text.len(), |(at, _)| *at);
    let [(_, Word::Bare(column) | Word::Quoted(column)), rest @ ..] = words else {
        return Err(refused(here(words), "a column"));
    };
    let is = |word: &Word, name: &str| matches!(word, Word::Bare(bare) if bare.eq_ignore_ascii_case(name));
    let done = |operator, value| Test { column: column.clone(), operator, value };
    let (operator, rest) = match rest {
        [(_, a), (_, b), rest @ ..] if is(a, "is") && is(b, "null") => {
            return Ok((done("IS NULL", None), rest));
        }
        [(_, a), (_, b), (_, c), rest @ ..] if is(a, "is") && is(b, "not") && is(c, "null") => {
            return Ok((done("IS NOT NULL", None), rest));
        }
        [(_, a), (_, b), rest @ ..] if is(a, "not") && is(b, "like") => ("NOT LIKE", rest),
        [(_, a), rest @ ..] if is(a, "like") => ("LIKE", rest),
        [(_, Word::Operator(operator)), rest @ ..] => (*operator, rest),
        rest => return Err(refused(here(rest), "one of = != < <= > >= LIKE IS NULL")),
    };
    let (value, rest) = match rest {
        [(_, Word::Text(text)), rest @ ..] => (Value::Text(text.clone()), rest),
        [(_, word), rest @ ..] if is(word, "true") => (Value::Bool(true), rest),
        [(_, word), rest @ ..] if is(word, "false") => (Value::Bool(false), rest),
        [(at, Word::Bare(word)), rest @ ..] => match (word.parse(), word.parse::<f64>()) {
            (Ok(number), _) => (Value::Int(number), rest),
            (_, Ok(number)) if number.is_finite() => (Value::Real(number), rest),
            _ => return Err(refused(*at, VALUE)),
        },
        rest => return Err(refused(here(rest), VALUE)),
    };
    let value = match (operator.ends_with("LIKE"), &value) {
        (true, Value::Text(_)) | (false, _) => Some(value),
        (true, _) => return Err(refused(here(words), "a 'text' behind LIKE")),
    };
    Ok((done(operator, value), rest))
}

/// Words that are still to be read, each with its place.
type Rest<'w> = &'w [(usize, Word)];

const VALUE: &str = "a 'text', a number, TRUE or FALSE";

/// What is wrong and what to do instead. It does not repeat the text, which may hold anything.
fn refused(at: usize, expected: &str) -> String {
    format!(
        "at byte {at}: {expected} should stand here. --where is COLUMN OPERATOR VALUE, joined by \
         AND, such as \"role = 'user' AND site_id >= 5\"; values are bound, and nothing else is put \
         into a statement. For more, run once for each case, or fill a column and compare that"
    )
}

/// The words of a filter, each with its place.
struct Words(Vec<(usize, Word)>);

#[derive(Debug)]
enum Word {
    Bare(String),
    /// A name in double quotes or backticks.
    Quoted(String),
    Text(String),
    Operator(&'static str),
}

impl Words {
    fn of(text: &str) -> Result<Self, String> {
        let mut words = Vec::new();
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let next = letters.peek().map(|(_, next)| *next);
            let word = match (letter, next) {
                (' ' | '\t' | '\n' | '\r', _) => continue,
                ('\'', _) => Word::Text(quoted(&mut letters, letter, at)?),
                ('"' | '`', _) => Word::Quoted(quoted(&mut letters, letter, at)?),
                ('!', Some('=')) | ('<', Some('>')) => {
                    letters.next();
                    Word::Operator("<>")
                }
                ('<', Some('=')) => {
                    letters.next();
                    Word::Operator("<=")
                }
                ('>', Some('=')) => {
                    letters.next();
                    Word::Operator(">=")
                }
                ('=', _) => Word::Operator("="),
                ('<', _) => Word::Operator("<"),
                ('>', _) => Word::Operator(">"),
                (c, _) if is_bare(c) => {
                    let mut word = String::from(c);
                    while let Some((_, c)) = letters.next_if(|(_, c)| is_bare(*c)) {
                        word.push(c);
                    }
                    Word::Bare(word)
                }
                _ => return Err(refused(at, "a column, an operator or a value")),
            };
            words.push((at, word));
        }
        Ok(Self(words))
    }
}

fn is_bare(letter: char) -> bool {
    letter.is_alphanumeric() || "_$.-+".contains(letter)
}

/// The rest of a word in quotes, in which the quote itself stands twice.
fn quoted(
    letters: &mut std::iter::Peekable<CharIndices<'_>>,
    quote: char,
    at: usize,
) -> Result<String, String> {
    let mut word = String::new();
    while let Some((_, letter)) = letters.next() {
        if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return Ok(word);
        }
        word.push(letter);
    }
    Err(refused(at, "a quote that is closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<(String, &'static str, Option<Value>)> {
        let filter = Filter::parse(text).unwrap();
        filter.0.into_iter().map(|test| (test.column, test.operator, test.value)).collect()
    }

    #[test]
    fn comparisons_are_read_with_their_values() {
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        assert_eq!(parsed("role='user'"), [("role".to_owned(), "=", text("user"))]);
        assert_eq!(
            parsed("\"the \"\"role\" != 'it''s' and n >= -5 AND x<1.5 AND `y` = TRUE"),
            [
                ("the \"role".to_owned(), "<>", text("it's")),
                ("n".to_owned(), ">=", Some(Value::Int(-5))),
                ("x".to_owned(), "<", Some(Value::Real(1.5))),
                ("y".to_owned(), "=", Some(Value::Bool(true))),
            ]
        );
        assert_eq!(
            parsed("a is null AND b IS NOT NULL AND c not like '$P$%' AND d LIKE 'x'"),
            [
                ("a".to_owned(), "IS NULL", None),
                ("b".to_owned(), "IS NOT NULL", None),
                ("c".to_owned(), "NOT LIKE", text("$P$%")),
                ("d".to_owned(), "LIKE", text("x")),
            ]
        );
    }

    #[test]
    fn everything_else_is_refused_with_its_place() {
        for (text, at) in [
            ("", 0),
            ("role", 4),
            ("role =", 6),
            ("role = other", 7),
            ("role = 'a' OR 1=1", 11),
            ("role = 'a'; DROP TABLE users", 10),
            ("role = 'a' -- b", 11),
            ("role = 'a", 7),
            ("lower(role) = 'a'", 5),
            ("role IN ('a', 'b')", 8),
            ("role = 'a' AND", 14),
            ("role LIKE 5", 0),
            ("role = NULL", 7),
            ("role = -inf", 7),
            ("1 = (SELECT 1)", 4),
            ("'a' = 'a'", 0),
            ("role = /* */ 'a'", 7),
        ] {
            let error = Filter::parse(text).unwrap_err();
            assert!(error.starts_with(&format!("at byte {at}: ")), "{text}: {error}");
            assert!(error.contains("values are bound"), "{error}");
            assert!(!error.contains("DROP"), "{error}");
        }
    }
}
