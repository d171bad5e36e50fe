//! The lowering of parameters: a function's signature, as compiled commands have one, and what only scripts have —
//! defaults that are expressions, checks that are script blocks.

use std::borrow::Cow;
use std::sync::Arc;

use crate::ast::{self, Attribute, Body, ExprKind, UnaryOperator};
use crate::signature::{Impact, Membership, Parameter, Signature, Text, Validation};
use crate::symbol::Symbol;
use crate::value::Value;

use super::lower::Lowerer;
use super::{Constraint, Expr};

/// The parameters of a function or script block.
#[derive(Default)]
pub struct FunctionParameters {
    /// As compiled commands have it; its name is empty.
    pub signature: Arc<Signature>,
    /// In the order of the signature.
    pub parameters: Vec<ParameterCode>,
    /// Whether it is an advanced function: `[CmdletBinding()]` or any `[Parameter()]`.
    pub advanced: bool,
    /// Whether parameters have positions without saying so.
    pub positional_binding: bool,
    /// Whether any parameter takes pipeline input.
    pub pipeline: bool,
}

/// What only a script's parameter has.
pub struct ParameterCode {
    /// Its variable.
    pub symbol: Symbol,
    /// Its variable's slot.
    pub slot: u32,
    /// Its default.
    pub default: Option<Expr>,
    /// Type constraints, innermost last, and checks.
    pub constraints: Arc<Vec<Constraint>>,
    /// Whether it has no type.
    pub untyped: bool,
    /// `[ArgumentCompleter({…})]`.
    pub completer: Option<Value>,
    /// `HelpMessage`.
    pub help_message: Option<Arc<str>>,
}

