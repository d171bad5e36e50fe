//! Parameter binding, for compiled commands and for functions alike.
//!
//! A [`Table`] is made once for a command: parameters by name and alias, parameter sets as bits. Binding has two
//! moments: the arguments of the command line ([`arguments`]), and, for each item, what the pipeline gives
//! ([`pipeline`]).

mod arguments;
mod conversion;
mod pipeline;
mod plan;
mod validation;

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{Category, ErrorRecord};
use crate::program::{Constraint, FunctionParameters, TypeRef};
use crate::signature::{Parameter, Signature, Validation};
use crate::types::Type;
use crate::value::Value;

pub use arguments::{bind, bind_known};
pub(crate) use conversion::with_text;
pub use pipeline::{PipelinePlan, bind_item};
pub use validation::check;

/// What a command's parameters look like to the binder.
pub struct Table {
    /// The command's name.
    pub name: Arc<str>,
    /// Its signature.
    pub signature: Arc<Signature>,
    /// Declared parameters, then the common ones.
    pub parameters: Vec<Entry>,
    names: HashMap<String, usize>,
    /// Parameter sets by bit.
    pub sets: Vec<Arc<str>>,
    /// The default set's bit, when there is one.
    pub default_set: Option<u64>,
    /// A script's parameters, with what only they have.
    pub function: Option<Arc<FunctionParameters>>,
    /// Whether unknown names and extra arguments are errors.
    pub strict: bool,
    /// The types and checks of parameters that a `dynamicparam` block gave, which follow the function's own.
    pub added: Vec<Arc<Vec<Constraint>>>,
    /// What follows the id of its errors.
    suffix: Arc<str>,
    /// How calls of it were bound, by their shape.
    plans: plan::Plans,
    /// How many of the parameters are declared.
    pub declared: usize,
    /// Whether any parameter takes pipeline input.
    pub pipeline: bool,
    /// Whether positional values can be given without any binding: a simple function whose parameters have neither
    /// types nor attributes.
    pub plain: bool,
}

/// A parameter.
pub struct Entry {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub type_ref: TypeRef,
    /// What kind of conversion its arguments need.
    pub kind: ArgumentKind,
    /// The sets that it is in.
    pub mask: u64,
    /// Its place in each of them.
    pub places: Vec<Place>,
    /// Checks.
    pub validation: Vec<Validation>,
    /// The common parameter that it is.
    pub common: Option<Common>,
}

/// A parameter's place in some sets.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Which sets.
    pub mask: u64,
    /// From 0.
    pub position: Option<u16>,
    /// Must be given.
    pub mandatory: bool,
    /// Takes the item.
    pub by_value: bool,
    /// Takes the item's property.
    pub by_property_name: bool,
    /// Takes what is left.
    pub remaining: bool,
}

/// How arguments are converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    /// As they are.
    Object,
    /// A switch.
    Switch,
    /// A Boolean: only Booleans and numbers.
    Bool,
    /// A text.
    Text,
    /// Texts.
    Texts,
    /// A script block.
    Block,
    /// Anything else that is converted.
    Other,
}

/// The common parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Common {
    Verbose,
    Debug,
    ErrorAction,
    WarningAction,
    InformationAction,
    ProgressAction,
    ErrorVariable,
    WarningVariable,
    InformationVariable,
    OutVariable,
    OutBuffer,
    PipelineVariable,
    WhatIf,
    Confirm,
}

