//! Layout of output: from values to the text of a console, a file or a string, as PowerShell lays it out.
//!
//! A stream remembers its open block: the first object chooses table or list, the next ones follow it. Texts, numbers
//! and errors are lines of their own and do not close a block. A block whose shape came from a type's view ends when an
//! object of another type arrives; one whose shape came from the object's own properties takes anything.
//! Rows of a table wait until their column widths are known: 300 rows, 300 ms, or the end of the block with -AutoSize.

pub mod block;
pub mod cell;
pub mod custom;
pub mod error;
pub mod list;
pub mod progress;
pub mod table;
pub mod views;
pub mod wide;

#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::format::{Directive, FormatData, Shape};
use plenum_lang::inspect;
use plenum_lang::render::{RenderSession, Renderer, StyledStream};
use plenum_lang::value::Value;

use crate::theme::{Role, Theme};
use block::Block;

/// The shell's formatter.
pub struct ConsoleRenderer {
    theme: RwLock<Arc<Theme>>,
}

impl ConsoleRenderer {
    /// A formatter that colours what goes to the console by a theme; files and strings stay plain.
    pub fn new(theme: impl Into<Arc<Theme>>) -> ConsoleRenderer {
        ConsoleRenderer {
            theme: RwLock::new(theme.into()),
        }
    }

    fn theme(&self) -> Arc<Theme> {
        let theme = self.theme.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&theme)
    }
}

impl Renderer for ConsoleRenderer {
    fn session(&self, width: usize) -> Box<dyn RenderSession> {
        Box::new(FormatStream::new(width, Arc::default()))
    }

    fn console_session(&self, width: usize) -> Box<dyn RenderSession> {
        // A full line would make some terminals go on to a second one: the last column stays free.
        Box::new(FormatStream::new(width.saturating_sub(1), self.theme()))
    }

    fn styled(&self, stream: StyledStream, text: &str) -> String {
        let theme = self.theme();
        let role = match stream {
            StyledStream::Error if theme.enabled() => return error::painted(&theme, text),
            StyledStream::Error => Role::Error,
            StyledStream::Warning => Role::Warning,
            StyledStream::Verbose => Role::Detail,
            StyledStream::Debug => Role::Debug,
            // Write-Host brings colours of its own; they go no further than a terminal that shows them.
            StyledStream::Information if !theme.enabled() => return cell::strip_escapes(text),
            StyledStream::Information | StyledStream::Prompt => return text.to_owned(),
        };
        // The line's end stays outside the colour, so that a pager or a prompt after it begins plain.
        match text.strip_suffix('\n') {
            Some(line) => format!("{}\n", theme.paint(role, line)),
            None => theme.paint(role, text),
        }
    }

    fn restyle(&self, name: &str, escapes: &str) -> bool {
        let mut theme = self.theme.write().unwrap_or_else(PoisonError::into_inner);
        let changed = theme.restyled(name, escapes);
        let shown = changed.is_some();
        *theme = changed.map_or_else(|| Arc::clone(&theme), Arc::new);
        shown
    }
}

/// How a stream lays out: what its blocks need to know.
pub struct Page {
    /// Columns.
    pub width: usize,
    /// Colours.
    pub theme: Arc<Theme>,
    /// `$FormatEnumerationLimit`.
    pub enumeration_limit: usize,
    /// The screen's rows, where there is a screen.
    pub height: Option<usize>,
    /// What happens to errors of calculated properties.
    pub errors: PropertyErrors,
}

/// What happens to errors of calculated properties.
#[derive(Clone, Copy, Default)]
pub struct PropertyErrors {
    /// They are reported.
    pub reported: bool,
    /// They stand in their place as `#ERR`.
    pub displayed: bool,
}

/// One format stream.
pub struct FormatStream {
    page: Page,
    block: Option<Block>,
    directive: Option<Arc<Directive>>,
}

