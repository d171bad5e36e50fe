//! The streams beside the output: errors, warnings, verbose, debug, information; where they go, and what
//! collects them on the way.

use std::sync::Arc;

use crate::cmdlet::Progress;
use crate::error::{ErrorRecord, Interrupt, Result, as_error, concise_view, error_value};
use crate::host::Stream;
use crate::render::{RenderSession, StyledStream};
use crate::symbol::Symbol;
use crate::value::{Instance, List, Value};

use super::context::EngineContext;
use super::{Machine, Out};

/// Where one stream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The console.
    Console,
    /// Nowhere.
    Null,
    /// Into an output: `2>&1`.
    Merge(Out),
}

/// The streams with a number of their own; the output (1) goes where [`Out`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// 2.
    Error = 0,
    /// 3.
    Warning = 1,
    /// 4.
    Verbose = 2,
    /// 5.
    Debug = 3,
    /// 6.
    Information = 4,
}

/// Where the streams of running code go.
#[derive(Clone)]
pub struct StreamSet {
    /// By channel.
    pub targets: [Target; 5],
    /// Lists that take a copy (`-ErrorVariable` and its kin).
    pub collectors: Vec<(Channel, Arc<List>)>,
}

impl StreamSet {
    /// Everything to the console.
    pub fn console() -> StreamSet {
        StreamSet {
            targets: [Target::Console; 5],
            collectors: Vec::new(),
        }
    }
}

/// An output with something besides.
pub struct Tee {
    pub(super) out: Out,
    pub(super) kind: TeeKind,
}

/// What else happens to items that pass.
pub enum TeeKind {
    /// They are kept (`-OutVariable`).
    List(Arc<List>),
    /// The current one is in a variable of a frame (`-PipelineVariable`).
    Variable(usize, Symbol),
    /// They are given to whoever runs the session, and go no further.
    Given(crate::session::Taker),
    /// They are written to a file (`>`), and go no further.
    File(Box<FileSink>),
}

/// A file that output is redirected to.
pub struct FileSink {
    path: String,
    session: Option<Box<dyn RenderSession>>,
    pending: Vec<u8>,
    begun: bool,
}

impl FileSink {
    pub(super) fn new(path: String, append: bool) -> FileSink {
        FileSink {
            path,
            session: None,
            pending: Vec::new(),
            begun: append,
        }
    }
}

/// WarningRecord, VerboseRecord, DebugRecord: what a merged stream carries.
pub struct StreamRecord {
    channel: Channel,
    message: String,
}

impl Instance for StreamRecord {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self.channel {
            Channel::Warning => "System.Management.Automation.WarningRecord",
            Channel::Verbose => "System.Management.Automation.VerboseRecord",
            _ => "System.Management.Automation.DebugRecord",
        })
    }

    fn to_text(&self) -> String {
        self.message.clone()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Message", "InvocationInfo", "PipelineIterationInfo"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "message" => Some(Value::str(&self.message)),
            "invocationinfo" | "pipelineiterationinfo" => Some(Value::Null),
            _ => None,
        }
    }
}

/// System.Management.Automation.InformationRecord.
pub struct InformationRecord {
    data: Value,
    tags: Vec<String>,
    source: String,
    ticks: i64,
}

impl Instance for InformationRecord {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.InformationRecord")
    }

    fn to_text(&self) -> String {
        self.data.to_text()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "MessageData",
            "Source",
            "TimeGenerated",
            "Tags",
            "User",
            "Computer",
            "ProcessId",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "messagedata" => self.data.clone(),
            "source" => Value::str(&self.source),
            "timegenerated" => Value::datetime(self.ticks, crate::value::DateTimeKind::Local),
            "tags" => Value::strings(&self.tags),
            _ => return None,
        })
    }
}

/// What a preference variable asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing, not even a record.
    Ignore,
    /// A record, nothing shown.
    SilentlyContinue,
    /// Shown.
    Continue,
    /// Shown, then stop.
    Stop,
    /// Ask.
    Inquire,
}

impl Action {
    /// The action that a text or a value names.
    pub fn parse(value: &Value) -> Option<Action> {
        Some(match value.to_text().to_ascii_lowercase().as_str() {
            "ignore" | "4" => Action::Ignore,
            "silentlycontinue" | "0" => Action::SilentlyContinue,
            "continue" | "2" => Action::Continue,
            "stop" | "1" => Action::Stop,
            "inquire" | "3" => Action::Inquire,
            "suspend" | "5" | "break" | "6" => Action::Continue,
            _ => return None,
        })
    }
}

impl Machine {
    /// A preference variable's action.
    pub(super) fn preference(&self, name: &str) -> Action {
        let value = Symbol::find(name).and_then(|symbol| self.read_named(symbol));
        value.as_ref().and_then(Action::parse).unwrap_or(Action::Continue)
    }

    pub(super) fn target(&self, channel: Channel) -> Target {
        self.stream_sets[self.streams as usize].targets[channel as usize]
    }

