//! The functions as DataFusion sees them: names, types, batches of rows.
use crate::row;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeStringArray};
use datafusion::arrow::array::{StringArray, StringViewArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use hashlift::job::Job;
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Identify,
    Why,
    Wrap,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Identify, Self::Why, Self::Wrap];

    fn name(self) -> &'static str {
        match self {
            Self::Identify => "hashlift_identify",
            Self::Why => "hashlift_why",
            Self::Wrap => "hashlift_wrap",
        }
    }

    /// Each wrap has a salt of its own, so it may be neither folded nor shared nor made twice.
    fn volatility(self) -> Volatility {
        match self {
            Self::Identify | Self::Why => Volatility::Immutable,
            Self::Wrap => Volatility::Volatile,
        }
    }
}

/// One of the functions, under a job.
pub(crate) struct Function {
    kind: Kind,
    signature: Signature,
    job: Arc<Job>,
}

impl Function {
    pub(crate) fn new(kind: Kind, job: Arc<Job>) -> Self {
        // Any of the three types of text; of two arguments, both become the wider one.
        let texts = vec![TypeSignature::String(1), TypeSignature::String(2)];
        Self { kind, signature: Signature::one_of(texts, kind.volatility()), job }
    }

    /// The answer for a batch, row by row, on this thread: DataFusion's partitions are the threads.
    fn answer(&self, hashes: &ArrayRef, formats: Option<&ArrayRef>) -> Result<ArrayRef> {
        let none: Texts<'_> = Box::new(std::iter::repeat_n(None, hashes.len()));
        let formats = formats.map_or(Ok(none), texts)?;
        let rows = texts(hashes)?.zip(formats).map(|(text, format)| (text, row::row(text, format)));
        match self.kind {
            Kind::Identify => {
                let slugs = rows.map(|(_, row)| row::format(&self.job, &row));
                Ok(Arc::new(StringArray::from_iter(slugs)))
            }
            Kind::Why => {
                let whys = rows.map(|(_, row)| row::why(&self.job, &row));
                Ok(Arc::new(StringArray::from(whys.collect::<Result<Vec<_>>>()?)))
            }
            Kind::Wrap => {
                let new = rows.map(|(text, row)| match text {
                    Some(text) => row::wrap(&self.job, text, &row).map(Some),
                    None => Ok(None),
                });
                array(hashes.data_type(), new.collect::<Result<_>>()?)
            }
        }
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.kind.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match (self.kind, arguments) {
            (Kind::Wrap, [hash, ..]) => Ok(hash.clone()),
            _ => Ok(DataType::Utf8),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args.args.iter().all(|it| matches!(it, ColumnarValue::Scalar(_)));
        // A constant is looked at once, but wrapped for each row: with a salt of its own.
        let once = constant && self.kind != Kind::Wrap;
        let rows = if once { 1 } else { args.number_rows };
        let columns: Vec<_> =
            args.args.iter().map(|it| it.to_array(rows)).collect::<Result<_>>()?;
        let [hashes, formats @ ..] = columns.as_slice() else {
            return internal_err!("{} without arguments", self.name());
        };
        let answer = self.answer(hashes, formats.first())?;
        match once {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?)),
            false => Ok(ColumnarValue::Array(answer)),
        }
    }
}

/// The name alone: plans and logs show this, and a job may hold keys.
impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())
    }
}

/// The same function under the same job.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && Arc::ptr_eq(&self.job, &other.job)
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

type Texts<'a> = Box<dyn Iterator<Item = Option<&'a str>> + 'a>;

fn texts(column: &ArrayRef) -> Result<Texts<'_>> {
    let texts = column.as_string_opt::<i32>().map(|it| Box::new(it.iter()) as Texts<'_>);
    let texts = texts.or_else(|| column.as_string_opt::<i64>().map(|it| Box::new(it.iter()) as _));
    match texts.or_else(|| column.as_string_view_opt().map(|it| Box::new(it.iter()) as _)) {
        Some(texts) => Ok(texts),
        None => internal_err!("a column of {} where texts were asked for", column.data_type()),
    }
}

/// Texts in the type that their column has.
fn array(kind: &DataType, texts: Vec<Option<Cow<'_, str>>>) -> Result<ArrayRef> {
    let bytes = texts.iter().flatten().fold(0_usize, |sum, text| sum.saturating_add(text.len()));
    match kind {
        DataType::Utf8 if i32::try_from(bytes).is_err() => {
            exec_err!("a batch of {bytes} bytes of text is over 2 GiB; make its rows fewer")
        }
        DataType::Utf8 => Ok(Arc::new(StringArray::from_iter(texts))),
        DataType::LargeUtf8 => Ok(Arc::new(LargeStringArray::from_iter(texts))),
        DataType::Utf8View => Ok(Arc::new(StringViewArray::from_iter(texts))),
        other => internal_err!("a column of {other} where texts were asked for"),
    }
}
