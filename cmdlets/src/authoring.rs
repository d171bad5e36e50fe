//! How a cmdlet is written: a signature in the order of its manual page, a function that does the work, typed reading
//! of its arguments, and the standard errors.
//!
//! ```
//! use plenum_cmdlets::authoring::{cmdlet, parameter, simple, Read};
//! use plenum_lang::{cmdlet::{Arguments, Context}, error::Result, registry::Registry};
//!
//! fn register(registry: &mut Registry) {
//!     registry.add(simple(
//!         cmdlet("Get-Greeting", "Contoso.Samples")
//!             .synopsis("Greets somebody.")
//!             .parameter(parameter("Name", "string").mandatory().position(0).by_value().help("Whom to greet."))
//!             .switch("Loud", "Greets in capitals.")
//!             .example("Get-Greeting Ken", "Greets Ken."),
//!         get_greeting,
//!     ));
//! }
//!
//! fn get_greeting(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
//!     let greeting = format!("Hello {}", arguments.required_text("Name")?);
//!     context.write(plenum_cmdlets::authoring::text(greeting))
//! }
//! ```
//!
//! A cmdlet that keeps something between pipeline items is a struct with `Default` and
//! [`Invocation`]; [`stateful`] makes its command. Cmdlets that need ports hold them: [`with`] hands each run a clone.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::signature::{Completion, Impact, Membership, Parameter, Signature, Text, Validation};
use plenum_lang::value::{DateTime, Hashtable, Value};

mod record;
mod refusal;
pub use record::{Record, record, record_with_methods};
pub use refusal::{only_english, refuse};

/// Starts a signature: the cmdlet's name and the module that it belongs to.
pub fn cmdlet(name: impl Into<Text>, module: impl Into<Text>) -> SignatureBuilder {
    SignatureBuilder {
        signature: Signature {
            name: name.into(),
            module: module.into(),
            ..Signature::default()
        },
    }
}

/// Starts a parameter: its name without the hyphen and its type as the language writes it.
pub fn parameter(name: impl Into<Text>, type_name: impl Into<Text>) -> ParameterBuilder {
    ParameterBuilder {
        parameter: Parameter {
            name: name.into(),
            type_name: type_name.into(),
            ..Parameter::default()
        },
        sets: Vec::new(),
        shape: Membership::default(),
    }
}

/// Builds a [`Signature`].
#[derive(Clone, Debug)]
pub struct SignatureBuilder {
    signature: Signature,
}

impl SignatureBuilder {
    /// One sentence that says what the cmdlet does.
    #[must_use]
    pub fn synopsis(mut self, text: impl Into<Text>) -> Self {
        self.signature.help.synopsis = text.into();
        self
    }

    /// The manual's paragraphs, separated by empty lines.
    #[must_use]
    pub fn description(mut self, text: impl Into<Text>) -> Self {
        self.signature.help.description = text.into();
        self
    }

    /// A command line and what it does.
    #[must_use]
    pub fn example(mut self, command: impl Into<Text>, remark: impl Into<Text>) -> Self {
        self.signature.help.examples.push((command.into(), remark.into()));
        self
    }

    /// A related command or topic.
    #[must_use]
    pub fn link(mut self, name: impl Into<Text>) -> Self {
        self.signature.help.links.push(name.into());
        self
    }

    /// Adds a parameter.
    #[must_use]
    pub fn parameter(mut self, parameter: ParameterBuilder) -> Self {
        self.signature.parameters.push(parameter.build());
        self
    }

    /// Adds several parameters.
    #[must_use]
    pub fn parameters(mut self, parameters: impl IntoIterator<Item = ParameterBuilder>) -> Self {
        self.signature
            .parameters
            .extend(parameters.into_iter().map(ParameterBuilder::build));
        self
    }

    /// Adds a switch.
    #[must_use]
    pub fn switch(self, name: impl Into<Text>, help: impl Into<Text>) -> Self {
        self.parameter(parameter(name, "switch").help(help))
    }

    /// Names the parameter set to use when several fit.
    #[must_use]
    pub fn default_set(mut self, set: impl Into<Text>) -> Self {
        self.signature.default_set = Some(set.into());
        self
    }

    /// Gives the cmdlet -WhatIf and -Confirm; `impact` decides when it asks on its own.
    #[must_use]
    pub fn should_process(mut self, impact: Impact) -> Self {
        self.signature.should_process = true;
        self.signature.confirm_impact = impact;
        self
    }

