//! What a running session holds, for the cmdlets that look into it: Get-Variable, Set-Alias, Get-Command,
//! Invoke-Expression, Get-History, TabExpansion2 and their kin.
//!
//! Reached through [`crate::cmdlet::Context::session`]. Scopes are written as the cmdlets take them: `Global`, `Local`,
//! `Script`, or a number of levels up (`0` is the caller's own scope).

use std::sync::Arc;

use crate::complete::Completions;
use crate::error::{ErrorRecord, Result};
use crate::signature::Signature;
use crate::value::Value;

/// System.Management.Automation.ScopedItemOptions, as far as they are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VariableOptions {
    /// Writing needs `-Force`.
    pub read_only: bool,
    /// Never written again.
    pub constant: bool,
    /// Not seen from child scopes.
    pub private: bool,
    /// Copied into each child scope.
    pub all_scope: bool,
}

/// A variable as Get-Variable sees it.
#[derive(Clone)]
pub struct VariableInfo {
    /// Its name in the case it was first written.
    pub name: Arc<str>,
    /// Its value.
    pub value: Value,
    /// Its options.
    pub options: VariableOptions,
    /// What it is for.
    pub description: Option<Arc<str>>,
}

/// What is kept about an alias beside the command that it stands for.
#[derive(Clone, Default)]
pub struct AliasDetails {
    /// Its options.
    pub options: VariableOptions,
    /// What it is for.
    pub description: Option<Arc<str>>,
}

/// What a command name stands for.
#[derive(Clone)]
pub enum CommandKind {
    /// An alias and what it stands for.
    Alias(Arc<str>),
    /// A function or filter: its script block.
    Function(Value),
    /// A compiled command.
    Cmdlet,
    /// A script file or a native program: its path.
    Script(Arc<str>),
    /// A native program: its path.
    Application(Arc<str>),
}

/// A command as Get-Command sees it.
#[derive(Clone)]
pub struct CommandInfo {
    /// Its name.
    pub name: Arc<str>,
    /// What it is.
    pub kind: CommandKind,
    /// Its signature, where it has one (aliases: that of the command they stand for).
    pub signature: Option<Arc<Signature>>,
    /// The module of a script that a function is of.
    pub module: Option<Box<ModuleInfo>>,
}

/// One command line that was run.
#[derive(Clone)]
pub struct HistoryEntry {
    /// From 1.
    pub id: u64,
    /// As typed.
    pub command_line: Arc<str>,
    /// Whether it ended without an error.
    pub succeeded: bool,
    /// UTC ticks of its beginning.
    pub started_ticks: i64,
    /// UTC ticks of its end.
    pub ended_ticks: i64,
}

/// One level of Get-PSCallStack.
#[derive(Clone)]
pub struct CallFrame {
    /// The function's name, `<ScriptBlock>` without one.
    pub command: Arc<str>,
    /// The script file.
    pub file: Option<Arc<str>>,
    /// The line that runs.
    pub line: u32,
}

/// Takes each item that a script block puts out, when it does.
pub type Taker = Arc<dyn Fn(Value) + Send + Sync>;

/// When an [`Attendant`] is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Between two statements.
    Between,
    /// Once, when the session ends.
    End,
}

/// Called between statements and when the session ends: events are looked for and their actions run.
pub type Attendant = Arc<dyn Fn(&mut dyn crate::cmdlet::Context, Moment) -> Result<()> + Send + Sync>;

/// How a script block is called.
#[derive(Clone, Default)]
pub struct BlockCall {
    /// Positional arguments.
    pub arguments: Vec<Value>,
    /// Named arguments.
    pub named: Vec<(Arc<str>, Value)>,
    /// `$_`, when it is set for the call.
    pub underscore: Option<Value>,
    /// Piped input; `None` runs the block without a pipeline.
    pub input: Option<Vec<Value>>,
    /// Whether it runs in a scope of its own (`&`) or in the current one (`.`).
    pub new_scope: bool,
}

