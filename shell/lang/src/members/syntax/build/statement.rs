//! Statements, functions, classes.

use crate::ast::{
    AssignOperator, Attribute, BinaryOperator, Class, ClassMember, ClassMemberKind, ElementKind,
    EnumDefinition, Expr, Function, Loop, Name, Pipeline, Span, Statement, StatementKind, Switch,
    SwitchMatch,
};
use crate::members::tokens::syntax_enum;
use crate::value::Value;

use super::{Builder, Property};

impl Builder {
    /// A statement that may be missing.
    pub(super) fn maybe(&mut self, statement: Option<&Statement>, parent: usize) -> Option<usize> {
        statement.map(|statement| self.statement(statement, parent))
    }

    pub(super) fn statement(&mut self, statement: &Statement, parent: usize) -> usize {
        let span = statement.span;
        let add = |builder: &mut Self, class| builder.add(class, span, Some(parent));
        match &statement.kind {
            StatementKind::Pipeline(pipeline) => self.pipeline(pipeline, parent),
            StatementKind::Chain(chain) => self.chain(&chain.first, &chain.rest, span, parent),
            StatementKind::Assign(assign) => {
                let at = add(self, "AssignmentStatementAst");
                let left = self.expr(&assign.target, at);
                self.node(at, "Left", Some(left));
                self.value(
                    at,
                    "Operator",
                    syntax_enum("TokenKind", assign_kind(assign.operator)),
                );
                let right = self.pure(&assign.value, at);
                self.node(at, "Right", Some(right));
                at
            }
            StatementKind::If(clauses, otherwise) => {
                let at = add(self, "IfStatementAst");
                let clauses = clauses
                    .iter()
                    .map(|(condition, block)| (self.statement(condition, at), self.block(block, at)))
                    .collect();
                self.set(at, "Clauses", Property::Pairs(clauses));
                let otherwise = otherwise.as_ref().map(|block| self.block(block, at));
                self.node(at, "ElseClause", otherwise);
                at
            }
            StatementKind::Loop(it) => self.loop_statement(it, span, parent),
            StatementKind::For(it) => {
                let at = add(self, "ForStatementAst");
                self.label(at, it.label.as_ref());
                let initializer = self.maybe(it.initializer.as_ref(), at);
                self.node(at, "Initializer", initializer);
                let condition = self.maybe(it.condition.as_ref(), at);
                self.node(at, "Condition", condition);
                let iterator = self.maybe(it.iterator.as_ref(), at);
                self.node(at, "Iterator", iterator);
                let body = self.block(&it.body, at);
                self.node(at, "Body", Some(body));
                at
            }
            StatementKind::ForEach(it) => {
                let at = add(self, "ForEachStatementAst");
                self.label(at, it.label.as_ref());
                let variable = self.expr(&it.variable, at);
                self.node(at, "Variable", Some(variable));
                let items = self.statement(&it.items, at);
                self.node(at, "Condition", Some(items));
                let body = self.block(&it.body, at);
                self.node(at, "Body", Some(body));
                at
            }
            StatementKind::Switch(it) => self.switch(it, span, parent),
            StatementKind::Try(it) => {
                let at = add(self, "TryStatementAst");
                let body = self.block(&it.body, at);
                self.node(at, "Body", Some(body));
                let catches = it.catches.iter().map(|catch| {
                    let node = self.add("CatchClauseAst", catch.span, Some(at));
                    let types = catch.types.iter().map(|it| self.constraint(it, it.span, node));
                    let types = types.collect();
                    self.set(node, "CatchTypes", Property::Nodes(types));
                    self.value(node, "IsCatchAll", Value::Bool(catch.types.is_empty()));
                    let body = self.block(&catch.body, node);
                    self.node(node, "Body", Some(body));
                    node
                });
                let catches = catches.collect();
                self.set(at, "CatchClauses", Property::Nodes(catches));
                let finally = it.finally.as_ref().map(|block| self.block(block, at));
                self.node(at, "Finally", finally);
                at
            }
            StatementKind::Function(function) => self.function(function, parent),
            StatementKind::Class(class) => self.class(class, parent),
            StatementKind::Enum(definition) => self.enumeration(definition, parent),
            StatementKind::Data(name, block) => {
                let at = add(self, "DataStatementAst");
                let name = name.as_ref().map_or(Value::Null, |name| Value::str(&*name.text));
                self.value(at, "Variable", name);
                let body = self.block(block, at);
                self.node(at, "Body", Some(body));
                at
            }
            StatementKind::Return(value) => {
                self.leaving("ReturnStatementAst", value.as_deref(), span, parent)
            }
            StatementKind::Throw(value) => self.leaving("ThrowStatementAst", value.as_deref(), span, parent),
            StatementKind::Exit(value) => self.leaving("ExitStatementAst", value.as_deref(), span, parent),
            StatementKind::Break(label) => self.jump("BreakStatementAst", label.as_deref(), span, parent),
            StatementKind::Continue(label) => {
                self.jump("ContinueStatementAst", label.as_deref(), span, parent)
            }
            StatementKind::Block(block) => {
                let at = add(self, "BlockStatementAst");
                let body = self.block(block, at);
                self.node(at, "Body", Some(body));
                at
            }
            StatementKind::Error => add(self, "ErrorStatementAst"),
        }
    }