/// Name, alias, type, meaning.
pub const COMMON: &[(&str, &str, &str, Common)] = &[
    ("Verbose", "vb", "switch", Common::Verbose),
    ("Debug", "db", "switch", Common::Debug),
    (
        "ErrorAction",
        "ea",
        "System.Management.Automation.ActionPreference",
        Common::ErrorAction,
    ),
    (
        "WarningAction",
        "wa",
        "System.Management.Automation.ActionPreference",
        Common::WarningAction,
    ),
    (
        "InformationAction",
        "infa",
        "System.Management.Automation.ActionPreference",
        Common::InformationAction,
    ),
    (
        "ProgressAction",
        "proga",
        "System.Management.Automation.ActionPreference",
        Common::ProgressAction,
    ),
    ("ErrorVariable", "ev", "string", Common::ErrorVariable),
    ("WarningVariable", "wv", "string", Common::WarningVariable),
    ("InformationVariable", "iv", "string", Common::InformationVariable),
    ("OutVariable", "ov", "string", Common::OutVariable),
    ("OutBuffer", "ob", "int", Common::OutBuffer),
    ("PipelineVariable", "pv", "string", Common::PipelineVariable),
    ("WhatIf", "wi", "switch", Common::WhatIf),
    ("Confirm", "cf", "switch", Common::Confirm),
];

/// An argument as the call site gives it.
#[derive(Clone)]
pub enum Given {
    /// A value without a name; the text that a number was written as.
    Value(Value, Option<Arc<str>>),
    /// `-Name`, with what stood after a colon.
    Named {
        /// Without the dash.
        name: Arc<str>,
        /// After a colon, or from a splatted hashtable.
        value: Option<(Value, Option<Arc<str>>)>,
        /// As written, for `$args`.
        text: Arc<str>,
        /// From a hashtable: a name that is bound already loses silently.
        splatted: bool,
    },
}

/// What was bound.
#[derive(Clone, Default)]
pub struct Bound {
    /// By parameter.
    pub values: Vec<Option<Value>>,
    /// The sets that are still possible.
    pub mask: u64,
    /// Arguments that no parameter took.
    pub rest: Vec<Value>,
    /// Script blocks for pipeline parameters, run for each item.
    pub delayed: Vec<(usize, Value)>,
    /// The common parameters given, by meaning.
    pub common: Vec<(Common, Value)>,
}

impl Bound {
    /// A common parameter's value.
    pub fn common(&self, wanted: Common) -> Option<&Value> {
        self.common
            .iter()
            .find(|(common, _)| *common == wanted)
            .map(|(_, value)| value)
    }
}

impl Table {
    /// The table of a compiled command.
    pub fn of_command(signature: &Signature) -> Table {
        Table::new(
            Arc::from(signature.name.as_ref()),
            Arc::new(signature.clone()),
            None,
            true,
        )
    }

    /// The table of a function.
    pub fn of_function(name: &Arc<str>, parameters: &Arc<FunctionParameters>) -> Table {
        let signature = Arc::clone(&parameters.signature);
        Table::new(
            Arc::clone(name),
            signature,
            Some(Arc::clone(parameters)),
            parameters.advanced,
        )
    }