    /// Says which properties the objects have that it gives, for completion of what comes after it.
    #[must_use]
    pub fn output_members(mut self, names: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.signature
            .output_members
            .extend(names.into_iter().map(Into::into));
        self
    }

    /// Names an output type.
    #[must_use]
    pub fn output(mut self, type_name: impl Into<Text>) -> Self {
        self.signature.output_types.push(type_name.into());
        self
    }

    /// Adds another name.
    #[must_use]
    pub fn alias(mut self, name: impl Into<Text>) -> Self {
        self.signature.aliases.push(name.into());
        self
    }

    /// Adds several other names.
    #[must_use]
    pub fn aliases(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |signature, name| signature.alias(*name))
    }

    /// The signature.
    pub fn build(self) -> Signature {
        self.signature
    }
}

impl From<SignatureBuilder> for Signature {
    fn from(builder: SignatureBuilder) -> Signature {
        builder.signature
    }
}

/// Builds a [`Parameter`]. Position, mandatory and pipeline binding hold for every set named with
/// [`ParameterBuilder::set`], or for all sets when none is.
#[derive(Clone, Debug)]
pub struct ParameterBuilder {
    parameter: Parameter,
    sets: Vec<Membership>,
    shape: Membership,
}

impl ParameterBuilder {
    /// What it does.
    #[must_use]
    pub fn help(mut self, text: impl Into<Text>) -> Self {
        self.parameter.help = text.into();
        self
    }

    /// It must be given.
    #[must_use]
    pub fn mandatory(mut self) -> Self {
        self.shape.mandatory = true;
        self
    }

    /// Its position, from 0.
    #[must_use]
    pub fn position(mut self, position: u16) -> Self {
        self.shape.position = Some(position);
        self
    }

    /// It takes the pipeline's object.
    #[must_use]
    pub fn by_value(mut self) -> Self {
        self.shape.by_value = true;
        self
    }

    /// It takes the property of its name, or of an alias, of the pipeline's object.
    #[must_use]
    pub fn by_property_name(mut self) -> Self {
        self.shape.by_property_name = true;
        self
    }

    /// It takes all remaining arguments.
    #[must_use]
    pub fn remaining(mut self) -> Self {
        self.shape.remaining = true;
        self
    }

    /// It belongs to this parameter set only (and to others that are named so), in the way said so far and after.
    #[must_use]
    pub fn set(mut self, name: impl Into<Text>) -> Self {
        self.sets.push(Membership {
            set: Some(name.into()),
            ..Membership::default()
        });
        self
    }

    /// It belongs to a parameter set in a way of its own.
    #[must_use]
    pub fn member(mut self, membership: Membership) -> Self {
        self.parameter.sets.push(membership);
        self
    }

    /// Adds another name.
    #[must_use]
    pub fn alias(mut self, name: impl Into<Text>) -> Self {
        self.parameter.aliases.push(name.into());
        self
    }

    /// Adds several other names.
    #[must_use]
    pub fn aliases(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |parameter, name| parameter.alias(*name))
    }

    /// Adds a check on the converted value.
    #[must_use]
    pub fn validate(mut self, validation: Validation) -> Self {
        self.parameter.validation.push(validation);
        self
    }

    /// It is one of these words.
    #[must_use]
    pub fn one_of(self, words: &[&'static str]) -> Self {
        self.validate(Validation::Set(
            words.iter().map(|word| Text::from(*word)).collect(),
        ))
    }

    /// It lies between two numbers, inclusive.
    #[must_use]
    pub fn range(self, low: f64, high: f64) -> Self {
        self.validate(Validation::Range(low, high))
    }

    /// What completes its values.
    #[must_use]
    pub fn complete(mut self, completion: Completion) -> Self {
        self.parameter.completion = completion;
        self
    }

    /// The documented default.
    #[must_use]
    pub fn default(mut self, text: impl Into<Text>) -> Self {
        self.parameter.default = Some(text.into());
        self
    }

    /// Not shown in help, not abbreviated to.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.parameter.hidden = true;
        self
    }

    /// The parameter.
    pub fn build(mut self) -> Parameter {
        let shape = self.shape;
        if self.sets.is_empty() {
            let plain = Membership::default();
            let says_something = shape.mandatory != plain.mandatory
                || shape.position.is_some()
                || shape.by_value
                || shape.by_property_name
                || shape.remaining;
            if says_something && self.parameter.sets.is_empty() {
                self.parameter.sets.push(shape.clone());
            }
        }
        for member in self.sets {
            self.parameter.sets.push(Membership {
                set: member.set,
                ..shape.clone()
            });
        }
        self.parameter
    }
}

