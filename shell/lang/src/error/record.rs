//! Error records and exceptions as values, with the members that scripts read.

use std::sync::Arc;

use super::{Category, ErrorRecord, Position};
use crate::types::base_of_exception;
use crate::value::{Instance, Value};

/// An exception.
#[derive(Clone)]
pub struct Exception {
    /// Its type's full name.
    pub type_name: Arc<str>,
    /// Its message.
    pub message: String,
    /// The exception inside.
    pub inner: Option<Value>,
    /// The error record of a runtime exception.
    pub record: Option<Arc<ErrorRecord>>,
    /// Other properties, e.g. ParamName.
    pub properties: Vec<(Arc<str>, Value)>,
}

impl Exception {
    /// An exception of a type with a message.
    pub fn new(type_name: &str, message: impl Into<String>) -> Exception {
        Exception {
            type_name: Arc::from(type_name),
            message: message.into(),
            inner: None,
            record: None,
            properties: Vec::new(),
        }
    }
}

/// A type and what it derives from.
fn lineage(type_name: &str) -> Vec<Arc<str>> {
    let mut names = vec![Arc::from(type_name)];
    let mut name = type_name;
    while let Some(base) = base_of_exception(name) {
        names.push(Arc::from(base));
        name = base;
    }
    if names.len() == 1 {
        names.push(Arc::from("System.Exception"));
        names.push(Arc::from("System.Object"));
    }
    names
}

impl Instance for Exception {
    fn type_name(&self) -> Arc<str> {
        Arc::clone(&self.type_name)
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        lineage(&self.type_name)
    }

    fn to_text(&self) -> String {
        match &self.inner {
            Some(inner) => format!("{}: {}\n ---> {}", self.type_name, self.message, inner.to_text()),
            None => format!("{}: {}", self.type_name, self.message),
        }
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = Vec::new();
        if self.record.is_some() {
            names.push(Arc::from("ErrorRecord"));
        }
        names.extend(self.properties.iter().map(|(name, _)| Arc::clone(name)));
        let common = [
            "TargetSite",
            "Message",
            "Data",
            "InnerException",
            "HelpLink",
            "Source",
            "HResult",
            "StackTrace",
        ];
        names.extend(common.map(Arc::from));
        names
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "message" => Value::str(&self.message),
            "innerexception" => self.inner.clone().unwrap_or_default(),
            "errorrecord" => self
                .record
                .as_ref()
                .map_or(Value::Null, |record| error_value(record.as_ref().clone())),
            "data" => Value::hashtable([]),
            "hresult" => Value::Int(-2_146_233_088),
            "targetsite" | "helplink" | "stacktrace" | "source" => {
                return Some(self.own(name).unwrap_or_default());
            }
            _ => return self.own(name),
        })
    }
}

impl Exception {
    fn own(&self, name: &str) -> Option<Value> {
        self.properties
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.clone())
    }
}

/// The exception of a record: the one that was thrown, or one made of the record.
pub fn exception_of(record: &ErrorRecord) -> Value {
    if let Some(exception) = &record.exception {
        return exception.clone();
    }
    let mut exception = Exception::new(&record.exception_type, &record.message);
    exception.inner = record.inner.as_ref().map(|inner| exception_of(inner));
    // .NET's own exceptions know no record.
    if record.exception_type.starts_with("System.Management.Automation.") {
        exception.record = Some(Arc::new(record.clone()));
    }
    Value::instance(exception)
}

/// System.Management.Automation.ErrorRecord as a value.
struct ErrorValue(ErrorRecord);

/// A record as a value.
pub fn error_value(record: ErrorRecord) -> Value {
    Value::instance(ErrorValue(record))
}

/// The record that a value is.
pub fn as_error(value: &Value) -> Option<&ErrorRecord> {
    value.downcast::<ErrorValue>().map(|value| &value.0)
}

impl Instance for ErrorValue {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.ErrorRecord")
    }

    fn to_text(&self) -> String {
        self.0.details.clone().unwrap_or_else(|| message_of(&self.0))
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Exception",
            "TargetObject",
            "CategoryInfo",
            "FullyQualifiedErrorId",
            "ErrorDetails",
            "InvocationInfo",
            "ScriptStackTrace",
            "PipelineIterationInfo",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let record = &self.0;
        Some(match name.to_ascii_lowercase().as_str() {
            "exception" => exception_of(record),
            "targetobject" => record.target.clone(),
            "categoryinfo" => category_info(record),
            "fullyqualifiederrorid" => Value::from(record.full_id()),
            "errordetails" => details(record),
            "invocationinfo" => invocation_info(record),
            "scriptstacktrace" => record.stack.as_ref().map_or(Value::Null, Value::from),
            "pipelineiterationinfo" => Value::array([]),
            _ => return None,
        })
    }
}

/// The exception's message.
fn message_of(record: &ErrorRecord) -> String {
    match record
        .exception
        .as_ref()
        .and_then(|exception| exception.property("Message"))
    {
        Some(message) => message.to_text(),
        None => record.message.clone(),
    }
}

fn details(record: &ErrorRecord) -> Value {
    if record.details.is_none() && record.hint.is_none() {
        return Value::Null;
    }
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::str);
    let message = record.details.clone().or_else(|| Some(String::new()));
    Value::typed(
        &["System.Management.Automation.ErrorDetails", "System.Object"],
        [
            ("Message", text(&message)),
            ("RecommendedAction", text(&record.hint)),
        ],
    )
}

/// CategoryInfo, whose text is `Category: (target:Type) [Activity], Reason`.
struct CategoryInfo {
    category: Category,
    /// Activity, Reason, TargetName, TargetType.
    parts: [String; 4],
}