    fn new(
        name: Arc<str>,
        signature: Arc<Signature>,
        function: Option<Arc<FunctionParameters>>,
        strict: bool,
    ) -> Table {
        let mut sets: Vec<Arc<str>> = Vec::new();
        for set in signature
            .parameters
            .iter()
            .flat_map(|parameter| &parameter.sets)
            .filter_map(|set| set.set.as_deref())
        {
            if !set.eq_ignore_ascii_case("__AllParameterSets")
                && !sets.iter().any(|known| known.eq_ignore_ascii_case(set))
                && sets.len() < 63
            {
                sets.push(Arc::from(set));
            }
        }
        if let Some(default) = &signature.default_set
            && !sets.iter().any(|known| known.eq_ignore_ascii_case(default))
            && !sets.is_empty()
        {
            sets.push(Arc::from(default.as_ref()));
        }
        if sets.is_empty() {
            sets.push(Arc::from("__AllParameterSets"));
        }
        let bit = |name: &str| {
            sets.iter()
                .position(|known| known.eq_ignore_ascii_case(name))
                .map(|at| 1u64 << at)
        };
        let all = (1u64 << sets.len()) - 1;
        let default_set = signature.default_set.as_deref().and_then(bit);
        let mut parameters: Vec<Entry> = signature
            .parameters
            .iter()
            .map(|parameter| entry(parameter, &bit, all))
            .collect();
        let declared = parameters.len();
        if strict {
            let shown = |common: &Common| {
                signature.should_process || !matches!(common, Common::WhatIf | Common::Confirm)
            };
            parameters.extend(COMMON.iter().filter(|(.., common)| shown(common)).map(
                |(name, _, kind, common)| Entry {
                    name: Arc::from(*name),
                    type_ref: TypeRef::new(&Arc::from(*kind)),
                    kind: kind_of(kind),
                    mask: all,
                    places: Vec::new(),
                    validation: Vec::new(),
                    common: Some(*common),
                },
            ));
        }
        let mut names = HashMap::new();
        for (at, parameter) in parameters.iter().enumerate() {
            names.entry(parameter.name.to_lowercase()).or_insert(at);
        }
        for (at, parameter) in signature.parameters.iter().enumerate() {
            for alias in &parameter.aliases {
                names.entry(alias.to_lowercase()).or_insert(at);
            }
        }
        for (name, alias, ..) in COMMON.iter().filter(|_| strict) {
            if let Some(at) = names
                .get(&name.to_lowercase())
                .copied()
                .filter(|at| *at >= declared)
            {
                names.entry((*alias).to_owned()).or_insert(at);
            }
        }
        let pipeline = parameters.iter().any(|entry| {
            entry
                .places
                .iter()
                .any(|place| place.by_value || place.by_property_name)
        });
        let plain = !strict
            && function.as_ref().is_some_and(|function| {
                function.positional_binding
                    && function
                        .parameters
                        .iter()
                        .all(|parameter| parameter.untyped && parameter.constraints.is_empty())
            });
        Table {
            suffix: if function.is_some() {
                Arc::clone(&name)
            } else {
                command_suffix(&signature)
            },
            plans: plan::Plans::default(),
            name,
            signature,
            parameters,
            names,
            sets,
            default_set,
            function,
            strict,
            added: Vec::new(),
            declared,
            pipeline,
            plain,
        }
    }

    /// The same with parameters that a call's `dynamicparam` block gave.
    pub fn with_parameters(&self, added: Vec<(Parameter, Arc<Vec<Constraint>>)>) -> Table {
        let mut signature = Signature::clone(&self.signature);
        let mut constraints = Vec::with_capacity(added.len());
        for (parameter, checks) in added {
            signature.parameters.push(parameter);
            constraints.push(checks);
        }
        let mut table = Table::new(
            Arc::clone(&self.name),
            Arc::new(signature),
            self.function.clone(),
            self.strict,
        );
        table.added = constraints;
        table
    }

    /// The types and checks of a script's parameter.
    pub(crate) fn constraints(&self, at: usize) -> Option<&Arc<Vec<Constraint>>> {
        let declared = &self.function.as_ref()?.parameters;
        match declared.get(at) {
            Some(parameter) => Some(&parameter.constraints),
            None => self.added.get(at - declared.len()),
        }
    }

    /// The parameter of a name: itself, an alias, or an unambiguous beginning. The error lists the candidates.
    pub fn find(&self, name: &str) -> Result<usize, Vec<Arc<str>>> {
        let lower = name.to_lowercase();
        if let Some(at) = self.names.get(&lower) {
            return Ok(*at);
        }
        let mut found: Vec<usize> = self
            .names
            .iter()
            .filter(|(known, _)| known.starts_with(&lower))
            .map(|(_, at)| *at)
            .collect();
        found.sort_unstable();
        found.dedup();
        // A declared parameter wins over common ones only when it is the only declared one.
        match found.as_slice() {
            [] => Err(Vec::new()),
            [only] => Ok(*only),
            _ => {
                let declared: Vec<usize> = found
                    .iter()
                    .copied()
                    .filter(|at| *at < self.declared && !self.is_hidden(*at))
                    .collect();
                match declared.as_slice() {
                    [only] => Ok(*only),
                    _ => Err(found
                        .iter()
                        .map(|at| Arc::clone(&self.parameters[*at].name))
                        .collect()),
                }
            }
        }
    }

    fn is_hidden(&self, at: usize) -> bool {
        self.signature
            .parameters
            .get(at)
            .is_some_and(|parameter| parameter.hidden)
    }