    pub(super) fn leaving(
        &mut self,
        class: &'static str,
        value: Option<&Statement>,
        span: Span,
        parent: usize,
    ) -> usize {
        let at = self.add(class, span, Some(parent));
        let value = self.maybe(value, at);
        self.node(at, "Pipeline", value);
        at
    }

    pub(super) fn jump(
        &mut self,
        class: &'static str,
        label: Option<&Expr>,
        span: Span,
        parent: usize,
    ) -> usize {
        let at = self.add(class, span, Some(parent));
        let label = label.map(|label| self.expr(label, at));
        self.node(at, "Label", label);
        at
    }

    pub(super) fn loop_statement(&mut self, it: &Loop, span: Span, parent: usize) -> usize {
        let class = match (it.body_first, it.until) {
            (false, _) => "WhileStatementAst",
            (true, false) => "DoWhileStatementAst",
            (true, true) => "DoUntilStatementAst",
        };
        let at = self.add(class, span, Some(parent));
        self.label(at, it.label.as_ref());
        let condition = self.statement(&it.condition, at);
        self.node(at, "Condition", Some(condition));
        let body = self.block(&it.body, at);
        self.node(at, "Body", Some(body));
        at
    }

    pub(super) fn switch(&mut self, it: &Switch, span: Span, parent: usize) -> usize {
        let at = self.add("SwitchStatementAst", span, Some(parent));
        self.label(at, it.label.as_ref());
        let flags = [
            (it.file, "File"),
            (it.matching == SwitchMatch::Regex, "Regex"),
            (it.matching == SwitchMatch::Wildcard, "Wildcard"),
            (it.matching == SwitchMatch::Exact, "Exact"),
            (it.case_sensitive, "CaseSensitive"),
        ];
        let flags: Vec<&str> = flags
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, name)| *name)
            .collect();
        let flags = if flags == ["Exact"] {
            "None".to_owned()
        } else {
            flags.join(", ")
        };
        self.value(at, "Flags", Value::str(flags));
        let condition = self.statement(&it.condition, at);
        self.node(at, "Condition", Some(condition));
        let clauses = it
            .clauses
            .iter()
            .map(|(pattern, block)| (self.expr(pattern, at), self.block(block, at)))
            .collect();
        self.set(at, "Clauses", Property::Pairs(clauses));
        let default = it.default.as_ref().map(|block| self.block(block, at));
        self.node(at, "Default", default);
        at
    }

    pub(super) fn function(&mut self, function: &Function, parent: usize) -> usize {
        let at = self.add("FunctionDefinitionAst", function.span, Some(parent));
        self.value(at, "Name", Value::str(&*function.name.text));
        self.value(at, "IsFilter", Value::Bool(function.filter));
        self.value(at, "IsWorkflow", Value::Bool(false));
        let body = self.body(&function.body, Some(at));
        // Those of `function f($a)`, which PowerShell does not put into a param block.
        let list = self.take_parameter_list(body, function);
        let property = list.map_or(Property::Value(Value::Null), Property::Nodes);
        self.set(at, "Parameters", property);
        self.node(at, "Body", Some(body));
        at
    }

    /// The parameters behind a function's name leave the body's param block.
    pub(super) fn take_parameter_list(&mut self, body: usize, function: &Function) -> Option<Vec<usize>> {
        let stands_before = |span: Span| span.start < function.body.inner.start;
        let place = self.nodes[body]
            .properties
            .iter()
            .position(|(name, _)| *name == "ParamBlock")?;
        let Property::Node(block) = self.nodes[body].properties[place].1 else {
            return None;
        };
        if !stands_before(self.nodes[block].span) {
            return None;
        }
        self.nodes[body].properties[place].1 = Property::Value(Value::Null);
        let parameters = self.nodes[block].properties.pop();
        let (Some((_, Property::Nodes(parameters))), Some(function)) = (parameters, self.nodes[body].parent)
        else {
            return None;
        };
        for at in &parameters {
            self.nodes[*at].parent = Some(function);
        }
        Some(parameters)
    }

    pub(super) fn class(&mut self, class: &Class, parent: usize) -> usize {
        let at = self.definition(class.span, &class.name, parent, false);
        self.set(at, "Attributes", Property::Nodes(Vec::new()));
        let bases = class.bases.iter().map(|it| self.constraint(it, it.span, at));
        let bases = bases.collect();
        self.set(at, "BaseTypes", Property::Nodes(bases));
        let members = class.members.iter().map(|it| self.member_of_class(class, it, at));
        let members = members.collect();
        self.set(at, "Members", Property::Nodes(members));
        at
    }

    pub(super) fn definition(&mut self, span: Span, name: &Name, parent: usize, is_enum: bool) -> usize {
        let at = self.add("TypeDefinitionAst", span, Some(parent));
        self.value(at, "Name", Value::str(&*name.text));
        self.value(at, "IsEnum", Value::Bool(is_enum));
        self.value(at, "IsClass", Value::Bool(!is_enum));
        self.value(at, "IsInterface", Value::Bool(false));
        let attributes = if is_enum { "Enum" } else { "Class" };
        self.value(at, "TypeAttributes", Value::str(attributes));
        at
    }

    pub(super) fn member_of_class(&mut self, class: &Class, member: &ClassMember, parent: usize) -> usize {
        let (kind, type_property) = match member.kind {
            ClassMemberKind::Property(_) => ("PropertyMemberAst", "PropertyType"),
            ClassMemberKind::Method { .. } => ("FunctionMemberAst", "ReturnType"),
        };
        let at = self.add(kind, member.span, Some(parent));
        self.value(at, "Name", Value::str(&*member.name.text));
        let (types, attributes): (Vec<&Attribute>, Vec<&Attribute>) =
            member.attributes.iter().partition(|attribute| !attribute.call);
        let attributes = attributes.into_iter().map(|it| self.attribute(it, at)).collect();
        self.set(at, "Attributes", Property::Nodes(attributes));
        let of = types.first().map(|it| self.attribute(it, at));
        self.node(at, type_property, of);
        self.value(at, "IsStatic", Value::Bool(member.is_static));
        self.value(at, "IsHidden", Value::Bool(member.is_hidden));
        self.value(at, "IsPublic", Value::Bool(!member.is_hidden));
        match &member.kind {
            ClassMemberKind::Property(initial) => {
                let initial = initial.as_ref().map(|value| self.expr(value, at));
                self.node(at, "InitialValue", initial);
            }
            ClassMemberKind::Method { body, .. } => {
                let is_constructor = member.name.text.eq_ignore_ascii_case(&class.name.text);
                self.value(at, "IsConstructor", Value::Bool(is_constructor));
                let parameters = body.parameters.iter().flatten();
                let parameters = parameters.map(|it| self.parameter(it, at)).collect();
                self.set(at, "Parameters", Property::Nodes(parameters));
                let body = self.body(body, Some(at));
                self.forget_parameters(body);
                self.node(at, "Body", Some(body));
            }
        }
        at
    }

    /// A method's parameters are its own, not its body's.
    pub(super) fn forget_parameters(&mut self, body: usize) {
        let properties = &mut self.nodes[body].properties;
        if let Some((_, block)) = properties.iter_mut().find(|(name, _)| *name == "ParamBlock") {
            *block = Property::Value(Value::Null);
        }
    }

    pub(super) fn enumeration(&mut self, definition: &EnumDefinition, parent: usize) -> usize {
        let at = self.definition(definition.span, &definition.name, parent, true);
        let attributes = definition.attributes.iter().map(|it| self.attribute(it, at));
        let attributes = attributes.collect();
        self.set(at, "Attributes", Property::Nodes(attributes));
        let bases = definition.base.iter().map(|it| self.constraint(it, it.span, at));
        let bases = bases.collect();
        self.set(at, "BaseTypes", Property::Nodes(bases));
        let members = definition.members.iter().map(|(name, value)| {
            let span = value.as_ref().map_or(name.span, |value| name.span.to(value.span));
            let member = self.add("PropertyMemberAst", span, Some(at));
            self.value(member, "Name", Value::str(&*name.text));
            let initial = value.as_ref().map(|value| self.expr(value, member));
            self.node(member, "InitialValue", initial);
            member
        });
        let members = members.collect();
        self.set(at, "Members", Property::Nodes(members));
        at
    }

    /// A statement where PowerShell puts an expression without a pipeline around it.
    pub(super) fn pure(&mut self, statement: &Statement, parent: usize) -> usize {
        match &statement.kind {
            StatementKind::Pipeline(pipeline) => match &pipeline.elements[..] {
                [element] if !pipeline.background && matches!(element.kind, ElementKind::Expression(_)) => {
                    self.element(element, parent)
                }
                _ => self.pipeline(pipeline, parent),
            },
            _ => self.statement(statement, parent),
        }
    }

    pub(super) fn pipeline(&mut self, pipeline: &Pipeline, parent: usize) -> usize {
        let at = self.add("PipelineAst", pipeline.span, Some(parent));
        let elements = pipeline.elements.iter().map(|it| self.element(it, at)).collect();
        self.set(at, "PipelineElements", Property::Nodes(elements));
        self.value(at, "Background", Value::Bool(pipeline.background));
        at
    }

    /// `a && b || c` leans to the left.
    pub(super) fn chain(
        &mut self,
        first: &Statement,
        rest: &[(bool, Statement)],
        span: Span,
        parent: usize,
    ) -> usize {
        let Some(((is_and, last), before)) = rest.split_last() else {
            return self.statement(first, parent);
        };
        let at = self.add("PipelineChainAst", span, Some(parent));
        let left_span = before
            .last()
            .map_or(first.span, |(_, statement)| first.span.to(statement.span));
        let left = self.chain(first, before, left_span, at);
        self.node(at, "LhsPipelineChain", Some(left));
        self.value(
            at,
            "Operator",
            syntax_enum("TokenKind", if *is_and { "AndAnd" } else { "OrOr" }),
        );
        let right = self.statement(last, at);
        self.node(at, "RhsPipeline", Some(right));
        self.value(at, "Background", Value::Bool(false));
        at
    }
}

fn assign_kind(operator: AssignOperator) -> &'static str {
    match operator {
        AssignOperator::Set => "Equals",
        AssignOperator::Coalesce => "QuestionQuestionEquals",
        AssignOperator::Compute(BinaryOperator::Subtract) => "MinusEquals",
        AssignOperator::Compute(BinaryOperator::Multiply) => "MultiplyEquals",
        AssignOperator::Compute(BinaryOperator::Divide) => "DivideEquals",
        AssignOperator::Compute(BinaryOperator::Remainder) => "RemainderEquals",
        AssignOperator::Compute(_) => "PlusEquals",
    }
}
