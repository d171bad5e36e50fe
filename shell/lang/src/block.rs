//! Script blocks: a piece of a script as a value.

use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;

use crate::ast::{Body, Source};
use crate::bind::Table;
use crate::program::{Code, Mode, lower_body};
use crate::symbol::SymbolMap;
use crate::value::{Handle, Instance, Value};

/// System.Management.Automation.ScriptBlock.
pub struct ScriptBlock {
    /// The tree.
    pub body: Arc<Body>,
    /// Whose text it is.
    pub source: Arc<Source>,
    /// The function's name when it is one's body.
    pub name: Option<Arc<str>>,
    /// Variables that GetNewClosure captured.
    pub captured: Option<Arc<RwLock<SymbolMap<Value>>>>,
    /// Whether it is a class's method: only what `return` gives leaves it.
    pub is_method: bool,
    code: Arc<CodeCell>,
}

#[derive(Default)]
struct CodeCell {
    own_scope: OnceLock<Arc<Code>>,
    found_scope: OnceLock<Arc<Code>>,
    table: OnceLock<Arc<Table>>,
}

impl ScriptBlock {
    /// A script block of a piece of a script.
    pub fn new(body: Arc<Body>, source: Arc<Source>, name: Option<Arc<str>>) -> ScriptBlock {
        ScriptBlock {
            body,
            source,
            name,
            captured: None,
            is_method: false,
            code: Arc::default(),
        }
    }

    /// The same block with captured variables.
    #[must_use]
    pub fn closure(&self, captured: SymbolMap<Value>) -> ScriptBlock {
        ScriptBlock {
            body: Arc::clone(&self.body),
            source: Arc::clone(&self.source),
            name: self.name.clone(),
            captured: Some(Arc::new(RwLock::new(captured))),
            is_method: self.is_method,
            code: Arc::clone(&self.code),
        }
    }

    /// The code that runs in a scope of its own.
    pub fn code(&self) -> &Arc<Code> {
        self.code
            .own_scope
            .get_or_init(|| Arc::new(lower_body(&self.body, &self.source, Mode::Slots)))
    }

    /// The code that runs in the scope it finds.
    pub fn code_in_found_scope(&self) -> &Arc<Code> {
        self.code
            .found_scope
            .get_or_init(|| Arc::new(lower_body(&self.body, &self.source, Mode::Names)))
    }

    /// What the binder knows of the parameters.
    pub fn table(&self) -> &Arc<Table> {
        self.code.table.get_or_init(|| {
            let name = self.name.clone().unwrap_or_else(|| Arc::from(""));
            Arc::new(Table::of_function(&name, &self.code().parameters))
        })
    }

    /// Where it begins: System.Management.Automation.PSToken.
    fn start_position(&self) -> Value {
        let span = self.body.span;
        let ((line, column), (end_line, end_column)) = (
            self.source.line_column(span.start),
            self.source.line_column(span.end),
        );
        let number = |number: u32| Value::Int(number as i32);
        Value::typed(
            &["System.Management.Automation.PSToken", "System.Object"],
            [
                ("Content", Value::str(self.source.slice(span))),
                ("Type", Value::str("Position")),
                ("Start", number(span.start)),
                ("Length", number(span.end.saturating_sub(span.start))),
                ("StartLine", number(line)),
                ("StartColumn", number(column)),
                ("EndLine", number(end_line)),
                ("EndColumn", number(end_column)),
            ],
        )
    }

    /// The text between the braces, as written.
    pub fn text(&self) -> &str {
        self.source.slice(self.body.inner)
    }

    /// As a value.
    pub fn into_value(self) -> Value {
        Value::Block(Handle::new(self))
    }
}

/// The script block that a value is.
pub fn as_block(value: &Value) -> Option<&ScriptBlock> {
    value.downcast::<ScriptBlock>()
}

impl Instance for ScriptBlock {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.ScriptBlock")
    }

    fn to_text(&self) -> String {
        self.text().to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Attributes",
            "File",
            "IsFilter",
            "IsConfiguration",
            "Module",
            "StartPosition",
            "DebuggerHidden",
            "Id",
            "Ast",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "file" => Some(self.source.file.as_deref().map_or(Value::Null, Value::str)),
            "startposition" => Some(self.start_position()),
            "attributes" => Some(Value::array([])),
            "isconfiguration" | "debuggerhidden" => Some(Value::Bool(false)),
            "module" => Some(Value::Null),
            "ast" => Some(crate::members::syntax_tree(&self.source, &self.body)),
            "isfilter" => Some(Value::Bool(false)),
            _ => None,
        }
    }
}