    /// All sets.
    pub fn all(&self) -> u64 {
        (1u64 << self.sets.len()) - 1
    }

    /// The name of the chosen set.
    pub fn set_name(&self, mask: u64) -> Arc<str> {
        let at = match self.default_set {
            Some(default) if mask & default != 0 => default.trailing_zeros(),
            _ => mask.trailing_zeros(),
        };
        self.sets
            .get(at as usize)
            .cloned()
            .unwrap_or_else(|| Arc::from("__AllParameterSets"))
    }
}

fn entry(parameter: &crate::signature::Parameter, bit: &impl Fn(&str) -> Option<u64>, all: u64) -> Entry {
    let mut places: Vec<Place> = parameter
        .sets
        .iter()
        .map(|set| Place {
            mask: set.set.as_deref().and_then(bit).unwrap_or(all),
            position: set.position,
            mandatory: set.mandatory,
            by_value: set.by_value,
            by_property_name: set.by_property_name,
            remaining: set.remaining,
        })
        .collect();
    if places.is_empty() {
        places.push(Place {
            mask: all,
            position: None,
            mandatory: false,
            by_value: false,
            by_property_name: false,
            remaining: false,
        });
    }
    Entry {
        name: Arc::from(parameter.name.as_ref()),
        type_ref: TypeRef::new(&Arc::from(parameter.type_name.as_ref())),
        kind: kind_of(&parameter.type_name),
        mask: places.iter().fold(0, |mask, place| mask | place.mask),
        places,
        validation: parameter.validation.clone(),
        common: None,
    }
}

fn kind_of(type_name: &str) -> ArgumentKind {
    let lower = type_name.to_ascii_lowercase();
    let lower = lower.strip_prefix("system.").unwrap_or(&lower);
    match lower.strip_prefix("management.automation.").unwrap_or(lower) {
        "" | "object" | "psobject" => ArgumentKind::Object,
        "switch" | "switchparameter" => ArgumentKind::Switch,
        "bool" | "boolean" => ArgumentKind::Bool,
        "string" => ArgumentKind::Text,
        "string[]" => ArgumentKind::Texts,
        "scriptblock" => ArgumentKind::Block,
        _ => ArgumentKind::Other,
    }
}

impl Entry {
    /// The places that hold in some sets.
    pub fn places_in(&self, mask: u64) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(move |place| place.mask & mask != 0)
    }

    /// Whether it must be given in one of some sets.
    pub fn is_mandatory(&self, mask: u64) -> bool {
        self.places_in(mask).any(|place| place.mandatory)
    }

    /// Its type's full name, for messages.
    pub fn type_text(&self) -> String {
        match &self.type_ref.known {
            Some(of) => of.full_name(),
            None if self.type_ref.name.is_empty() => Type::OBJECT.full_name(),
            None => self.type_ref.name.to_string(),
        }
    }
}

/// An error of the binder.
pub(crate) fn binding_error(id: &str, table: &Table, message: impl Into<String>) -> ErrorRecord {
    let mut record = ErrorRecord::new(id, Category::InvalidArgument, message)
        .exception("System.Management.Automation.ParameterBindingException");
    record.command = Some(Arc::clone(&table.name));
    record.id_suffix = Some(suffix(table));
    record
}

/// What follows an error's id: a function's name, or the class name of a compiled command.
pub(crate) fn suffix(table: &Table) -> Arc<str> {
    Arc::clone(&table.suffix)
}

/// The class name of a compiled command, as PowerShell's errors name it.
pub(crate) fn command_suffix(signature: &Signature) -> Arc<str> {
    let plain: String = signature
        .name
        .chars()
        .filter(|character| *character != '-')
        .collect();
    let namespace = match signature.module.as_ref() {
        module if module.starts_with("Microsoft.PowerShell") || module.is_empty() => {
            "Microsoft.PowerShell.Commands"
        }
        "SkypeForBusiness" => "Microsoft.Rtc.Management",
        module => module,
    };
    Arc::from(format!("{namespace}.{plain}Command"))
}