    fn collect_in(&self, channel: Channel, value: &Value) {
        for (of, list) in &self.stream_sets[self.streams as usize].collectors {
            if *of == channel {
                list.items.write().push(value.clone());
            }
        }
    }

    /// Shows or redirects an error that has been recorded.
    pub(super) fn write_error(&mut self, record: &ErrorRecord) -> Result<()> {
        let value = error_value(record.clone());
        self.collect_in(Channel::Error, &value);
        match self.target(Channel::Error) {
            Target::Null => Ok(()),
            Target::Merge(out) => self.emit(out, value),
            Target::Console => {
                self.print_error(record);
                Ok(())
            }
        }
    }

    pub(super) fn print_error(&mut self, record: &ErrorRecord) {
        let text = self.error_text(record, self.host.width());
        let text = format!("{}\n", self.renderer.styled(StyledStream::Error, &text));
        self.host.write(Stream::Error, &text);
    }

    /// An error's text in the view that `$ErrorView` asks for.
    pub(super) fn error_text(&self, record: &ErrorRecord, width: usize) -> String {
        let view = Symbol::find("ErrorView")
            .and_then(|symbol| self.read_named(symbol))
            .map(|view| view.to_text());
        match view.as_deref() {
            Some(view) if view.eq_ignore_ascii_case("CategoryView") => crate::error::category_text(record),
            Some(view) if view.eq_ignore_ascii_case("NormalView") => crate::error::normal_view(record),
            _ => concise_view(record, width),
        }
    }

    /// A message on the warning, verbose or debug stream, under an action.
    pub(super) fn message(&mut self, channel: Channel, text: &str, action: Action) -> Result<()> {
        if action == Action::Ignore {
            return Ok(());
        }
        let value = Value::instance(StreamRecord {
            channel,
            message: text.to_owned(),
        });
        self.collect_in(channel, &value);
        if action == Action::SilentlyContinue {
            return Ok(());
        }
        match self.target(channel) {
            Target::Null => {}
            Target::Merge(out) => self.emit(out, value)?,
            Target::Console => self.print_message(channel, text),
        }
        if action == Action::Stop {
            let name = match channel {
                Channel::Warning => "WarningPreference",
                Channel::Verbose => "VerbosePreference",
                _ => "DebugPreference",
            };
            return Err(self.stopped_by(name, text));
        }
        Ok(())
    }

    fn print_message(&mut self, channel: Channel, text: &str) {
        let (prefix, stream) = match channel {
            Channel::Warning => ("WARNING: ", StyledStream::Warning),
            Channel::Verbose => ("VERBOSE: ", StyledStream::Verbose),
            _ => ("DEBUG: ", StyledStream::Debug),
        };
        let text = self.renderer.styled(stream, &format!("{prefix}{text}"));
        self.host.write(Stream::Output, &format!("{text}\n"));
    }

    fn stopped_by(&self, preference: &str, text: &str) -> Interrupt {
        let mut record = ErrorRecord::new(
            "ActionPreferenceStop",
            crate::error::Category::OperationStopped,
            format!(
                "The running command stopped because the preference variable \"{preference}\" or common parameter is set to \
                 Stop: {text}"
            ),
        )
        .exception("System.Management.Automation.ActionPreferenceStopException");
        record.fatal = true;
        record.into()
    }

    /// An information record: Write-Host shows itself, Write-Information under its preference.
    pub(super) fn information_record(&mut self, data: Value, tags: &[&str], action: Action) -> Result<()> {
        if action == Action::Ignore {
            return Ok(());
        }
        let host = tags.iter().any(|tag| tag.eq_ignore_ascii_case("PSHOST"));
        let quiet = tags
            .iter()
            .any(|tag| tag.eq_ignore_ascii_case("PSHOST:NoNewLine"));
        let shown_tags: Vec<String> = tags
            .iter()
            .filter(|tag| !tag.starts_with("PSHOST:"))
            .map(|tag| (*tag).to_owned())
            .collect();
        let source = self.frames[self.frame]
            .source
            .file
            .as_deref()
            .unwrap_or("")
            .to_owned();
        let ticks = self.host.now_ticks();
        let ticks = ticks + i64::from(self.host.utc_offset_minutes(ticks)) * 600_000_000;
        let text = data
            .property("ConsoleText")
            .map_or_else(|| data.to_text(), |text| text.to_text());
        let value = Value::instance(InformationRecord {
            data,
            tags: shown_tags,
            source,
            ticks,
        });
        self.collect_in(Channel::Information, &value);
        match self.target(Channel::Information) {
            Target::Null => Ok(()),
            Target::Merge(out) => self.emit(out, value),
            Target::Console if host || action == Action::Continue || action == Action::Inquire => {
                let end = if quiet { "" } else { "\n" };
                let text = self.renderer.styled(StyledStream::Information, &text);
                self.host.write(Stream::Output, &format!("{text}{end}"));
                Ok(())
            }
            Target::Console => Ok(()),
        }
    }