/// The usual parameter that takes the pipeline's objects.
pub fn input_object() -> ParameterBuilder {
    parameter("InputObject", "psobject")
        .by_value()
        .help("The objects to work on, usually from the pipeline.")
}

struct Stateful<T> {
    signature: Signature,
    make: Box<dyn Fn() -> T + Send + Sync>,
}

impl<T: Invocation + 'static> Command for Stateful<T> {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn invoke(&self) -> Box<dyn Invocation> {
        Box::new((self.make)())
    }
}

/// A command whose runs begin with `T::default()`.
pub fn stateful<T: Invocation + Default + 'static>(signature: impl Into<Signature>) -> Arc<dyn Command> {
    Arc::new(Stateful {
        signature: signature.into(),
        make: Box::new(T::default),
    })
}

/// A command whose runs are made by a function, usually from ports that it holds.
pub fn with<T: Invocation + 'static>(
    signature: impl Into<Signature>,
    make: impl Fn() -> T + Send + Sync + 'static,
) -> Arc<dyn Command> {
    Arc::new(Stateful {
        signature: signature.into(),
        make: Box::new(make),
    })
}

struct Process<F>(Arc<F>);

impl<F> Invocation for Process<F>
where
    F: Fn(&mut dyn Context, &Arguments) -> Result<()> + Send + Sync,
{
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        (self.0)(context, arguments)
    }
}

/// A command that is one function, called for each pipeline item, or once without a pipeline.
pub fn simple<F>(signature: impl Into<Signature>, process: F) -> Arc<dyn Command>
where
    F: Fn(&mut dyn Context, &Arguments) -> Result<()> + Send + Sync + 'static,
{
    let process = Arc::new(process);
    Arc::new(Stateful {
        signature: signature.into(),
        make: Box::new(move || Process(Arc::clone(&process))),
    })
}

/// Typed reading of bound arguments. The binder has converted them to their declared types; these only unwrap.
pub trait Read {
    /// A text; `None` when not given or `$null`.
    fn text(&self, name: &str) -> Option<String>;
    /// A text that must have been given.
    fn required_text(&self, name: &str) -> Result<String>;
    /// Texts of a list parameter; a single value is a list of one. Empty when not given.
    fn list(&self, name: &str) -> Vec<String>;
    /// Values of a list parameter; a single value is a list of one. Empty when not given.
    fn values(&self, name: &str) -> Vec<Value>;
    /// A whole number.
    fn int(&self, name: &str) -> Option<i64>;
    /// A number.
    fn number(&self, name: &str) -> Option<f64>;
    /// A Boolean that was given, as `-Enabled $true` or a switch.
    fn bool(&self, name: &str) -> Option<bool>;
    /// A time span in ticks of 100 ns.
    fn timespan(&self, name: &str) -> Option<i64>;
    /// A date and time.
    fn datetime(&self, name: &str) -> Option<DateTime>;
    /// A hashtable.
    fn hashtable(&self, name: &str) -> Option<Arc<Hashtable>>;
    /// A script block.
    fn block(&self, name: &str) -> Option<Value>;
}

impl Read for Arguments {
    fn text(&self, name: &str) -> Option<String> {
        self.get(name)
            .filter(|value| !matches!(value, Value::Null | Value::Nothing))
            .map(to_text)
    }

    fn required_text(&self, name: &str) -> Result<String> {
        self.text(name).ok_or_else(|| missing(name))
    }

    fn list(&self, name: &str) -> Vec<String> {
        self.values(name).iter().map(to_text).collect()
    }

    fn values(&self, name: &str) -> Vec<Value> {
        self.get(name).map(items).unwrap_or_default()
    }

    fn int(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(to_int)
    }

    fn number(&self, name: &str) -> Option<f64> {
        match self.get(name)?.base() {
            Value::Double(number) => Some(*number),
            Value::Single(number) => Some(f64::from(*number)),
            Value::Decimal(number) => number.to_string().parse().ok(),
            #[allow(clippy::cast_precision_loss)] // arguments that are read so are small
            other => to_int(other).map(|number| number as f64),
        }
    }

    fn bool(&self, name: &str) -> Option<bool> {
        match self.get(name)?.base() {
            Value::Bool(value) | Value::Switch(value) => Some(*value),
            _ => None,
        }
    }

    fn timespan(&self, name: &str) -> Option<i64> {
        match self.get(name)?.base() {
            Value::TimeSpan(ticks) => Some(*ticks),
            _ => None,
        }
    }