impl Lowerer<'_> {
    pub(super) fn parameters(&mut self, body: &Body) -> FunctionParameters {
        let mut result = FunctionParameters {
            positional_binding: true,
            ..FunctionParameters::default()
        };
        let mut signature = Signature {
            confirm_impact: Impact::Medium,
            ..Signature::default()
        };
        for attribute in &body.attributes {
            self.body_attribute(attribute, &mut result, &mut signature);
        }
        result.advanced |= body.dynamic.is_some();
        let declared = body.parameters.as_deref().unwrap_or(&[]);
        for parameter in declared {
            let symbol = Symbol::of(&parameter.name.text);
            self.slot(symbol);
        }
        for parameter in declared {
            let (described, code, has_attribute) = self.parameter(parameter);
            result.advanced |= has_attribute;
            result.pipeline |= described
                .sets
                .iter()
                .any(|set| set.by_value || set.by_property_name);
            signature.parameters.push(described);
            result.parameters.push(code);
        }
        if result.positional_binding {
            number_positions(&mut signature.parameters);
        }
        if let Some(comment) = &body.help {
            super::comment_help::apply(comment, &mut signature);
        }
        result.signature = Arc::new(signature);
        result
    }

    fn body_attribute(
        &mut self,
        attribute: &Attribute,
        result: &mut FunctionParameters,
        signature: &mut Signature,
    ) {
        let name = attribute.type_name.name.to_ascii_lowercase();
        match name.trim_end_matches("attribute") {
            "cmdletbinding" => result.advanced = true,
            "outputtype" => {
                let types = attribute
                    .positional
                    .iter()
                    .filter_map(|value| self.attribute_text(value))
                    .map(Cow::Owned);
                signature.output_types.extend(types);
                return;
            }
            "alias" => {
                let names = attribute
                    .positional
                    .iter()
                    .filter_map(|value| self.attribute_text(value))
                    .map(Cow::Owned);
                signature.aliases.extend(names);
                return;
            }
            _ => return,
        }
        for (name, value) in &attribute.named {
            let value = value.as_ref();
            match name.text.to_ascii_lowercase().as_str() {
                "supportsshouldprocess" => signature.should_process = self.attribute_flag(value),
                "positionalbinding" => result.positional_binding = self.attribute_flag(value),
                "defaultparametersetname" => {
                    signature.default_set =
                        value.and_then(|value| self.attribute_text(value)).map(Cow::Owned);
                }
                "confirmimpact" => {
                    signature.confirm_impact =
                        match value.and_then(|value| self.attribute_text(value)).as_deref() {
                            Some(text) if text.eq_ignore_ascii_case("high") => Impact::High,
                            Some(text) if text.eq_ignore_ascii_case("low") => Impact::Low,
                            Some(text) if text.eq_ignore_ascii_case("none") => Impact::None,
                            _ => Impact::Medium,
                        };
                }
                _ => {}
            }
        }
    }

    fn attribute_flag(&mut self, value: Option<&ast::Expr>) -> bool {
        value.is_none_or(|value| self.constant(value).is_none_or(|value| value.is_true()))
    }

    fn attribute_text(&mut self, value: &ast::Expr) -> Option<String> {
        if let ExprKind::Type(name) = &value.kind {
            return Some(name.name.to_string());
        }
        self.constant(value).map(|value| value.to_text())
    }

    fn parameter(&mut self, parameter: &ast::Parameter) -> (Parameter, ParameterCode, bool) {
        let symbol = Symbol::of(&parameter.name.text);
        let slot = self.slot(symbol);
        let mut described = Parameter {
            name: Cow::Owned(parameter.name.text.to_string()),
            ..Parameter::default()
        };
        let mut constraints = Vec::new();
        let mut code = ParameterCode {
            symbol,
            slot,
            default: None,
            constraints: Arc::default(),
            untyped: true,
            completer: None,
            help_message: None,
        };
        let mut has_attribute = false;
        for attribute in &parameter.attributes {
            let name = attribute.type_name.name.to_ascii_lowercase();
            if !attribute.call {
                if code.untyped {
                    described.type_name = Cow::Owned(attribute.type_name.name.to_string());
                    code.untyped = false;
                }
                constraints.push(Constraint::Type(super::TypeRef::new(&attribute.type_name.name)));
                continue;
            }
            match name.trim_end_matches("attribute") {
                "parameter" => {
                    has_attribute = true;
                    let membership = self.membership(attribute, &mut described, &mut code);
                    described.sets.push(membership);
                }
                "alias" => {
                    let names = attribute
                        .positional
                        .iter()
                        .filter_map(|value| self.attribute_text(value))
                        .map(Cow::Owned);
                    described.aliases.extend(names);
                }
                "argumentcompleter" => {
                    code.completer = attribute
                        .positional
                        .first()
                        .and_then(|value| self.constant(value));
                }
                "supportswildcards" | "psdefaultvalue" => {}
                _ => {
                    for constraint in self.constraint(attribute) {
                        if let Constraint::Check(validation) = &constraint {
                            described.validation.push(validation.clone());
                        }
                        constraints.push(constraint);
                    }
                }
            }
        }
        if described.type_name.is_empty() {
            described.type_name = Cow::Borrowed("object");
        }
        code.default = parameter.default.as_ref().map(|default| self.expression(default));
        described.default = parameter
            .default
            .as_ref()
            .map(|default| Text::Owned(self.source.slice(default.span).to_owned()));
        code.constraints = Arc::new(constraints);
        (described, code, has_attribute)
    }

    fn membership(
        &mut self,
        attribute: &Attribute,
        described: &mut Parameter,
        code: &mut ParameterCode,
    ) -> Membership {
        let mut membership = Membership::default();
        for (name, value) in &attribute.named {
            let value = match value {
                Some(value) => self.constant(value),
                None => Some(Value::Bool(true)),
            };
            let Some(value) = value else { continue };
            set_membership(&name.text, &value, &mut membership, described);
            if name.text.eq_ignore_ascii_case("HelpMessage") {
                code.help_message = Some(Arc::from(described.help.as_ref()));
            }
        }
        membership
    }

    /// What an attribute asks of a variable's value.
    pub(super) fn constraint(&mut self, attribute: &Attribute) -> Vec<Constraint> {
        let name = attribute.type_name.name.to_ascii_lowercase();
        if let [only] = attribute.positional.as_slice()
            && let ExprKind::Type(generator) = &only.kind
            && name.trim_end_matches("attribute") == "validateset"
        {
            let generator = vec![Value::str(&generator.name)];
            return vec![Constraint::Class(Arc::from("validateset"), generator)];
        }
        let arguments: Vec<Value> = attribute
            .positional
            .iter()
            .filter_map(|value| self.constant(value))
            .collect();
        let message = attribute
            .named
            .iter()
            .find(|(name, _)| name.text.eq_ignore_ascii_case("ErrorMessage"))
            .and_then(|(_, value)| value.as_ref())
            .and_then(|value| self.attribute_text(value));
        let exact = attribute.named.iter().any(|(name, value)| {
            let value = value
                .as_ref()
                .and_then(|value| self.constant(value))
                .unwrap_or_default();
            name.text.eq_ignore_ascii_case("IgnoreCase") && !value.is_true()
                || name.text.eq_ignore_ascii_case("Options")
                    && !value.to_text().to_ascii_lowercase().contains("ignorecase")
        });
        let found = constraint_of(&name, arguments, message.clone().map(Arc::from));
        if message.is_none() && !exact {
            return found;
        }
        let custom = |constraint| match constraint {
            Constraint::Check(check) => Constraint::Check(Validation::Custom {
                check: Box::new(check),
                message: message.clone().map(Cow::Owned),
                exact,
            }),
            other => other,
        };
        found.into_iter().map(custom).collect()
    }

    /// The value of an attribute's argument, which must be known when the script is read.
    pub(super) fn constant(&mut self, expression: &ast::Expr) -> Option<Value> {
        match &expression.kind {
            ExprKind::List(items) => Some(Value::array(
                items
                    .iter()
                    .filter_map(|item| self.constant(item))
                    .collect::<Vec<_>>(),
            )),
            ExprKind::Paren(statement) => match &statement.kind {
                ast::StatementKind::Pipeline(pipeline) => {
                    super::statement::single_expression(pipeline).and_then(|inner| self.constant(inner))
                }
                _ => None,
            },
            ExprKind::Array(block) => {
                let items = block
                    .statements
                    .iter()
                    .filter_map(|statement| match &statement.kind {
                        ast::StatementKind::Pipeline(pipeline) => {
                            super::statement::single_expression(pipeline)
                                .and_then(|inner| self.constant(inner))
                        }
                        _ => None,
                    });
                Some(Value::array(
                    items.flat_map(|value| value.iter()).collect::<Vec<_>>(),
                ))
            }
            ExprKind::Unary(UnaryOperator::Minus, inner) => {
                let value = self.constant(inner)?;
                crate::operator::negate(&value, &mut crate::members::NoWorld).ok()
            }
            ExprKind::Cast(_, inner) => self.constant(inner),
            ExprKind::Type(name) => Some(Value::str(&name.name)),
            ExprKind::Member(member) if member.is_static => match (&member.target.kind, &member.name.kind) {
                (ExprKind::Type(name), ExprKind::String(text, _)) => crate::types::resolve(&name.name)
                    .and_then(|of| crate::members::static_get(&of, text, &mut crate::members::NoWorld).ok())
                    .or_else(|| Some(Value::str(text))),
                _ => None,
            },
            _ => match self.expression(expression) {
                Expr::Constant(value) | Expr::Block(value) => Some(value),
                _ => None,
            },
        }
    }
}

