//! A file that a cmdlet fills piece by piece: what Out-File, Export-Csv, Set- and Add-Content write.
//!
//! Replaced content takes the old one's place when the file is closed; a pipeline that fails or is stopped before that
//! leaves the old file. Appended content goes out as it comes.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::host::NewFile;

use super::{encoding, path};

/// How many bytes wait before they are written.
const WAITING: usize = 256 << 10;

/// The file.
pub struct OutputFile {
    path: String,
    encoding: Option<String>,
    /// The new content; `None` where it goes behind what is there.
    new: Option<Box<dyn NewFile>>,
    waiting: Vec<u8>,
    /// Whether the encoding's mark is there already.
    marked: bool,
}

impl OutputFile {
    /// Begins a file's new content, or continues the file.
    pub fn open(
        context: &mut dyn Context,
        path: String,
        encoding: Option<String>,
        append: bool,
    ) -> Result<OutputFile> {
        let failed = |error: std::io::Error| path::failed(&path, &error, "FileOpenFailure");
        let new = match append {
            true => None,
            false => Some(context.host().create_file(&path).map_err(failed)?),
        };
        let known = context.host().file_status(&path).filter(|_| append);
        if append && known.is_none() {
            context.host().append_file(&path, b"").map_err(failed)?;
        }
        Ok(OutputFile {
            marked: encoding::is_plain(encoding.as_deref()) || known.is_some_and(|status| status.length > 0),
            path,
            encoding,
            new,
            waiting: Vec::new(),
        })
    }

    /// Adds text.
    pub fn text(&mut self, context: &mut dyn Context, text: &str) -> Result<()> {
        if encoding::is_plain(self.encoding.as_deref()) {
            return self.bytes(context, text.as_bytes());
        }
        let bytes = encoding::encode(text, self.encoding.as_deref())?;
        let mark = match self.marked {
            true => encoding::encode("", self.encoding.as_deref())?.len(),
            false => 0,
        };
        self.marked = true;
        self.bytes(context, &bytes[mark..])
    }

    /// Adds text that is UTF-8 already.
    pub fn utf8(&mut self, context: &mut dyn Context, text: &[u8]) -> Result<()> {
        match encoding::is_plain(self.encoding.as_deref()) {
            true => self.bytes(context, text),
            false => self.text(context, &String::from_utf8_lossy(text)),
        }
    }

    /// Adds bytes.
    pub fn bytes(&mut self, context: &mut dyn Context, bytes: &[u8]) -> Result<()> {
        if self.waiting.is_empty() && bytes.len() >= WAITING {
            return self.write(context, bytes);
        }
        self.waiting.extend_from_slice(bytes);
        match self.waiting.len() < WAITING {
            true => Ok(()),
            false => self.flush(context),
        }
    }

    fn flush(&mut self, context: &mut dyn Context) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        self.write(context, &waiting)
    }

    /// Writes the rest; from here on the new content is the file.
    pub fn close(mut self, context: &mut dyn Context) -> Result<()> {
        self.flush(context)?;
        let kept = self.new.take().map_or(Ok(()), NewFile::keep);
        Ok(kept.map_err(|error| path::failed(&self.path, &error, "FileOpenFailure"))?)
    }

    fn write(&mut self, context: &mut dyn Context, bytes: &[u8]) -> Result<()> {
        let written = match &mut self.new {
            Some(file) => file.write_all(bytes),
            None if bytes.is_empty() => Ok(()),
            None => context.host().append_file(&self.path, bytes),
        };
        Ok(written.map_err(|error| path::failed(&self.path, &error, "FileOpenFailure"))?)
    }
}
