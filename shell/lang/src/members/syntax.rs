//! The syntax tree as scripts see it, System.Management.Automation.Language.Ast: what `.Ast` of a script block and
//! `[Parser]::ParseInput` give.
//!
//! A tree is made whole when it is asked for, because a script walks it up and down: nodes name each other by their
//! place. [`build`] says which properties a node has. Absent: Copy, and StaticType but of constants.

mod build;
mod visit;

use std::sync::Arc;

use visit::{SAFE_GET_VALUE, VISIT};

use super::parser::extent;
use super::{Call, Method, fault};
use crate::ast::{Body, Source, Span};
use crate::error::Result;
use crate::types::Type;
use crate::value::{Instance, Value};

const NAMESPACE: &str = "System.Management.Automation.Language";

/// What a property holds.
enum Property {
    Value(Value),
    /// A child.
    Node(usize),
    /// Children.
    Nodes(Vec<usize>),
    /// Children in pairs.
    Pairs(Vec<(usize, usize)>),
    /// Something that is not part of the tree: a type's name, a variable's path.
    Aside(usize),
}

struct Node {
    /// The type's name without its namespace.
    class: &'static str,
    span: Span,
    parent: Option<usize>,
    properties: Vec<(&'static str, Property)>,
    /// What it is as text, when that is not its source.
    text: Option<Arc<str>>,
}

struct Tree {
    source: Arc<Source>,
    nodes: Vec<Node>,
}

/// A node as an object.
struct NodeRef {
    tree: Arc<Tree>,
    at: usize,
}

/// The tree of a script block or of a whole script.
pub fn tree(source: &Arc<Source>, body: &Body) -> Value {
    let tree = Arc::new(build::build(source, body));
    Value::instance(NodeRef { tree, at: 0 })
}

impl NodeRef {
    fn node(&self) -> &Node {
        &self.tree.nodes[self.at]
    }

    fn value_of(&self, at: usize) -> Value {
        let tree = Arc::clone(&self.tree);
        Value::instance(NodeRef { tree, at })
    }

    fn read(&self, property: &Property) -> Value {
        let all = |nodes: &[usize]| Value::array(nodes.iter().map(|at| self.value_of(*at)));
        match property {
            Property::Value(value) => value.clone(),
            Property::Node(at) | Property::Aside(at) => self.value_of(*at),
            Property::Nodes(nodes) => all(nodes),
            Property::Pairs(pairs) => Value::array(pairs.iter().map(|(one, two)| {
                super::tuple::pair(
                    self.value_of(*one),
                    self.value_of(*two),
                    (self.type_of(*one), self.type_of(*two)),
                )
            })),
        }
    }

    fn type_of(&self, at: usize) -> Type {
        let name = full_name(self.tree.nodes[at].class);
        crate::types::resolve(&name).unwrap_or(Type::OBJECT)
    }

    /// It and what is below it, as far as a search goes: into nested script blocks and functions only when it is asked to.
    fn descend(&self, nested: bool) -> Vec<usize> {
        let (mut found, mut waiting) = (Vec::new(), vec![self.at]);
        while let Some(at) = waiting.pop() {
            found.push(at);
            let node = &self.tree.nodes[at];
            let closed = matches!(node.class, "ScriptBlockExpressionAst" | "FunctionDefinitionAst");
            if nested || !closed || at == self.at {
                waiting.extend(children(node).into_iter().rev());
            }
        }
        found
    }

    /// The nodes that a predicate says yes to, in order; only the first one when that is enough.
    fn search(&self, call: &mut Call<'_>, only_first: bool) -> Result<Vec<Value>> {
        call.expect(2, 2)?;
        let nested = crate::convert::to_bool(&call.arguments[1]);
        let mut found = Vec::new();
        for at in self.descend(nested) {
            let node = self.value_of(at);
            let block = call.arguments[0].clone();
            let said = call
                .world
                .call_block(&block, None, None, std::slice::from_ref(&node))?;
            if said.last().is_some_and(crate::convert::to_bool) {
                found.push(node);
                if only_first {
                    break;
                }
            }
        }
        Ok(found)
    }

    fn named(&self, name: &str) -> Option<&Property> {
        let mut all = self.node().properties.iter();
        all.find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, property)| property)
    }

    /// The name of a command that is written as a word.
    fn command_name(&self) -> Value {
        let Some(Property::Nodes(elements)) = self.named("CommandElements") else {
            return Value::Null;
        };
        let name = elements.first().map(|at| &self.tree.nodes[*at]);
        name.filter(|node| node.class == "StringConstantExpressionAst")
            .and_then(|node| node.text.as_deref())
            .map_or(Value::Null, Value::str)
    }
}

