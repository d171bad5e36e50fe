//! Errors: one record for everything that can go wrong, and the ways a pipeline can end early.

mod record;
mod view;

use std::fmt;
use std::sync::Arc;

pub use record::{Exception, as_error, error_value, exception_of};
pub use view::{category_text, concise_view, normal_view};

use crate::value::Value;

/// System.Management.Automation.ErrorCategory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Category {
    #[default]
    NotSpecified,
    OpenError,
    CloseError,
    DeviceError,
    DeadlockDetected,
    InvalidArgument,
    InvalidData,
    InvalidOperation,
    InvalidResult,
    InvalidType,
    MetadataError,
    NotImplemented,
    NotInstalled,
    ObjectNotFound,
    OperationStopped,
    OperationTimeout,
    SyntaxError,
    ParserError,
    PermissionDenied,
    ResourceBusy,
    ResourceExists,
    ResourceUnavailable,
    ReadError,
    WriteError,
    FromStdErr,
    SecurityError,
    ProtocolError,
    ConnectionError,
    AuthenticationError,
    LimitsExceeded,
    QuotaExceeded,
    NotEnabled,
}

/// A place in a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The script's file; `None` at the prompt.
    pub file: Option<Arc<str>>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Byte offset and length in the script's text.
    pub span: (u32, u32),
    /// The whole source line, for the display.
    pub source_line: Arc<str>,
}

/// System.Management.Automation.ErrorRecord.
#[derive(Clone)]
pub struct ErrorRecord {
    /// The first part of FullyQualifiedErrorId, e.g. `ParameterBindingFailed`; the engine appends `,<command>`.
    pub id: String,
    /// The category.
    pub category: Category,
    /// What the error is about.
    pub target: Value,
    /// What a person reads.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The exception's full type name, for `catch [type]`.
    pub exception_type: Arc<str>,
    /// The exception inside, when one caused this.
    pub inner: Option<Arc<ErrorRecord>>,
    /// Where; the engine fills it in when a cmdlet leaves it out.
    pub position: Option<Position>,
    /// The cmdlet that reported it; the engine fills it in.
    pub command: Option<Arc<str>>,
    /// What follows the id in FullyQualifiedErrorId: a function's name, or a cmdlet's class name.
    pub id_suffix: Option<Arc<str>>,
    /// ErrorDetails.Message, shown instead of the message.
    pub details: Option<String>,
    /// The exception that a script made and threw.
    pub exception: Option<Value>,
    /// CategoryInfo.Activity, Reason, TargetName and TargetType where they were set.
    pub category_info: [Option<Arc<str>>; 4],
    /// Where the error came from: one line a caller, the innermost first.
    pub stack: Option<Arc<str>>,
    /// Whether it ends the script and not only the statement: `throw`, `-ErrorAction Stop`.
    pub fatal: bool,
    /// Whether it is in `$Error` already.
    pub recorded: bool,
    /// Which argument of the call it is about, until the call site knows the place.
    pub argument: Option<ArgumentPart>,
}

/// A part of a call, counted among its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentPart {
    /// A parameter's name.
    Name(u32),
    /// A value.
    Value(u32),
}

impl ErrorRecord {
    /// An error as a cmdlet reports it.
    pub fn new(id: impl Into<String>, category: Category, message: impl Into<String>) -> Self {
        ErrorRecord {
            id: id.into(),
            category,
            target: Value::Null,
            message: message.into(),
            hint: None,
            exception_type: Arc::from("System.Management.Automation.RuntimeException"),
            inner: None,
            position: None,
            command: None,
            id_suffix: None,
            details: None,
            exception: None,
            category_info: [None, None, None, None],
            stack: None,
            fatal: false,
            recorded: false,
            argument: None,
        }
    }

    /// Names what the error is about.
    #[must_use]
    pub fn about(mut self, target: Value) -> Self {
        self.target = target;
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the exception type that `catch` sees.
    #[must_use]
    pub fn exception(mut self, type_name: &str) -> Self {
        self.exception_type = Arc::from(type_name);
        self
    }
}

impl fmt::Debug for ErrorRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorRecord({}: {})", self.id, self.message)
    }
}

/// Why running code stops before its end. `?` carries it up to whoever handles it.
#[derive(Clone, Debug)]
pub enum Interrupt {
    /// A terminating error: `throw`, ThrowTerminatingError, a statement that cannot go on.
    Error(Box<ErrorRecord>),
    /// `break`, with its label.
    Break(Option<Arc<str>>),
    /// `continue`, with its label.
    Continue(Option<Arc<str>>),
    /// `return`: the values are already written.
    Return,
    /// `exit` with a code.
    Exit(i32),
    /// Ctrl-C.
    Stopped,
    /// A stage downstream has all it wants (`Select-Object -First`); its id.
    Enough(u64),
}

impl From<ErrorRecord> for Interrupt {
    fn from(record: ErrorRecord) -> Self {
        Interrupt::Error(Box::new(record))
    }
}

/// What running code gives: a value, or why it stopped.
pub type Result<T> = std::result::Result<T, Interrupt>;
