//! The tree of a script as scripts see it: System.Management.Automation.Language.Ast and its kinds, by `.Ast` of a
//! script block and by `Parser.ParseInput`.
//!
//! It is made from the engine's own tree when a script asks for it: nodes in the order in which FindAll gives them, so
//! that all nodes below one stand in one piece after it. Kinds that scripts hardly ask for (DSC, `data`, attributes'
//! arguments) have their extent and children only.

mod build;
mod kinds;
mod names;

use std::sync::Arc;

use crate::ast::{Body, Source, Span};
use crate::convert;
use crate::error::Result;
use crate::members::{Call, Method, parser};
use crate::value::{Instance, Value};

pub use kinds::type_named;

/// A property of a node.
enum Property {
    Node(Option<usize>),
    Nodes(Vec<usize>),
    /// Tuples of two nodes each.
    Pairs(Vec<(usize, usize)>),
    Value(Value),
}

struct Node {
    kind: &'static str,
    span: Span,
    parent: Option<usize>,
    /// Behind the last node below it.
    end: usize,
    properties: Vec<(&'static str, Property)>,
}

struct Tree {
    source: Arc<Source>,
    nodes: Vec<Node>,
}

/// A node as an object.
struct Ast {
    tree: Arc<Tree>,
    at: usize,
}

/// The ScriptBlockAst of a body.
pub fn of_body(body: &Body, source: &Arc<Source>) -> Value {
    let tree = build::tree(body, source);
    node(&Arc::new(tree), 0)
}

fn node(tree: &Arc<Tree>, at: usize) -> Value {
    Value::instance(Ast {
        tree: Arc::clone(tree),
        at,
    })
}

impl Ast {
    fn node(&self) -> &Node {
        &self.tree.nodes[self.at]
    }

    fn value_of(&self, property: &Property) -> Value {
        match property {
            Property::Node(at) => at.map_or(Value::Null, |at| node(&self.tree, at)),
            Property::Nodes(all) => Value::array(all.iter().map(|at| node(&self.tree, *at))),
            Property::Pairs(all) => Value::array(all.iter().map(|(first, second)| {
                Value::typed(
                    &["System.Tuple`2", "System.Object"],
                    [
                        ("Item1", node(&self.tree, *first)),
                        ("Item2", node(&self.tree, *second)),
                    ],
                )
            })),
            Property::Value(value) => value.clone(),
        }
    }

    /// The nodes from this one on that a predicate takes, at most so many.
    fn found(&self, call: &mut Call<'_>, most: usize) -> Result<Vec<Value>> {
        let predicate = call.value(0)?.clone();
        let nested = call.count() < 2 || call.flag(1)?;
        let (mut found, mut at, end) = (Vec::new(), self.at, self.node().end);
        while at < end && found.len() < most {
            let here = &self.tree.nodes[at];
            let value = node(&self.tree, at);
            let output = call
                .world
                .call_block(&predicate, None, None, std::slice::from_ref(&value))?;
            if convert::to_bool(&Value::array(output)) {
                found.push(value);
            }
            let is_nested = matches!(
                here.kind,
                "ScriptBlockExpressionAst" | "FunctionDefinitionAst" | "TypeDefinitionAst"
            );
            at = if is_nested && !nested && at != self.at {
                here.end
            } else {
                at + 1
            };
        }
        Ok(found)
    }
}

fn own<'c>(call: &'c Call<'_>) -> &'c Ast {
    call.target
        .downcast::<Ast>()
        .expect("the table of nodes is used for them only")
}

static METHODS: &[Method] = &[
    Method::new(
        "FindAll",
        "System.Collections.Generic.IEnumerable[System.Management.Automation.Language.Ast] FindAll(System.Func[System.Management.Automation.Language.Ast,bool] predicate, bool searchNestedScriptBlocks)",
        |call| {
            call.expect(2, 2)?;
            let this = Ast {
                tree: Arc::clone(&own(call).tree),
                at: own(call).at,
            };
            Ok(Value::array(this.found(call, usize::MAX)?))
        },
    ),
    Method::new(
        "Find",
        "System.Management.Automation.Language.Ast Find(System.Func[System.Management.Automation.Language.Ast,bool] predicate, bool searchNestedScriptBlocks)",
        |call| {
            call.expect(2, 2)?;
            let this = Ast {
                tree: Arc::clone(&own(call).tree),
                at: own(call).at,
            };
            Ok(this.found(call, 1)?.pop().unwrap_or_default())
        },
    ),
    Method::new("SafeGetValue", "System.Object SafeGetValue()", |call| {
        call.expect(0, 0)?;
        let this = own(call);
        let text = this.tree.source.slice(this.node().span).to_owned();
        let block = call.world.parse_block(&text)?;
        let mut output = call.world.call_block(&block, None, None, &[])?;
        Ok(if output.len() == 1 {
            output.remove(0)
        } else {
            Value::array(output)
        })
    }),
];

static COMMAND_METHODS: &[Method] = &[
    Method::new("FindAll", METHODS[0].definition, METHODS[0].run),
    Method::new("Find", METHODS[1].definition, METHODS[1].run),
    Method::new("GetCommandName", "string GetCommandName()", |call| {
        call.expect(0, 0)?;
        let this = own(call);
        Ok(this.property("CommandName").unwrap_or_default())
    }),
];

static BLOCK_METHODS: &[Method] = &[
    Method::new("FindAll", METHODS[0].definition, METHODS[0].run),
    Method::new("Find", METHODS[1].definition, METHODS[1].run),
    Method::new("GetScriptBlock", "scriptblock GetScriptBlock()", |call| {
        call.expect(0, 0)?;
        let this = own(call);
        let text = this.tree.source.slice(this.node().span).to_owned();
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        call.world.parse_block(inner.unwrap_or(&text))
    }),
];

impl Instance for Ast {
    fn type_name(&self) -> Arc<str> {
        kinds::full_name(self.node().kind)
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        kinds::lineage(self.node().kind)
    }

    fn to_text(&self) -> String {
        self.tree.source.slice(self.node().span).to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let own = self.node().properties.iter().map(|(name, _)| *name);
        let shown = own.filter(|name| *name != "CommandName");
        shown.chain(["Extent", "Parent"]).map(Arc::from).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let node_here = self.node();
        if name.eq_ignore_ascii_case("Extent") {
            return Some(parser::extent(&self.tree.source, node_here.span));
        }
        if name.eq_ignore_ascii_case("Parent") {
            return Some(node_here.parent.map_or(Value::Null, |at| node(&self.tree, at)));
        }
        let (_, property) = node_here
            .properties
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(self.value_of(property))
    }

    fn methods(&self) -> &'static [Method] {
        match self.node().kind {
            "CommandAst" => COMMAND_METHODS,
            "ScriptBlockAst" => BLOCK_METHODS,
            _ => METHODS,
        }
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = other.downcast::<Ast>()?;
        Some(Arc::ptr_eq(&self.tree, &other.tree) && self.at == other.at)
    }
}