/// Modules of other products whose place the compiled commands take: importing them does nothing.
pub const ALWAYS_THERE: &[&str] = &["SkypeForBusiness", "Lync", "ActiveDirectory"];

/// What a module gives to those who load it. `None` is everything of its kind, but no variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    /// Names of functions, with wildcards.
    pub functions: Option<Vec<String>>,
    /// Names of aliases, with wildcards.
    pub aliases: Option<Vec<String>>,
    /// Names of variables, with wildcards.
    pub variables: Option<Vec<String>>,
}

impl Exports {
    /// Whether a name is among names with wildcards.
    pub fn fits(patterns: &[String], name: &str) -> bool {
        patterns.iter().any(|pattern| crate::inspect::like(name, pattern))
    }

    /// Whether a function is exported.
    pub fn has_function(&self, name: &str) -> bool {
        self.functions
            .as_ref()
            .is_none_or(|patterns| Exports::fits(patterns, name))
    }

    /// Whether an alias is exported.
    pub fn has_alias(&self, name: &str) -> bool {
        self.aliases
            .as_ref()
            .is_none_or(|patterns| Exports::fits(patterns, name))
    }

    /// These and others.
    #[must_use]
    pub fn and(self, more: Exports) -> Exports {
        let both = |own: Option<Vec<String>>, more: Option<Vec<String>>| match (own, more) {
            (Some(mut own), Some(more)) => {
                own.extend(more);
                Some(own)
            }
            (own, more) => own.or(more),
        };
        Exports {
            functions: both(self.functions, more.functions),
            aliases: both(self.aliases, more.aliases),
            variables: both(self.variables, more.variables),
        }
    }
}

/// A call of Import-Module.
#[derive(Clone, Debug, Default)]
pub struct ModuleImport {
    /// A name, or the path of a `.psm1`, a `.psd1` or a module's folder.
    pub name: String,
    /// Goes before the nouns of its functions.
    pub prefix: Option<String>,
    /// Only these functions, with wildcards; all when empty.
    pub functions: Vec<String>,
    /// Only these aliases, with wildcards; all when empty.
    pub aliases: Vec<String>,
    /// Only these variables, with wildcards; all when empty.
    pub variables: Vec<String>,
    /// Which versions will do.
    pub versions: Versions,
    /// Loads it again.
    pub force: bool,
    /// Publishes in the global scope even when a module asks.
    pub global: bool,
}

impl ModuleImport {
    /// A plain import.
    pub fn of(name: &str) -> ModuleImport {
        ModuleImport {
            name: name.to_owned(),
            ..ModuleImport::default()
        }
    }

    /// A plain import as manifests and parameters write it: a name, or a table with ModuleName and versions.
    pub fn of_value(value: &Value) -> ModuleImport {
        let part = |name: &str| {
            let part = value.property(name).filter(|part| !part.is_null())?;
            Some(part.to_text())
        };
        match part("ModuleName") {
            Some(name) => ModuleImport {
                name,
                versions: Versions {
                    minimum: part("ModuleVersion"),
                    maximum: part("MaximumVersion"),
                    required: part("RequiredVersion"),
                },
                ..ModuleImport::default()
            },
            None => ModuleImport::of(&value.to_text()),
        }
    }
}

/// Which versions of a module will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// This one or a later one.
    pub minimum: Option<String>,
    /// This one or an earlier one; `1.*` is all that begin so.
    pub maximum: Option<String>,
    /// This one.
    pub required: Option<String>,
}

impl Versions {
    /// Whether a version will do.
    pub fn accepts(&self, version: &str) -> bool {
        let own = version_numbers(version);
        let numbers = |bound: &Option<String>| bound.as_deref().map(version_numbers);
        numbers(&self.minimum).is_none_or(|least| own >= least)
            && numbers(&self.maximum).is_none_or(|most| own <= most)
            && numbers(&self.required).is_none_or(|exact| own == exact)
    }
}