impl Instance for CategoryInfo {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.ErrorCategoryInfo")
    }

    fn to_text(&self) -> String {
        let [activity, reason, name, kind] = &self.parts;
        format!("{:?}: ({name}:{kind}) [{activity}], {reason}", self.category)
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Category", "Activity", "Reason", "TargetName", "TargetType"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let part = |at: usize| Some(Value::str(&self.parts[at]));
        match name.to_ascii_lowercase().as_str() {
            "category" => Some(category_value(self.category)),
            "activity" => part(0),
            "reason" => part(1),
            "targetname" => part(2),
            "targettype" => part(3),
            _ => None,
        }
    }
}

/// A category as a value of its enum.
fn category_value(category: Category) -> Value {
    let name = format!("{category:?}");
    match crate::types::resolve("System.Management.Automation.ErrorCategory") {
        Some(of) => Value::str(&name)
            .convert(&of)
            .unwrap_or_else(|_| Value::str(&name)),
        None => Value::str(&name),
    }
}

fn category_info(record: &ErrorRecord) -> Value {
    Value::instance(CategoryInfo {
        category: record.category,
        parts: record.category_parts(),
    })
}

/// The text of CategoryInfo.
pub(super) fn category_line(record: &ErrorRecord) -> String {
    CategoryInfo {
        category: record.category,
        parts: record.category_parts(),
    }
    .to_text()
}

fn invocation_info(record: &ErrorRecord) -> Value {
    let position = record.position.clone().unwrap_or_default();
    let command = record.command.as_ref().map_or(Value::Null, |name| {
        Value::typed(
            &["System.Management.Automation.CommandInfo", "System.Object"],
            [("Name", Value::from(name)), ("CommandType", Value::str("Cmdlet"))],
        )
    });
    Value::typed(
        &["System.Management.Automation.InvocationInfo", "System.Object"],
        [
            ("MyCommand", command),
            ("BoundParameters", Value::hashtable([])),
            ("UnboundArguments", Value::array([])),
            ("ScriptLineNumber", Value::count(position.line as usize)),
            ("OffsetInLine", Value::count(position.column as usize)),
            ("HistoryId", Value::Long(1)),
            (
                "ScriptName",
                position.file.as_ref().map_or_else(|| Value::str(""), Value::from),
            ),
            ("Line", Value::str(position.source_line.as_ref())),
            ("Statement", Value::str(super::view::extent(&position))),
            ("PositionMessage", Value::from(position_message(&position))),
            (
                "PSScriptRoot",
                Value::str(
                    position
                        .file
                        .as_deref()
                        .map_or("", |file| file.rsplit_once('/').map_or("", |(folder, _)| folder)),
                ),
            ),
            (
                "PSCommandPath",
                position.file.as_ref().map_or(Value::Null, Value::from),
            ),
            (
                "InvocationName",
                record
                    .command
                    .as_ref()
                    .map_or_else(|| Value::str(""), Value::from),
            ),
            ("PipelineLength", Value::Int(0)),
            ("PipelinePosition", Value::Int(0)),
            ("ExpectingInput", Value::Bool(false)),
            ("CommandOrigin", Value::str("Internal")),
        ],
    )
}

/// `At file:line char:column` with the source line and a marker.
pub(super) fn position_message(position: &Position) -> String {
    if position.line == 0 {
        return String::new();
    }
    let place = match &position.file {
        Some(file) => format!("At {file}:{} char:{}", position.line, position.column),
        None => format!("At line:{} char:{}", position.line, position.column),
    };
    let (line, marker) = super::view::marked(position);
    format!("{place}\n+ {line}\n+ {marker}")
}

impl ErrorRecord {
    /// FullyQualifiedErrorId.
    pub fn full_id(&self) -> String {
        match &self.id_suffix {
            Some(suffix) if suffix.is_empty() => self.id.clone(),
            Some(suffix) if self.id.is_empty() => suffix.to_string(),
            Some(suffix) => format!("{},{suffix}", self.id),
            None => self.id.clone(),
        }
    }

    /// CategoryInfo's Activity, Reason, TargetName and TargetType.
    pub fn category_parts(&self) -> [String; 4] {
        let set = |at: usize| self.category_info[at].as_deref().map(str::to_owned);
        let type_name = match &self.exception {
            Some(exception) => exception
                .downcast::<Exception>()
                .map(|exception| Arc::clone(&exception.type_name)),
            None => None,
        };
        let type_name = type_name.unwrap_or_else(|| Arc::clone(&self.exception_type));
        let reason = type_name.rsplit('.').next().unwrap_or_default().to_owned();
        let (name, kind) = if self.target.is_null() {
            (String::new(), String::new())
        } else {
            let full = crate::inspect::type_name(&self.target);
            (
                self.target.to_text(),
                full.rsplit('.').next().unwrap_or_default().to_owned(),
            )
        };
        let name = shortened(&name);
        [
            set(0).unwrap_or_else(|| self.command.as_deref().unwrap_or_default().to_owned()),
            set(1).unwrap_or(reason),
            set(2).unwrap_or(name),
            set(3).unwrap_or(kind),
        ]
    }

    /// The text that a person reads first.
    pub fn text(&self) -> String {
        self.details.clone().unwrap_or_else(|| message_of(self))
    }
}

/// Long target names are cut in the middle.
fn shortened(name: &str) -> String {
    let count = name.chars().count();
    if count <= 40 {
        return name.to_owned();
    }
    let head: String = name.chars().take(17).collect();
    let tail: String = name.chars().skip(count - 20).collect();
    format!("{head}...{tail}")
}
