//! What the console shows of values: the contract between the engine, which has objects, and a formatter, which
//! makes text of them.
//!
//! One session is one format stream: it remembers the shape chosen from its first object (table or list, columns) until
//! the type of the objects changes. `Out-String`, `Out-File`, `>` and the console each open their own session.

use crate::cmdlet::{Context, Progress};
use crate::error::Result;
use crate::value::Value;

/// Makes sessions; the shell's formatter is one.
pub trait Renderer: Send + Sync {
    /// A fresh format stream for a width in columns.
    fn session(&self, width: usize) -> Box<dyn RenderSession>;
    /// A fresh format stream for the console itself: with colours, where they are wanted. Plain by default.
    fn console_session(&self, width: usize) -> Box<dyn RenderSession> {
        self.session(width)
    }
    /// The text as it goes to a stream of the console: colours, where they are wanted. Plain by default.
    fn styled(&self, stream: StyledStream, text: &str) -> String {
        let _ = stream;
        text.to_owned()
    }
    /// The text of progress, where it goes to standard error as text and not to a bar.
    fn progress(&self, progress: &Progress) -> Option<String> {
        let _ = progress;
        None
    }
    /// Changes how the console shows something of `$PSStyle`, e.g. `formatting.error`; whether anything shows it.
    fn restyle(&self, name: &str, escapes: &str) -> bool {
        let _ = (name, escapes);
        false
    }
    /// What ends the console's output and its errors, once, when nothing more comes. Nothing by default.
    fn endings(&self) -> [&'static str; 2] {
        ["", ""]
    }
}

/// One format stream.
pub trait RenderSession: Send {
    /// Takes a value and gives the text that can be shown already; tables hold rows back until their widths are known.
    fn push(&mut self, context: &mut dyn Context, value: &Value) -> Result<String>;
    /// Ends the stream and gives the rest of the text.
    fn finish(&mut self, context: &mut dyn Context) -> Result<String>;
}

/// Text whose style depends on the stream that it came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StyledStream {
    /// An error, as ConciseView lays it out.
    Error,
    /// `WARNING: …`
    Warning,
    /// `VERBOSE: …`
    Verbose,
    /// `DEBUG: …`
    Debug,
    /// Write-Host and Write-Information.
    Information,
    /// A question or a `What if:` line.
    Prompt,
}

/// Shows each value's text on a line; for sessions without a console.
pub struct Plain;

impl Renderer for Plain {
    fn session(&self, _: usize) -> Box<dyn RenderSession> {
        Box::new(Plain)
    }
}

impl RenderSession for Plain {
    fn push(&mut self, _: &mut dyn Context, value: &Value) -> Result<String> {
        Ok(format!("{}\n", value.to_text()))
    }
    fn finish(&mut self, _: &mut dyn Context) -> Result<String> {
        Ok(String::new())
    }
}
