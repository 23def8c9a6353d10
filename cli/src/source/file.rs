//! What the file sources share: reading from one file, and writing to another that appears only
//! when it is complete.
use super::Access;
use crate::exit::Failure;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Longest record that is held in memory.
pub(super) const RECORD_BYTES_MAX: usize = 16 << 20;

pub(super) struct Input {
    pub(super) from: BufReader<File>,
    pub(super) name: String,
    pub(super) size: u64,
    /// Bytes consumed.
    pub(super) position: u64,
}

impl Input {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| fault(&name, &error))?;
        let size = file.metadata().map_err(|error| fault(&name, &error))?.len();
        Ok(Self { from: BufReader::with_capacity(1 << 18, file), name, size, position: 0 })
    }

    /// Bytes that are there, without taking them; none at the end.
    pub(super) fn fill(&mut self) -> Result<&[u8], Failure> {
        let name = &self.name;
        self.from.fill_buf().map_err(|error| fault(name, &error))
    }

    pub(super) fn consume(&mut self, bytes: usize) {
        self.from.consume(bytes);
        self.position += bytes as u64;
    }

    pub(super) fn fault(&self, error: &std::io::Error) -> Failure {
        fault(&self.name, error)
    }

    pub(super) fn too_long(&self, line: u64) -> Failure {
        let name = &self.name;
        let rule = format!("{name}: line {line}: a record of over 16 MiB; is a quote left open?");
        Failure::environment("record-too-long", rule)
    }
}

/// The new file, under a temporary name beside it until it is complete.
pub(crate) struct Target {
    pub(super) to: BufWriter<NamedTempFile>,
    path: PathBuf,
    replace: bool,
}

impl Target {
    /// `None` when the source is only read.
    pub(crate) fn open(input: &Path, access: Access<'_>) -> Result<Option<Self>, Failure> {
        let Access::Write { output, replace } = access else { return Ok(None) };
        let refuse = |rule: String| Err(Failure::usage("output", rule));
        let Some(path) = output else {
            return refuse(
                "a file is never changed in place: name the new one, --output FILE".into(),
            );
        };
        let name = path.display();
        if path.exists() {
            if same_file(input, path) {
                return refuse(format!("{name} is the input; name another file"));
            }
            if !replace {
                return refuse(format!("{name} exists; --force replaces it"));
            }
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".hashlift-")
            .tempfile_in(folder)
            .map_err(|error| fault(&name.to_string(), &error))?;
        let to = BufWriter::with_capacity(1 << 18, file);
        Ok(Some(Self { to, path: path.to_owned(), replace }))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.to.write_all(bytes).map_err(|error| fault(&self.path.display().to_string(), &error))
    }

    #[cfg(feature = "parquet")]
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// On the disk, and under its own name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let name = self.path.display().to_string();
        let wrong = |error: &std::io::Error| fault(&name, error);
        let file = self.to.into_inner().map_err(|error| wrong(error.error()))?;
        file.as_file().sync_all().map_err(|error| wrong(&error))?;
        let kept = match self.replace {
            true => file.persist(&self.path),
            false => file.persist_noclobber(&self.path),
        };
        kept.map_err(|error| wrong(&error.error))?;
        Ok(())
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn fault(name: &str, error: &std::io::Error) -> Failure {
    Failure::environment("io", format!("{name}: {error}"))
}

/// A byte order mark, which some systems put in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Take a byte order mark, if there is one.
pub(super) fn skip_bom(input: &mut Input) -> Result<&'static [u8], Failure> {
    if !input.fill()?.starts_with(BOM) {
        return Ok(&[]);
    }
    input.consume(BOM.len());
    Ok(BOM)
}
