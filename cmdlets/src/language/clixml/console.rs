//! `-OutputFormat XML`: what a process puts out as CLIXML, for a program that started it.
//!
//! Standard output is one document of the objects and of what the streams for people say, standard error one of the
//! errors; each begins with a line that says so, and begins when there is something to write. Objects for layout
//! (Format-Table's) go out as their lines.

use std::sync::Arc;

use parking_lot::Mutex;
use plenum_lang::cmdlet::{Context, Progress};
use plenum_lang::error::Result;
use plenum_lang::format::FormatData;
use plenum_lang::render::{RenderSession, Renderer, StyledStream};
use plenum_lang::value::Value;

use super::reader::HEADER;
use super::writer::{CLOSING, DEPTH, OPENING, Writer};

/// What lays out for a process whose output is read by a program.
pub struct ClixmlRenderer {
    /// Lays out what does not go to the console: files and strings.
    plain: Arc<dyn Renderer>,
    output: Arc<Document>,
    errors: Document,
}

/// One stream's document.
#[derive(Default)]
struct Document(Mutex<Option<Writer>>);

impl Document {
    /// Adds elements; the text that makes them part of the document.
    fn add(&self, add: impl FnOnce(&mut Writer) -> Result<()>) -> Result<String> {
        let mut writer = self.0.lock();
        let begins = writer.is_none();
        let writer = writer.get_or_insert_with(|| Writer::compact(DEPTH));
        add(writer)?;
        let elements = writer.take();
        Ok(match begins {
            true => format!("{HEADER}\n{OPENING}{elements}"),
            false => elements,
        })
    }

    fn end(&self) -> &'static str {
        match self.0.lock().take() {
            Some(_) => CLOSING,
            None => "",
        }
    }
}

impl ClixmlRenderer {
    /// One over what lays out for files and strings.
    pub fn new(plain: Arc<dyn Renderer>) -> ClixmlRenderer {
        ClixmlRenderer {
            plain,
            output: Arc::default(),
            errors: Document::default(),
        }
    }
}

impl Renderer for ClixmlRenderer {
    fn session(&self, width: usize) -> Box<dyn RenderSession> {
        self.plain.session(width)
    }

    fn console_session(&self, width: usize) -> Box<dyn RenderSession> {
        Box::new(Elements {
            output: Arc::clone(&self.output),
            plain: self.plain.session(width),
        })
    }

    fn styled(&self, stream: StyledStream, text: &str) -> String {
        let (document, name) = match stream {
            StyledStream::Error => (&self.errors, "Error"),
            StyledStream::Warning => (&*self.output, "warning"),
            StyledStream::Verbose => (&*self.output, "verbose"),
            StyledStream::Debug => (&*self.output, "debug"),
            StyledStream::Information | StyledStream::Prompt => (&*self.output, "information"),
        };
        // What says the stream to people, the attribute says here.
        let prefix = match stream {
            StyledStream::Warning => "WARNING: ",
            StyledStream::Verbose => "VERBOSE: ",
            StyledStream::Debug => "DEBUG: ",
            _ => "",
        };
        let text = text.strip_prefix(prefix).unwrap_or(text);
        let said = document.add(|writer| {
            writer.add_text(name, text);
            Ok(())
        });
        said.unwrap_or_default()
    }

    fn progress(&self, progress: &Progress) -> Option<String> {
        let said = self.errors.add(|writer| {
            writer.add_progress(progress);
            Ok(())
        });
        said.ok()
    }

    fn endings(&self) -> [&'static str; 2] {
        [self.output.end(), self.errors.end()]
    }
}

/// Objects on their way to the console.
struct Elements {
    output: Arc<Document>,
    plain: Box<dyn RenderSession>,
}

impl Elements {
    fn lines(&self, shown: &str) -> Result<String> {
        if shown.is_empty() {
            return Ok(String::new());
        }
        self.output.add(|writer| {
            shown.lines().for_each(|line| writer.add_text("Output", line));
            Ok(())
        })
    }
}

impl RenderSession for Elements {
    fn push(&mut self, context: &mut dyn Context, value: &Value) -> Result<String> {
        if FormatData::of(value).is_some() {
            let shown = self.plain.push(context, value)?;
            return self.lines(&shown);
        }
        self.output
            .add(|writer| writer.add(context, Some("Output"), value))
    }

    fn finish(&mut self, context: &mut dyn Context) -> Result<String> {
        let shown = self.plain.finish(context)?;
        self.lines(&shown)
    }
}