    pub(super) fn show_progress(&mut self, progress: &Progress) {
        if matches!(
            self.preference("ProgressPreference"),
            Action::Continue | Action::Inquire
        ) {
            match self.renderer.progress(progress) {
                Some(text) => self.host.write(Stream::Error, &text),
                None => self.host.progress(progress),
            }
        }
    }

    /// Records of merged streams that reach the console look as they would have without the merge. Whether it was one.
    pub(super) fn show_stream_record(&mut self, value: &Value) -> Result<bool> {
        let Value::Instance(_) = value else {
            return Ok(false);
        };
        if let Some(record) = as_error(value) {
            let record = record.clone();
            self.finish_console()?;
            let text = concise_view(&record, self.host.width());
            let text = self.renderer.styled(StyledStream::Error, &text);
            self.host.write(Stream::Output, &format!("{text}\n"));
            return Ok(true);
        }
        if let Some(record) = value.downcast::<StreamRecord>() {
            let (channel, message) = (record.channel, record.message.clone());
            self.print_message(channel, &message);
            return Ok(true);
        }
        if let Some(record) = value.downcast::<InformationRecord>() {
            let text = self.renderer.styled(StyledStream::Information, &record.to_text());
            self.host.write(Stream::Output, &format!("{text}\n"));
            return Ok(true);
        }
        Ok(false)
    }

    pub(super) fn emit_tee(&mut self, at: u32, value: Value) -> Result<()> {
        let tee = &mut self.tees[at as usize];
        let out = tee.out;
        match &mut tee.kind {
            TeeKind::List(list) => list.items.write().push(value.clone()),
            TeeKind::Variable(frame, symbol) => {
                let (frame, symbol) = (*frame, *symbol);
                self.put_in(frame, symbol, value.clone());
            }
            TeeKind::Given(take) => {
                let take = Arc::clone(take);
                take(value);
                return Ok(());
            }
            TeeKind::File(_) => return self.emit_to_file(at, &value),
        }
        self.emit(out, value)
    }

    fn emit_to_file(&mut self, at: u32, value: &Value) -> Result<()> {
        let session = match &mut self.tees[at as usize].kind {
            TeeKind::File(sink) => sink.session.take(),
            _ => None,
        };
        let mut session = match session {
            Some(session) => session,
            None => self.renderer.session(self.host.width()),
        };
        let text = match as_error(value) {
            Some(record) => Ok(format!("{}\n", concise_view(record, self.host.width()))),
            None => session.push(&mut EngineContext::new(self), value),
        };
        if let TeeKind::File(sink) = &mut self.tees[at as usize].kind {
            sink.session = Some(session);
            sink.pending.extend_from_slice(text?.as_bytes());
            if sink.pending.len() > 1 << 16 {
                return self.flush_file(at);
            }
        }
        Ok(())
    }

    /// Adds bytes as they are to the file behind an output; whether there is one, and nothing was rendered into it.
    pub(super) fn append_bytes(&mut self, at: u32, bytes: &[u8]) -> Result<bool> {
        match &mut self.tees[at as usize].kind {
            TeeKind::File(sink) if sink.session.is_none() => sink.pending.extend_from_slice(bytes),
            _ => return Ok(false),
        }
        self.flush_file(at)?;
        Ok(true)
    }

    fn flush_file(&mut self, at: u32) -> Result<()> {
        let host = Arc::clone(&self.host);
        let TeeKind::File(sink) = &mut self.tees[at as usize].kind else {
            return Ok(());
        };
        let bytes = std::mem::take(&mut sink.pending);
        let written = if sink.begun {
            host.append_file(&sink.path, &bytes)
        } else {
            host.write_file(&sink.path, &bytes)
        };
        sink.begun = true;
        let path = sink.path.clone();
        written.map_err(|error| {
            ErrorRecord::new(
                "FileOpenFailure",
                crate::error::Category::OpenError,
                format!("Cannot write to '{path}': {error}"),
            )
            .about(Value::from(path))
            .exception("System.IO.IOException")
            .into()
        })
    }

    /// Closes the outputs with something besides, down to a height.
    pub(super) fn close_tees(&mut self, height: usize) -> Result<()> {
        let mut result = Ok(());
        while self.tees.len() > height {
            let at = self.tees.len() as u32 - 1;
            let closed = self.close_tee(at);
            self.tees.truncate(at as usize);
            if result.is_ok() {
                result = closed;
            }
        }
        result
    }

    fn close_tee(&mut self, at: u32) -> Result<()> {
        let session = match &mut self.tees[at as usize].kind {
            TeeKind::File(sink) => sink.session.take(),
            _ => return Ok(()),
        };
        if let Some(mut session) = session {
            let text = session.finish(&mut EngineContext::new(self))?;
            if let TeeKind::File(sink) = &mut self.tees[at as usize].kind {
                sink.pending.extend_from_slice(text.as_bytes());
            }
        }
        self.flush_file(at)
    }

    /// An output that does something besides.
    pub(super) fn tee(&mut self, out: Out, kind: TeeKind) -> Out {
        self.tees.push(Tee { out, kind });
        Out::Tee(self.tees.len() as u32 - 1)
    }
}