/// A value as a number.
fn number_of(value: &Value) -> Option<f64> {
    match value.convert(&crate::types::Type::DOUBLE) {
        Ok(Value::Double(number)) => Some(number),
        _ => None,
    }
}

/// `[ValidateRange('Positive')]` and its kin.
fn named_range(arguments: &[Value]) -> Validation {
    let name = arguments.first().map(Value::to_text).unwrap_or_default();
    match name.to_ascii_lowercase().as_str() {
        "positive" => Validation::Range(f64::MIN_POSITIVE, f64::MAX),
        "nonnegative" => Validation::Range(0.0, f64::MAX),
        "negative" => Validation::Range(f64::MIN, -f64::MIN_POSITIVE),
        "nonpositive" => Validation::Range(f64::MIN, 0.0),
        _ => Validation::Range(f64::MIN, f64::MAX),
    }
}

/// Without any declared position, parameters that are no switches have positions in the order of declaration.
fn number_positions(parameters: &mut [Parameter]) {
    let declared = parameters
        .iter()
        .any(|parameter| parameter.sets.iter().any(|set| set.position.is_some()));
    if declared {
        return;
    }
    let mut next = 0;
    for parameter in parameters {
        let is_switch = matches!(
            parameter.type_name.to_ascii_lowercase().as_str(),
            "switch" | "switchparameter" | "system.management.automation.switchparameter"
        );
        if is_switch || parameter.sets.iter().any(|set| set.remaining) {
            continue;
        }
        if parameter.sets.is_empty() {
            parameter.sets.push(Membership::default());
        }
        for set in &mut parameter.sets {
            set.position = Some(next);
        }
        next += 1;
    }
}

