//! Signatures as data: what a command is called, takes and gives. Binding, help, completion, `Get-Command` and
//! `plenum check` read the same table.

use std::borrow::Cow;

/// Text that is usually known when the program is built.
pub type Text = Cow<'static, str>;

/// A command's signature.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// `Get-CsUser`.
    pub name: Text,
    /// Parameters in declaration order; common parameters are the engine's and not listed.
    pub parameters: Vec<Parameter>,
    /// The parameter set to use when several fit.
    pub default_set: Option<Text>,
    /// Whether `-WhatIf` and `-Confirm` exist.
    pub should_process: bool,
    /// When `ShouldProcess` asks on its own: at `$ConfirmPreference` or above.
    pub confirm_impact: Impact,
    /// Names of output types.
    pub output_types: Vec<Text>,
    /// Names of the properties of what comes out, where its type does not say them.
    pub output_members: Vec<Text>,
    /// Other names.
    pub aliases: Vec<Text>,
    /// The module that `Get-Command` shows as its source, e.g. `Microsoft.PowerShell.Utility`, `SkypeForBusiness`.
    pub module: Text,
    /// The manual.
    pub help: Help,
}

/// System.Management.Automation.ConfirmImpact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Impact {
    None,
    Low,
    #[default]
    Medium,
    High,
}

/// What `Get-Help` shows beside the syntax.
#[derive(Clone, Debug, Default)]
pub struct Help {
    /// One sentence.
    pub synopsis: Text,
    /// Paragraphs.
    pub description: Text,
    /// Command line and remark.
    pub examples: Vec<(Text, Text)>,
    /// Related commands.
    pub links: Vec<Text>,
    /// What is piped in, where a comment says so.
    pub inputs: Text,
    /// What comes out, where a comment says so.
    pub outputs: Text,
    /// Anything else.
    pub notes: Text,
    /// `.COMPONENT` of a comment.
    pub component: Text,
    /// `.ROLE` of a comment.
    pub role: Text,
    /// `.FUNCTIONALITY` of a comment.
    pub functionality: Text,
}

/// One parameter.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// Its name, without the hyphen.
    pub name: Text,
    /// The .NET type name that arguments are converted to, as the language writes it: `string`, `int`, `switch`,
    /// `string[]`, `object`, `scriptblock`, `timespan`, `hashtable`, `datetime`, an enum's name …
    pub type_name: Text,
    /// Other names.
    pub aliases: Vec<Text>,
    /// In which parameter sets and how; empty means optional and named in all of them.
    pub sets: Vec<Membership>,
    /// Checks on the converted value.
    pub validation: Vec<Validation>,
    /// What it does, for help.
    pub help: Text,
    /// The documented default, for help.
    pub default: Option<Text>,
    /// What completes its values.
    pub completion: Completion,
    /// Whether names of other parameters may not be abbreviated to it and help leaves it out.
    pub hidden: bool,
}

/// A parameter's place in a parameter set.
#[derive(Clone, Debug, Default)]
pub struct Membership {
    /// The set's name; `None` means all sets.
    pub set: Option<Text>,
    /// Its position, from 0.
    pub position: Option<u16>,
    /// Whether it must be given.
    pub mandatory: bool,
    /// Whether it takes the pipeline's object.
    pub by_value: bool,
    /// Whether it takes the property of its name (or alias) of the pipeline's object.
    pub by_property_name: bool,
    /// Whether it takes all remaining arguments.
    pub remaining: bool,
}

/// A check on an argument (the Validate… attributes).
#[derive(Clone, Debug, PartialEq)]
pub enum Validation {
    /// `[ValidateSet()]`: one of these.
    Set(Vec<Text>),
    /// `[ValidateRange()]`, inclusive.
    Range(f64, f64),
    /// `[ValidateLength()]`.
    Length(usize, usize),
    /// `[ValidateCount()]`.
    Count(usize, usize),
    /// `[ValidatePattern()]`.
    Pattern(Text),
    /// `[ValidateNotNull()]`.
    NotNull,
    /// `[ValidateNotNullOrEmpty()]`.
    NotNullOrEmpty,
    /// `[ValidateNotNullOrWhiteSpace()]`.
    NotNullOrWhiteSpace,
    /// Another check with a message of its own, or with regard to case.
    Custom {
        /// The check.
        check: Box<Validation>,
        /// `ErrorMessage`; `{0}` is the value, `{1}` the set or pattern.
        message: Option<Text>,
        /// Whether a set or pattern regards case.
        exact: bool,
    },
    /// `[AllowNull()]` on a mandatory parameter.
    AllowNull,
    /// `[AllowEmptyString()]`.
    AllowEmptyString,
    /// `[AllowEmptyCollection()]`.
    AllowEmptyCollection,
}

/// What completes a parameter's values beyond its ValidateSet and enum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Completion {
    /// Nothing beyond the type.
    #[default]
    None,
    /// Files and folders.
    Path,
    /// Command names.
    Command,
    /// Variable names.
    Variable,
    /// Property names of the pipeline's input.
    Property,
    /// Live identities of a kind the registry's completer knows: `user`, `pool`, `CsVoicePolicy`, `service` …
    Identity(Text),
}