/// A version's numbers; a star is as much as can be.
pub fn version_numbers(version: &str) -> [u64; 4] {
    let mut numbers = [0; 4];
    for (number, part) in numbers.iter_mut().zip(version.trim().split('.')) {
        *number = if part == "*" {
            u64::MAX
        } else {
            part.parse().unwrap_or(0)
        };
    }
    numbers
}

/// A module as Get-Module sees it.
#[derive(Clone, Default)]
pub struct ModuleInfo {
    /// Its name.
    pub name: Arc<str>,
    /// Its file.
    pub path: String,
    /// ModuleVersion of its manifest, `0.0` without one.
    pub version: String,
    /// Description of its manifest.
    pub description: String,
    /// `Script` or `Manifest`.
    pub kind: &'static str,
    /// The functions that it published.
    pub exported: Vec<Arc<str>>,
    /// The aliases that it published.
    pub aliases: Vec<Arc<str>>,
    /// The variables that it published.
    pub variables: Vec<Arc<str>>,
    /// Its manifest's table.
    pub manifest: Option<Value>,
    /// DefaultCommandPrefix of its manifest.
    pub prefix: Option<String>,
}

/// The session's state.
pub trait Session {
    /// The variables of a scope, or all that are visible, in order of name.
    fn variables(&self, scope: Option<&str>) -> Result<Vec<VariableInfo>>;
    /// One variable.
    fn variable(&self, name: &str, scope: Option<&str>) -> Result<Option<VariableInfo>>;
    /// Makes or changes a variable with its options; `force` writes over ReadOnly.
    fn put_variable(&mut self, variable: VariableInfo, scope: Option<&str>, force: bool) -> Result<()>;
    /// Removes a variable; whether it was there.
    fn remove_variable(&mut self, name: &str, scope: Option<&str>, force: bool) -> Result<bool>;

    /// All functions in order of name.
    fn functions(&self) -> Vec<(Arc<str>, Value)>;
    /// Makes or replaces a function.
    fn set_function(&mut self, name: &str, block: Value) -> Result<()>;
    /// Removes a function; whether it was there.
    fn remove_function(&mut self, name: &str) -> bool;

    /// All aliases in order, with what they stand for.
    fn aliases(&self) -> Vec<(Arc<str>, Arc<str>)>;
    /// Makes or changes an alias.
    fn set_alias(&mut self, name: &str, definition: &str) -> Result<()>;
    /// An alias's options and what it is for.
    fn alias_details(&self, name: &str) -> AliasDetails;
    /// Sets an alias's options and what it is for; making it anew forgets them.
    fn set_alias_details(&mut self, name: &str, details: AliasDetails);
    /// Removes an alias; whether it was there.
    fn remove_alias(&mut self, name: &str) -> bool;

    /// Loads a module from disk, or publishes again what a loaded one exports.
    fn import_module(&mut self, import: &ModuleImport) -> Result<ModuleInfo>;
    /// Makes a module of a script block; gives what the block put out, or with `as_object` an object of its functions.
    fn new_module(
        &mut self,
        name: &str,
        block: &Value,
        arguments: Vec<Value>,
        as_object: bool,
    ) -> Result<Vec<Value>>;
    /// Takes the modules of a name, with wildcards, out of the session; whether there was one.
    fn remove_module(&mut self, name: &str) -> bool;
    /// The modules that were loaded from disk.
    fn modules(&self) -> Vec<ModuleInfo>;
    /// Names and files of the modules below PSModulePath.
    fn available_modules(&self) -> Vec<(String, String)>;
    /// What a module's file says of it, without loading it.
    fn inspect_module(&mut self, file: &str) -> Result<ModuleInfo>;
    /// Says what the module that is loading exports.
    fn export_module_member(&mut self, exports: Exports) -> Result<()>;

    /// What a command name stands for, in the order of look-up: alias, function, cmdlet, script, application.
    fn resolve_command(&mut self, name: &str) -> Vec<CommandInfo>;
    /// All aliases, functions and cmdlets in order of name.
    fn commands(&self) -> Vec<CommandInfo>;