/// What an attribute of a name and arguments asks of a variable's value.
pub(crate) fn constraint_of(name: &str, arguments: Vec<Value>, message: Option<Arc<str>>) -> Vec<Constraint> {
    let number = |at: usize| arguments.get(at).and_then(number_of);
    let texts = || {
        arguments
            .iter()
            .flat_map(Value::iter)
            .map(|value| Cow::Owned(value.to_text()))
            .collect()
    };
    let check = match name.trim_end_matches("attribute") {
        "validateset" => Validation::Set(texts()),
        "validaterange" => match (number(0), number(1)) {
            (Some(low), Some(high)) => Validation::Range(low, high),
            _ => named_range(&arguments),
        },
        "validatelength" => Validation::Length(
            number(0).unwrap_or(0.0) as usize,
            number(1).unwrap_or(f64::MAX) as usize,
        ),
        "validatecount" => Validation::Count(
            number(0).unwrap_or(0.0) as usize,
            number(1).unwrap_or(f64::MAX) as usize,
        ),
        "validatepattern" => Validation::Pattern(Cow::Owned(
            arguments.first().map(Value::to_text).unwrap_or_default(),
        )),
        "validatenotnull" => Validation::NotNull,
        "validatenotnullorempty" => Validation::NotNullOrEmpty,
        "validatenotnullorwhitespace" => Validation::NotNullOrWhiteSpace,
        "allownull" => Validation::AllowNull,
        "allowemptystring" => Validation::AllowEmptyString,
        "allowemptycollection" => Validation::AllowEmptyCollection,
        "validatescript" => {
            let block = arguments.into_iter().next().unwrap_or_default();
            return vec![Constraint::Script(block, message)];
        }
        _ => return vec![Constraint::Class(Arc::from(name), arguments)],
    };
    vec![Constraint::Check(check)]
}

/// Sets a property of `[Parameter()]`.
pub(crate) fn set_membership(
    name: &str,
    value: &Value,
    membership: &mut Membership,
    described: &mut Parameter,
) {
    match name.to_ascii_lowercase().as_str() {
        "mandatory" => membership.mandatory = value.is_true(),
        "valuefrompipeline" => membership.by_value = value.is_true(),
        "valuefrompipelinebypropertyname" => membership.by_property_name = value.is_true(),
        "valuefromremainingarguments" => membership.remaining = value.is_true(),
        "position" => {
            membership.position = number_of(value).and_then(|number| u16::try_from(number as i64).ok());
        }
        "parametersetname" => membership.set = Some(Cow::Owned(value.to_text())),
        "helpmessage" => described.help = Cow::Owned(value.to_text()),
        "dontshow" => described.hidden = value.is_true(),
        _ => {}
    }
}