fn children(node: &Node) -> Vec<usize> {
    let mut children = Vec::new();
    for (_, property) in &node.properties {
        match property {
            Property::Node(at) => children.push(*at),
            Property::Nodes(nodes) => children.extend(nodes),
            Property::Pairs(pairs) => children.extend(pairs.iter().flat_map(|(one, two)| [*one, *two])),
            Property::Value(_) | Property::Aside(_) => {}
        }
    }
    children
}

fn full_name(class: &str) -> Arc<str> {
    match class {
        "VariablePath" => Arc::from("System.Management.Automation.VariablePath"),
        _ => Arc::from(format!("{NAMESPACE}.{class}")),
    }
}

fn of<'c>(call: &'c Call<'_>) -> Result<&'c NodeRef> {
    let found = call.target.downcast::<NodeRef>();
    found.ok_or_else(|| fault::no_overload(call.name, call.arguments.len()))
}

const FIND: Method = Method::new(
    "Find",
    "System.Management.Automation.Language.Ast Find(System.Func[System.Management.Automation.Language.Ast,bool] predicate, bool searchNestedScriptBlocks)",
    |call| {
        let node = of(call)?.copy();
        Ok(node.search(call, true)?.pop().unwrap_or(Value::Null))
    },
);

const FIND_ALL: Method = Method::new(
    "FindAll",
    "System.Collections.Generic.IEnumerable[System.Management.Automation.Language.Ast] FindAll(System.Func[System.Management.Automation.Language.Ast,bool] predicate, bool searchNestedScriptBlocks)",
    |call| {
        let node = of(call)?.copy();
        Ok(Value::array(node.search(call, false)?))
    },
);

/// What every node can do.
static METHODS: &[Method] = &[FIND, FIND_ALL, SAFE_GET_VALUE, VISIT];

static OF_COMMANDS: &[Method] = &[
    FIND,
    FIND_ALL,
    SAFE_GET_VALUE,
    VISIT,
    Method::new("GetCommandName", "string GetCommandName()", |call| {
        call.expect(0, 0)?;
        Ok(of(call)?.command_name())
    }),
];

static OF_PIPELINES: &[Method] = &[
    FIND,
    FIND_ALL,
    SAFE_GET_VALUE,
    VISIT,
    Method::new(
        "GetPureExpression",
        "System.Management.Automation.Language.ExpressionAst GetPureExpression()",
        |call| {
            call.expect(0, 0)?;
            Ok(of(call)?.pure_expression())
        },
    ),
];

impl NodeRef {
    fn copy(&self) -> NodeRef {
        NodeRef {
            tree: Arc::clone(&self.tree),
            at: self.at,
        }
    }
}

impl Instance for NodeRef {
    fn type_name(&self) -> Arc<str> {
        full_name(self.node().class)
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        let mut names = vec![self.type_name()];
        while let Some(Type::Known(known)) = names.last().and_then(|name| crate::types::resolve(name))
            && !known.base.is_empty()
        {
            names.push(Arc::from(known.base));
        }
        if names.len() == 1 {
            names.push(Arc::from("System.Object"));
        }
        names
    }

    fn to_text(&self) -> String {
        let node = self.node();
        match (&node.text, node.class) {
            (Some(text), "VariablePath" | "TypeName") => text.to_string(),
            _ => self.tree.source.slice(node.span).to_owned(),
        }
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let own = self.node().properties.iter().map(|(name, _)| Arc::from(*name));
        let common: &[&str] = match self.node().class {
            "VariablePath" => &[],
            "TypeName" => &["Extent"],
            _ => &["Extent", "Parent"],
        };
        own.chain(common.iter().map(|name| Arc::from(*name))).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let node = self.node();
        if let Some(property) = self.named(name) {
            return Some(self.read(property));
        }
        match (name.to_ascii_lowercase().as_str(), node.class) {
            (_, "VariablePath") => None,
            ("extent", _) => Some(extent(&self.tree.source, node.span)),
            (_, "TypeName") => None,
            ("parent", _) => Some(node.parent.map_or(Value::Null, |at| self.value_of(at))),
            _ => None,
        }
    }

    fn methods(&self) -> &'static [Method] {
        match self.node().class {
            "VariablePath" | "TypeName" => &[],
            "CommandAst" => OF_COMMANDS,
            "PipelineAst" => OF_PIPELINES,
            _ => METHODS,
        }
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = other.downcast::<NodeRef>()?;
        Some(Arc::ptr_eq(&self.tree, &other.tree) && self.at == other.at)
    }
}

impl NodeRef {
    /// The expression that a pipeline is, when it is nothing else.
    fn pure_expression(&self) -> Value {
        let Some(Property::Nodes(elements)) = self.named("PipelineElements") else {
            return Value::Null;
        };
        let [only] = elements[..] else { return Value::Null };
        let command = NodeRef {
            tree: Arc::clone(&self.tree),
            at: only,
        };
        match command.named("Expression") {
            Some(Property::Node(at)) => self.value_of(*at),
            _ => Value::Null,
        }
    }
}