    /// The script block of a text; a parse error is the error.
    fn parse_block(&mut self, text: &str, file: Option<&str>) -> Result<Value>;
    /// Runs a script block.
    fn call_block(&mut self, block: &Value, call: BlockCall) -> Result<Vec<Value>>;
    /// Runs a script block in a scope of its own and gives away its output and its errors as they come.
    fn stream_block(&mut self, block: &Value, call: &BlockCall, take: Taker, errors: Taker) -> Result<()> {
        self.stream_all(block, call, take, vec![errors])
    }
    /// Calls a script block and gives away what it puts out and what goes into its other streams, from 2 on, as it comes.
    fn stream_all(&mut self, block: &Value, call: &BlockCall, take: Taker, others: Vec<Taker>) -> Result<()>;
    /// Runs a command by name with arguments, as `& $name @positional @named` does.
    fn call_command(&mut self, name: &str, call: BlockCall) -> Result<Vec<Value>>;

    /// Gives all objects of a type a member; whether it was new, or `replace` put it in the place of another.
    fn add_type_member(
        &mut self,
        type_name: &str,
        name: &str,
        member: (crate::value::MemberKind, Value),
        replace: bool,
    ) -> bool;

    /// The members that types were given: type, member and its kind, in order.
    fn type_members(&self) -> Vec<(String, Arc<str>, crate::value::MemberKind)>;
    /// Takes from all objects of a type what it was given; whether there was something.
    fn remove_type_members(&mut self, type_name: &str) -> bool;

    /// Where the session is when that is not a folder of the file system: `Cs:\Policies`.
    fn drive_location(&self) -> Option<Arc<str>>;
    /// Goes to a place on a drive, or back to the file system.
    fn set_drive_location(&mut self, place: Option<Arc<str>>);
    /// The drives that scripts made of folders: names and roots, in order.
    fn folder_drives(&self) -> Vec<(Arc<str>, Arc<str>)>;
    /// Makes a drive of a folder, or takes it away.
    fn set_folder_drive(&mut self, name: &str, root: Option<&str>);

    /// `Set-StrictMode`: 0 is off, else the version times ten (10, 20, 30).
    fn strict_mode(&self) -> u8;
    /// Sets the strict mode of the caller's scope.
    fn set_strict_mode(&mut self, version: u8);

    /// The command lines that were run, oldest first.
    fn history(&self) -> Vec<HistoryEntry>;
    /// Adds to the history.
    fn add_history(&mut self, line: &str);
    /// Forgets the history but for some lines.
    fn retain_history(&mut self, keeps: &dyn Fn(&HistoryEntry) -> bool);

    /// `$Error`, newest first.
    fn errors(&self) -> Vec<ErrorRecord>;
    /// A fresh session with the same commands, console and formatter, for another thread; a host takes the place of the
    /// console where one is given.
    fn fresh_engine(&self, host: Option<Arc<dyn crate::host::Host>>) -> crate::engine::Engine;
    /// The outside world, to be kept beyond this call.
    fn shared_host(&self) -> Arc<dyn crate::host::Host>;
    /// The callers, innermost first.
    fn call_stack(&self) -> Vec<CallFrame>;
    /// Has somebody called between statements from here on, or nobody.
    fn attend(&mut self, attendant: Option<Attendant>);
    /// Breakpoints, tracing and stepping.
    fn debugger(&mut self) -> &mut crate::debugger::Debugger;
    /// What the prompt's editor is told to do.
    fn line_editor(&mut self) -> &mut crate::line_editor::LineEditor;
    /// Completions at a byte offset of a line.
    fn complete(&mut self, line: &str, cursor: usize) -> Completions;
    /// Registers an argument completer for a parameter, of one command or of all.
    fn register_completer(&mut self, commands: &[String], parameter: &str, block: Value, native: bool);
}
