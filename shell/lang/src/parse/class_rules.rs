//! What a script's types must keep to beyond their grammar: names once, static members without an instance, constants
//! in enums, variables of their own in methods.

use crate::ast::walk::{Node, walk};
use crate::ast::{
    Body, Class, ClassMember, ClassMemberKind, CommandElement, EnumDefinition, Expr, ExprKind, Span,
    StatementKind, VariableScope,
};
use crate::symbol::Symbol;

use super::Parser;

impl Parser<'_> {
    /// Checks the types of a script, and that `using` stands where it may.
    pub(super) fn check_types(&mut self, body: &Body) {
        self.check_type_names(body);
        let mut found = Vec::new();
        walk(body, &mut |node| {
            if matches!(node, Node::Class(_) | Node::Enum(_) | Node::Command(..)) {
                found.push(node);
            }
        });
        for node in found {
            match node {
                Node::Class(class) => self.check_class(class),
                Node::Enum(definition) => self.check_enum(definition),
                Node::Command(command, span) => {
                    let word = |at: usize| match command.elements.get(at) {
                        Some(CommandElement::Argument(argument)) => match &argument.kind {
                            ExprKind::String(text, _) => text.to_ascii_lowercase(),
                            _ => String::new(),
                        },
                        _ => String::new(),
                    };
                    let name = self.lexer.slice(span.start as usize, span.end as usize);
                    let is_using = name
                        .get(..6)
                        .is_some_and(|name| name.eq_ignore_ascii_case("using "));
                    if is_using && matches!(word(0).as_str(), "namespace" | "module" | "assembly") {
                        self.error(
                            "UsingMustBeAtStartOfScript",
                            span,
                            "A 'using' statement must appear before any other statements in a script.",
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// A block defines a type once.
    fn check_type_names(&mut self, body: &Body) {
        let mut known: Vec<String> = Vec::new();
        for statement in body.end.iter().flat_map(|block| &block.statements) {
            let (name, span) = match &statement.kind {
                StatementKind::Class(class) => (&class.name, class.span),
                StatementKind::Enum(definition) => (&definition.name, definition.span),
                _ => continue,
            };
            let lower = name.text.to_lowercase();
            if known.contains(&lower) {
                self.already_defined(&name.text, span);
            } else {
                known.push(lower);
            }
        }
    }

    fn already_defined(&mut self, name: &str, span: Span) {
        self.error(
            "MemberAlreadyDefined",
            span,
            format!("The member '{name}' is already defined."),
        );
    }

    fn check_enum(&mut self, definition: &EnumDefinition) {
        let integers = [
            "byte", "sbyte", "int16", "short", "uint16", "ushort", "int", "int32", "uint", "uint32", "long",
            "int64", "ulong", "uint64",
        ];
        if let Some(base) = &definition.base {
            let lower = base.name.to_ascii_lowercase();
            if !integers.contains(&lower.trim_start_matches("system.")) {
                self.error(
                    "InvalidUnderlyingType",
                    base.span,
                    "The underlying type of an enum must be an integral type.",
                );
            }
        }
        let mut known: Vec<String> = Vec::new();
        for (name, value) in &definition.members {
            let lower = name.text.to_lowercase();
            if known.contains(&lower) {
                self.already_defined(&name.text, name.span);
            } else {
                known.push(lower);
            }
            if let Some(value) = value {
                self.check_enum_value(definition, value);
                self.check_enum_bounds(definition, value);
            }
        }
    }

    /// A number that the underlying type does not hold.
    fn check_enum_bounds(&mut self, definition: &EnumDefinition, value: &Expr) {
        let base = definition
            .base
            .as_ref()
            .map_or("int", |base| base.name.as_ref())
            .to_ascii_lowercase();
        let (least, most) = match base.trim_start_matches("system.") {
            "byte" => (0, i128::from(u8::MAX)),
            "sbyte" => (i128::from(i8::MIN), i128::from(i8::MAX)),
            "int16" | "short" => (i128::from(i16::MIN), i128::from(i16::MAX)),
            "uint16" | "ushort" => (0, i128::from(u16::MAX)),
            "uint" | "uint32" => (0, i128::from(u32::MAX)),
            "long" | "int64" => (i128::from(i64::MIN), i128::from(i64::MAX)),
            "ulong" | "uint64" => (0, i128::from(u64::MAX)),
            _ => (i128::from(i32::MIN), i128::from(i32::MAX)),
        };
        let number = match &value.kind {
            ExprKind::Number(literal) => crate::number::integer(&literal.0),
            _ => None,
        };
        if number.is_some_and(|number| !(least..=most).contains(&number)) {
            self.error(
                "EnumeratorValueOutOfBounds",
                value.span,
                "Enumerator value is out of the bounds of the underlying type of the enum.",
            );
        }
    }

    fn check_enum_value(&mut self, definition: &EnumDefinition, value: &Expr) {
        match &value.kind {
            ExprKind::Variable(..) | ExprKind::Call(..) => self.error(
                "EnumeratorValueMustBeConstant",
                value.span,
                "Enumerator value must be a constant value.",
            ),
            ExprKind::String(text, _) if crate::number::parse_literal(text).is_none() => self.error(
                "CannotConvertValue",
                value.span,
                format!("Cannot convert value '{text}' to type 'int'."),
            ),
            ExprKind::Member(member) => {
                if let ExprKind::Type(of) = &member.target.kind
                    && of.name.eq_ignore_ascii_case(&definition.name.text)
                {
                    self.error(
                        "CycleInEnumInitializers",
                        definition.span,
                        "The enumerator initializers are not valid because a cycle was detected.",
                    );
                }
            }
            _ => {}
        }
    }

    fn check_class(&mut self, class: &Class) {
        let mut known: Vec<(String, Option<Vec<String>>, bool)> = Vec::new();
        for member in &class.members {
            self.check_type_count(member);
            let parameters = parameter_types(member);
            let is_constructor =
                parameters.is_some() && member.name.text.eq_ignore_ascii_case(&class.name.text);
            let key = (
                member.name.text.to_lowercase(),
                parameters,
                is_constructor && member.is_static,
            );
            if known.contains(&key) {
                self.already_defined(&member.name.text, member.span);
            } else {
                known.push(key);
            }
            if let ClassMemberKind::Method { body, .. } = &member.kind {
                self.check_method(member, body, is_constructor);
            }
        }
    }

    fn check_type_count(&mut self, member: &ClassMember) {
        let mut types = member.attributes.iter().filter(|attribute| !attribute.call);
        if let (Some(_), Some(second)) = (types.next(), types.next()) {
            self.error(
                "TooManyTypes",
                second.span,
                "Only one type may be specified on class members.",
            );
        }
    }

    fn check_method(&mut self, member: &ClassMember, body: &Body, is_constructor: bool) {
        let parameters = body.parameters.as_deref().unwrap_or_default();
        if is_constructor
            && member.is_static
            && let Some(first) = parameters.first()
        {
            self.error(
                "StaticConstructorCantHaveParameters",
                first.span,
                "A static constructor cannot have any parameters.",
            );
        }
        let text = self
            .lexer
            .slice(body.span.start as usize, body.span.end as usize)
            .to_lowercase();
        for (scope, name, span) in own_variables(body) {
            if scope != VariableScope::None {
                continue;
            }
            let lower = name.to_lowercase();
            if lower == "this" && member.is_static {
                self.error(
                    "NonStaticMemberAccessInStaticMember",
                    span,
                    "Cannot access the non-static member 'this' in a static method or initializer of a static property.",
                );
            }
            let given = parameters
                .iter()
                .any(|parameter| parameter.name.text.to_lowercase() == lower);
            if !given && !is_everywhere(&lower) && !is_assigned(&text, &lower) {
                self.error(
                    "VariableNotLocal",
                    span,
                    "Variable is not assigned in the method.",
                );
            }
        }
    }
}

/// The types of a method's parameters; `None` of a property.
fn parameter_types(member: &ClassMember) -> Option<Vec<String>> {
    let ClassMemberKind::Method { body, .. } = &member.kind else {
        return None;
    };
    let parameters = body.parameters.as_deref().unwrap_or_default();
    let type_of = |parameter: &crate::ast::Parameter| {
        let of = parameter.attributes.iter().find(|attribute| !attribute.call);
        let name = of.map_or("object", |of| of.type_name.name.as_ref());
        crate::types::resolve(name).map_or_else(|| name.to_lowercase(), |of| of.full_name())
    };
    Some(parameters.iter().map(type_of).collect())
}

/// The variables that a method's own code reads or writes, script blocks in it left out.
fn own_variables(body: &Body) -> Vec<(VariableScope, std::sync::Arc<str>, Span)> {
    let (mut variables, mut inner) = (Vec::new(), Vec::new());
    let mut first = true;
    walk(body, &mut |node| match node {
        Node::Expr(Expr {
            kind: ExprKind::Variable(scope, name),
            span,
            ..
        }) => variables.push((scope.clone(), std::sync::Arc::clone(name), *span)),
        Node::Body(own) if !std::mem::take(&mut first) => inner.push(own.span),
        _ => {}
    });
    variables.retain(|(_, _, span)| {
        !inner
            .iter()
            .any(|block| block.start <= span.start && span.end <= block.end)
    });
    variables
}

/// Variables that a method has without assigning them.
fn is_everywhere(lower: &str) -> bool {
    Symbol::find(lower).is_some_and(Symbol::is_automatic)
        || lower.ends_with("preference")
        || matches!(
            lower,
            "_" | "psitem"
                | "args"
                | "this"
                | "input"
                | "error"
                | "errorview"
                | "ofs"
                | "profile"
                | "psculture"
                | "psuiculture"
                | "psdefaultparametervalues"
                | "psstyle"
                | "outputencoding"
                | "psemailserver"
                | "pssessionoption"
                | "maximumhistorycount"
                | "formatenumerationlimit"
                | "event"
                | "eventargs"
                | "sender"
                | "enabledexperimentalfeatures"
        )
}

/// Whether a text assigns a variable anywhere, in whatever way.
fn is_assigned(text: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    let after = |marker: String| {
        let places: Vec<usize> = text.match_indices(&marker).map(|(at, _)| at).collect();
        places.into_iter().filter_map(move |at| {
            let rest = &text[at + marker.len()..];
            ends(rest).then(|| (text[..at].trim_end(), rest.trim_start()))
        })
    };
    let operators = ["=", "+=", "-=", "*=", "/=", "%=", "??=", "++", "--", ",", "in "];
    let direct = after(format!("${name}"))
        .chain(after(format!("${{{name}}}")))
        .any(|(before, rest)| {
            operators.iter().any(|operator| rest.starts_with(operator))
                || before.ends_with("++")
                || before.ends_with("--")
                || before.ends_with("[ref]")
        });
    // `-OutVariable name` and its kin, Set-Variable.
    direct || text.contains("variable") && after(name.to_owned()).any(|(before, _)| !before.ends_with('$'))
}
