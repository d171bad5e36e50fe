//! `Visit` with a class of a script, and `SafeGetValue`.

use std::sync::Arc;

use super::{NodeRef, children, of};
use crate::error::Result;
use crate::members::{Call, Method, fault};
use crate::types::ScriptType;
use crate::value::{Instance, Value};

/// What a visitor says after a node.
#[derive(PartialEq)]
enum Action {
    Continue,
    SkipChildren,
    Stop,
}

pub(super) const VISIT: Method = Method::new(
    "Visit",
    "System.Object Visit(System.Management.Automation.Language.ICustomAstVisitor astVisitor), void Visit(System.Management.Automation.Language.AstVisitor astVisitor)",
    |call| {
        call.expect(1, 1)?;
        let node = of(call)?.copy();
        let visitor = call.value(0)?.clone();
        let Some(class) = visitor.class() else {
            return Err(call.no_overload());
        };
        let is_custom = crate::inspect::type_names(&visitor)
            .iter()
            .any(|name| name.ends_with("CustomAstVisitor") || name.ends_with("CustomAstVisitor2"));
        if is_custom {
            return node.visited(&class, &visitor, call).unwrap_or(Ok(Value::Null));
        }
        node.walk(&class, &visitor, call)?;
        Ok(Value::Nothing)
    },
);

impl NodeRef {
    /// Calls the visitor's method for this kind of node; `None` when its class has none.
    fn visited(
        &self,
        class: &Arc<dyn ScriptType>,
        visitor: &Value,
        call: &mut Call<'_>,
    ) -> Option<Result<Value>> {
        let method = format!("Visit{}", self.node().class.trim_end_matches("Ast"));
        class.call_on(visitor, &method, &[self.value_of(self.at)], call.world)
    }

    fn walk(&self, class: &Arc<dyn ScriptType>, visitor: &Value, call: &mut Call<'_>) -> Result<Action> {
        let action = match self.visited(class, visitor, call) {
            Some(said) => match said?.to_text().as_str() {
                "SkipChildren" | "1" => Action::SkipChildren,
                "StopVisit" | "2" => Action::Stop,
                _ => Action::Continue,
            },
            None => Action::Continue,
        };
        if action != Action::Continue {
            return Ok(action);
        }
        for at in children(self.node()) {
            let child = NodeRef {
                tree: Arc::clone(&self.tree),
                at,
            };
            if child.walk(class, visitor, call)? == Action::Stop {
                return Ok(Action::Stop);
            }
        }
        Ok(Action::Continue)
    }

    /// Whether its value is in the text: constants, arrays and tables of them.
    fn is_safe(&self) -> bool {
        const SAFE: &[&str] = &[
            "ArrayExpressionAst",
            "ArrayLiteralAst",
            "BinaryExpressionAst",
            "CommandExpressionAst",
            "ConstantExpressionAst",
            "ConvertExpressionAst",
            "ExpandableStringExpressionAst",
            "HashtableAst",
            "IndexExpressionAst",
            "ParenExpressionAst",
            "PipelineAst",
            "ScriptBlockAst",
            "NamedBlockAst",
            "ScriptBlockExpressionAst",
            "StatementBlockAst",
            "StringConstantExpressionAst",
            "SubExpressionAst",
            "TernaryExpressionAst",
            "TypeConstraintAst",
            "TypeExpressionAst",
            "UnaryExpressionAst",
        ];
        const KNOWN: &[&str] = &[
            "true",
            "false",
            "null",
            "PSScriptRoot",
            "PSCulture",
            "PSUICulture",
        ];
        self.descend(true).into_iter().all(|at| {
            let node = NodeRef {
                tree: Arc::clone(&self.tree),
                at,
            };
            match node.node().class {
                "VariableExpressionAst" => {
                    let text = node.to_text();
                    KNOWN.iter().any(|known| text[1..].eq_ignore_ascii_case(known))
                }
                class => SAFE.contains(&class),
            }
        })
    }
}

pub(super) const SAFE_GET_VALUE: Method = Method::new(
    "SafeGetValue",
    "System.Object SafeGetValue()",
    |call| {
        call.expect(0, 1)?;
        let node = of(call)?.copy();
        if !node.is_safe() {
            return Err(fault::raised(
                "System.InvalidOperationException",
                format!(
                    "Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions. Dynamic expression: {}.",
                    node.to_text()
                ),
            ));
        }
        let block = call.world.parse_block(&format!(", ({})", node.to_text()))?;
        let found = call.world.call_block(&block, None, None, &[])?;
        Ok(found.into_iter().next().unwrap_or(Value::Null))
    },
);