    fn datetime(&self, name: &str) -> Option<DateTime> {
        match self.get(name)?.base() {
            Value::DateTime(moment) => Some(**moment),
            _ => None,
        }
    }

    fn hashtable(&self, name: &str) -> Option<Arc<Hashtable>> {
        match self.get(name)?.base() {
            Value::Hashtable(table) => Some(Arc::clone(table)),
            _ => None,
        }
    }

    fn block(&self, name: &str) -> Option<Value> {
        self.get(name)
            .filter(|value| matches!(value, Value::Block(_)))
            .cloned()
    }
}

/// A value as a whole number, when it is one.
pub fn to_int(value: &Value) -> Option<i64> {
    Some(match value.base() {
        Value::SByte(number) => i64::from(*number),
        Value::Byte(number) => i64::from(*number),
        Value::Short(number) => i64::from(*number),
        Value::UShort(number) => i64::from(*number),
        Value::Int(number) => i64::from(*number),
        Value::UInt(number) => i64::from(*number),
        Value::Long(number) => *number,
        Value::ULong(number) => i64::try_from(*number).ok()?,
        Value::Char(unit) => i64::from(*unit),
        _ => return None,
    })
}

/// A text value.
pub fn text(text: impl Into<String>) -> Value {
    Value::from(text.into())
}

/// A text value, or `$null` for nothing.
pub fn optional_text(value: Option<impl Into<String>>) -> Value {
    value.map_or(Value::Null, text)
}

/// An Object[] of values.
pub fn array(items: Vec<Value>) -> Value {
    Value::array(items)
}

/// A String[] of texts.
pub fn text_array<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::strings(items.into_iter().map(Into::into))
}

/// A number as the language counts things: Int32 where it fits, else Int64.
pub fn count(number: usize) -> Value {
    Value::count(number)
}

/// An output object of a type, with its properties in display order.
pub fn object<'a>(type_name: &str, properties: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::typed(&[type_name, "System.Object"], properties)
}

/// A property bag as `[pscustomobject]` makes.
pub fn custom_object<'a>(properties: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::object(properties)
}

/// An output object with all its type names, the most special first.
pub fn typed_object<'a>(
    type_names: &[&str],
    properties: impl IntoIterator<Item = (&'a str, Value)>,
) -> Value {
    Value::typed(type_names, properties)
}

/// An error: the object does not exist. `id` is the first part of the error id, `Microsoft…NotFound` or our own.
pub fn not_found(id: &str, target: Value, message: impl Into<String>) -> ErrorRecord {
    ErrorRecord::new(id, Category::ObjectNotFound, message).about(target)
}

/// An error: the object exists already.
pub fn exists(id: &str, target: Value, message: impl Into<String>) -> ErrorRecord {
    ErrorRecord::new(id, Category::ResourceExists, message).about(target)
}

/// An error: an argument cannot be used.
pub fn invalid_argument(id: &str, target: Value, message: impl Into<String>) -> ErrorRecord {
    ErrorRecord::new(id, Category::InvalidArgument, message).about(target)
}

/// An error: what was asked for is not built yet.
pub fn not_built(what: &str) -> ErrorRecord {
    ErrorRecord::new(
        "NotBuilt",
        Category::NotImplemented,
        format!("{what} is not built yet."),
    )
    .exception("System.NotImplementedException")
}

fn missing(name: &str) -> Interrupt {
    ErrorRecord::new(
        "MissingMandatoryParameter",
        Category::InvalidArgument,
        format!("Cannot process command because of one or more missing mandatory parameters: {name}."),
    )
    .exception("System.Management.Automation.ParameterBindingException")
    .into()
}

/// The ticks (100 ns since 0001-01-01) of a moment in milliseconds since 1970-01-01, both UTC.
pub fn ticks_of_unix(milliseconds: i64) -> i64 {
    const EPOCH: i64 = 621_355_968_000_000_000;
    EPOCH.saturating_add(milliseconds.saturating_mul(10_000))
}

/// The items of a collection; a scalar is one item, `$null` none.
pub fn items(value: &Value) -> Vec<Value> {
    value.iter().collect()
}

/// A value's text, as `"$value"` gives it.
pub fn to_text(value: &Value) -> String {
    value.to_text()
}

/// The object that a run of `process` is about: the pipeline's item, else `-InputObject`.
pub fn current(arguments: &Arguments) -> Value {
    arguments
        .input
        .clone()
        .or_else(|| arguments.get("InputObject").cloned())
        .unwrap_or_default()
}