impl FormatStream {
    fn new(width: usize, theme: Arc<Theme>) -> FormatStream {
        let page = Page {
            width: width.max(1),
            theme,
            enumeration_limit: cell::DEFAULT_ENUMERATION_LIMIT,
            height: None,
            errors: PropertyErrors::default(),
        };
        FormatStream {
            page,
            block: None,
            directive: None,
        }
    }

    fn take(&mut self, context: &mut dyn Context, value: &Value, out: &mut String) -> Result<()> {
        if let Some(data) = FormatData::of(value) {
            return self.take_format_data(context, data, out);
        }
        match value.base() {
            Value::Null | Value::Nothing => Ok(()),
            Value::Hashtable(table) => {
                for (key, value) in table.pairs() {
                    self.take_object(context, &views::entry(table, key, value), out)?;
                }
                Ok(())
            }
            _ => match inspect::elements(value) {
                Some(items) => items.iter().try_for_each(|item| self.take(context, item, out)),
                None => self.take_object(context, value, out),
            },
        }
    }

    fn take_format_data(
        &mut self,
        context: &mut dyn Context,
        data: &FormatData,
        out: &mut String,
    ) -> Result<()> {
        match data {
            FormatData::Start(directive) => {
                self.close(context, out)?;
                self.page.height = context.host().height();
                self.page.errors = PropertyErrors {
                    reported: directive.show_errors,
                    displayed: directive.display_errors,
                };
                self.directive = Some(Arc::clone(directive));
                Ok(())
            }
            FormatData::Entry(value) => {
                if self
                    .directive
                    .as_ref()
                    .is_some_and(|directive| directive.collections)
                {
                    self.take_object(context, value, out)
                } else {
                    self.take(context, value, out)
                }
            }
            FormatData::End => {
                self.close(context, out)?;
                self.directive = None;
                self.page.errors = PropertyErrors::default();
                Ok(())
            }
        }
    }

    fn take_object(&mut self, context: &mut dyn Context, value: &Value, out: &mut String) -> Result<()> {
        // A property bag in an open block is a row: the rest of the questions are for the first object.
        let is_row = self.block.is_some() && matches!(value, Value::Object(_));
        let is_text = !is_row && !self.shows_members_of(value);
        if is_text && let Some(line) = views::line_of(context, value, self.page.width)? {
            match &mut self.block {
                Some(block) => block.text_line(&line, out),
                None => {
                    out.push_str(&line);
                    out.push('\n');
                }
            }
            return Ok(());
        }
        if self.block.as_ref().is_some_and(|block| !block.accepts(value)) {
            self.close(context, out)?;
        }
        if self.block.is_none() {
            self.block = Some(Block::open(
                context,
                &self.page,
                self.directive.as_ref(),
                value,
                out,
            )?);
        }
        let Some(block) = &mut self.block else {
            return Ok(());
        };
        block.add(context, &self.page, value, out)
    }

    /// Format-Custom, Format-List and -Force show an error's members; a table or a list of texts shows the texts.
    fn shows_members_of(&self, value: &Value) -> bool {
        let Some(directive) = &self.directive else {
            return false;
        };
        (directive.force || matches!(directive.shape, Shape::List | Shape::Custom))
            && (error::record_of(value).is_some()
                || inspect::type_name(value) == "System.Security.SecureString")
    }

    fn close(&mut self, context: &mut dyn Context, out: &mut String) -> Result<()> {
        match self.block.take() {
            Some(block) => block.close(context, &self.page, out),
            None => Ok(()),
        }
    }
}

impl RenderSession for FormatStream {
    fn push(&mut self, context: &mut dyn Context, value: &Value) -> Result<String> {
        if self.block.is_none() {
            self.page.enumeration_limit = cell::enumeration_limit(context);
        }
        let mut out = String::new();
        self.take(context, value, &mut out)?;
        Ok(out)
    }

    fn finish(&mut self, context: &mut dyn Context) -> Result<String> {
        let mut out = String::new();
        self.close(context, &mut out)?;
        self.directive = None;
        Ok(out)
    }
}
