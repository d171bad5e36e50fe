//! System.Management.Automation.Language.Parser: a text's errors, tokens and tree.

use std::sync::Arc;

use super::numbers::set_reference;
use super::{Call, Method, fault};
use crate::ast::{Source, Span};
use crate::error::Result;
use crate::parse::parse;
use crate::value::{Instance, Value};

/// A piece of a script: IScriptExtent.
struct Extent {
    source: Arc<Source>,
    span: Span,
}

/// A piece of a script as an object.
pub fn extent(source: &Arc<Source>, span: Span) -> Value {
    Value::instance(Extent {
        source: Arc::clone(source),
        span,
    })
}

impl Instance for Extent {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.Language.InternalScriptExtent")
    }

    fn to_text(&self) -> String {
        self.source.slice(self.span).to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "File",
            "StartLineNumber",
            "StartColumnNumber",
            "EndLineNumber",
            "EndColumnNumber",
            "Text",
            "StartOffset",
            "EndOffset",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let (start, end) = (self.span.start, self.span.end);
        let number = |number: u32| Some(Value::Int(number as i32));
        match name.to_ascii_lowercase().as_str() {
            "file" => Some(self.source.file.as_deref().map_or(Value::Null, Value::str)),
            "text" => Some(Value::str(self.source.slice(self.span))),
            "startoffset" => number(start),
            "endoffset" => number(end),
            "startlinenumber" => number(self.source.line_column(start).0),
            "startcolumnnumber" => number(self.source.line_column(start).1),
            "endlinenumber" => number(self.source.line_column(end).0),
            "endcolumnnumber" => number(self.source.line_column(end).1),
            _ => None,
        }
    }
}

/// What a parse error is to scripts.
pub fn error(source: &Arc<Source>, error: &crate::ast::ParseError) -> Value {
    Value::typed(
        &[
            "System.Management.Automation.Language.ParseError",
            "System.Object",
        ],
        [
            ("Extent", extent(source, error.span)),
            ("ErrorId", Value::str(error.id)),
            ("Message", Value::str(&error.message)),
            ("IncompleteInput", Value::Bool(error.incomplete)),
        ],
    )
}

fn parsed(call: &mut Call<'_>, file: Option<&str>, text: &str) -> Result<Value> {
    let source = Source::new(file, text);
    let script = parse(&source);
    let errors = script.errors.iter().map(|found| error(&source, found));
    let count = call.count();
    if count >= 3 {
        set_reference(call.arguments.get(count - 2), super::tokens::of_script(&script));
        set_reference(call.arguments.get(count - 1), Value::array(errors));
    }
    Ok(super::syntax_tree(&source, &script.body))
}

/// Its static methods.
pub static STATIC: &[Method] = &[
    Method::new(
        "ParseInput",
        "static System.Management.Automation.Language.ScriptBlockAst ParseInput(string input, [ref] tokens, [ref] errors)",
        |call| {
            call.expect(3, 4)?;
            let text = call.text(0)?;
            parsed(call, None, &text)
        },
    ),
    Method::new(
        "ParseFile",
        "static System.Management.Automation.Language.ScriptBlockAst ParseFile(string fileName, [ref] tokens, [ref] errors)",
        |call| {
            call.expect(3, 3)?;
            let path = super::io::full_path(&call.text(0)?, call.world);
            let bytes = match call.world.host() {
                Some(host) => host
                    .read_file(&path)
                    .map_err(|error| super::io::io_error(&error, &path))?,
                None => return Err(fault::no_overload("ParseFile", 3)),
            };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            parsed(call, Some(&path), text.trim_start_matches('\u{feff}'))
        },
    ),
];
