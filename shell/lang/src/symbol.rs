//! Names as numbers: variables are looked up without comparing texts.
//!
//! Symbols are made when code is lowered, so their number is bounded by the scripts that are read. Names are folded to
//! lower case; the spelling met first is kept for display.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, LazyLock};

use parking_lot::RwLock;

/// A variable's or function's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

struct Table {
    by_name: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(|| {
    let mut table = Table {
        by_name: HashMap::new(),
        names: Vec::new(),
    };
    for name in AUTOMATIC {
        table.add(name);
    }
    RwLock::new(table)
});

/// Names that the engine gives values to; their symbols are constants, in this order.
const AUTOMATIC: &[&str] = &[
    "_",
    "args",
    "input",
    "this",
    "PSBoundParameters",
    "PSCmdlet",
    "MyInvocation",
    "PSScriptRoot",
    "PSCommandPath",
    "?",
    "Error",
    "LASTEXITCODE",
    "Matches",
    "foreach",
    "switch",
    "true",
    "false",
    "null",
    "PSVersionTable",
    "PID",
    "HOME",
    "PWD",
    "PSHOME",
    "Host",
    "ExecutionContext",
    "StackTrace",
    "NestedPromptLevel",
    "IsLinux",
    "IsWindows",
    "IsMacOS",
    "IsCoreCLR",
    "ShellId",
    "PSEdition",
    "EnabledExperimentalFeatures",
    "PSItem",
    "PROFILE",
    "PSCulture",
    "PSUICulture",
    "^",
    "$",
    "PSStyle",
];

macro_rules! automatic {
    ($($name:ident = $number:expr),* $(,)?) => {
        #[allow(missing_docs)]
        impl Symbol { $(pub const $name: Symbol = Symbol($number);)* }
    };
}

automatic! {
    UNDERSCORE = 0, ARGS = 1, INPUT = 2, THIS = 3, BOUND_PARAMETERS = 4, CMDLET = 5, MY_INVOCATION = 6, SCRIPT_ROOT = 7,
    COMMAND_PATH = 8, QUESTION = 9, ERROR = 10, LAST_EXIT_CODE = 11, MATCHES = 12, FOREACH = 13, SWITCH = 14, TRUE = 15,
    FALSE = 16, NULL = 17, VERSION_TABLE = 18, PID = 19, HOME = 20, PWD = 21, PS_HOME = 22, HOST = 23,
    EXECUTION_CONTEXT = 24, STACK_TRACE = 25, NESTED_PROMPT_LEVEL = 26, IS_LINUX = 27, IS_WINDOWS = 28, IS_MAC_OS = 29,
    IS_CORE_CLR = 30, SHELL_ID = 31, EDITION = 32, EXPERIMENTAL_FEATURES = 33, PS_ITEM = 34, PROFILE = 35, CULTURE = 36,
    UI_CULTURE = 37, STYLE = 40,
}

impl Table {
    fn add(&mut self, name: &str) -> u32 {
        let number = self.names.len() as u32;
        self.names.push(Arc::from(name));
        self.by_name.insert(Arc::from(name.to_lowercase()), number);
        number
    }
}

impl Symbol {
    /// The symbol of a name.
    pub fn of(name: &str) -> Symbol {
        if let Some(symbol) = Symbol::find(name) {
            return symbol;
        }
        Symbol(TABLE.write().add(name))
    }

    /// The symbol of a name that has been met already.
    pub fn find(name: &str) -> Option<Symbol> {
        let table = TABLE.read();
        if name
            .bytes()
            .any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii())
        {
            return table
                .by_name
                .get(name.to_lowercase().as_str())
                .copied()
                .map(Symbol);
        }
        table.by_name.get(name).copied().map(Symbol)
    }

    /// The name as it was first written.
    pub fn name(self) -> Arc<str> {
        TABLE
            .read()
            .names
            .get(self.0 as usize)
            .cloned()
            .unwrap_or_else(|| Arc::from(""))
    }

    /// Whether the engine gives a value to the name.
    pub fn is_automatic(self) -> bool {
        (self.0 as usize) < AUTOMATIC.len()
    }
}

/// Spreads consecutive numbers; symbols need no more.
#[derive(Default)]
pub struct SymbolHasher(u64);

impl Hasher for SymbolHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A map by symbol.
pub type SymbolMap<T> = HashMap<Symbol, T, BuildHasherDefault<SymbolHasher>>;
