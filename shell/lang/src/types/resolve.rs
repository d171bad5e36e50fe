//! From a name as a script writes it to the type: accelerators, full names, names without `System.`, arrays, generics.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::known::KNOWN;
use super::syntax::{AST, BESIDE, SYNTAX};
use super::{Kind, Known, Type, enum_named, exception_named};

/// What `[pscustomobject]` names: PSObject, but a cast to it makes a property bag of a hashtable.
static CUSTOM_OBJECT: Known = Known {
    name: "System.Management.Automation.PSObject",
    accelerator: Some("pscustomobject"),
    base: "System.Object",
    kind: Kind::PSCustomObject,
};

/// Names beside the full one and the accelerator that the language shows.
static OTHER_NAMES: &[(&str, Type)] = &[
    ("int32", Type::INT32),
    ("uint32", Type::UINT32),
    ("int16", Type::INT16),
    ("uint16", Type::UINT16),
    ("int64", Type::INT64),
    ("uint64", Type::UINT64),
    ("single", Type::SINGLE),
    ("boolean", Type::BOOLEAN),
    ("pscustomobject", Type::Known(&CUSTOM_OBJECT)),
    ("System.RuntimeType", Type::RUNTIMETYPE),
];

/// The type of a name; `None` when there is none.
pub fn resolve(name: &str) -> Option<Type> {
    resolve_with(name, &|_| None)
}

/// As [`resolve`], with types that a script has defined, which come first.
pub fn resolve_with(name: &str, defined: &dyn Fn(&str) -> Option<Type>) -> Option<Type> {
    let name = name.trim();
    if name.len() > 2048 {
        return None;
    }
    if let Some(found) = defined(name) {
        return Some(found);
    }
    if let Some(inner) = name.strip_suffix(']') {
        return bracketed(inner, defined);
    }
    simple(name).or_else(|| {
        name.split_once(',')
            .and_then(|(name, _)| resolve_with(name, defined))
    })
}

/// What ends with a bracket: `T[]` or `G[A,B]`.
fn bracketed(inner: &str, defined: &dyn Fn(&str) -> Option<Type>) -> Option<Type> {
    let mut depth = 0usize;
    let open = inner
        .char_indices()
        .rev()
        .find_map(|(at, character)| match character {
            ']' => {
                depth += 1;
                None
            }
            '[' if depth == 0 => Some(at),
            '[' => {
                depth -= 1;
                None
            }
            _ => None,
        })?;
    let (outer, arguments) = (inner[..open].trim(), inner[open + 1..].trim());
    if arguments.trim_matches([',', ' ']).is_empty() {
        let rank = arguments.matches(',').count() + 1;
        return resolve_with(outer, defined).map(|element| element.grid(rank));
    }
    let arguments: Vec<Type> = split_arguments(arguments)
        .into_iter()
        .map(|argument| {
            let plain = argument
                .trim()
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'));
            resolve_with(plain.unwrap_or(argument), defined)
        })
        .collect::<Option<_>>()?;
    generic(outer, arguments)
}

/// Splits at commas that are not inside brackets.
fn split_arguments(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0i32);
    for (at, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn generic(name: &str, arguments: Vec<Type>) -> Option<Type> {
    let name = name.split('`').next().unwrap_or(name);
    let Some(Type::Known(found)) = simple(name) else {
        return None;
    };
    let count = match found.kind {
        Kind::Dictionary
        | Kind::SortedDictionary
        | Kind::SortedList
        | Kind::PriorityQueue
        | Kind::KeyValuePair
        | Kind::ConcurrentDictionary
        | Kind::Converter
        | Kind::GenericIDictionary => 2,
        Kind::Tuple | Kind::ValueTuple | Kind::Func | Kind::Action => arguments.len(),
        Kind::List
        | Kind::HashSet
        | Kind::SortedSet
        | Kind::GenericQueue
        | Kind::GenericStack
        | Kind::Collection
        | Kind::Nullable
        | Kind::Lazy
        | Kind::PsDataCollection
        | Kind::LinkedList
        | Kind::LinkedListNode
        | Kind::ObservableCollection
        | Kind::ReadOnlyCollection
        | Kind::ConcurrentBag
        | Kind::ConcurrentQueue
        | Kind::ConcurrentStack
        | Kind::Predicate
        | Kind::Comparison
        | Kind::GenericIEnumerable
        | Kind::GenericICollection
        | Kind::GenericIList
        | Kind::GenericIEnumerator
        | Kind::GenericIComparer
        | Kind::GenericIEqualityComparer
        | Kind::GenericIReadOnlyList
        | Kind::GenericIReadOnlyCollection
        | Kind::ISet
        | Kind::IObserver
        | Kind::IObservable
        | Kind::IComparable
        | Kind::IEquatable => 1,
        _ => 0,
    };
    (count > 0 && arguments.len() == count).then(|| Type::Generic(found, Arc::from(arguments)))
}

fn simple(name: &str) -> Option<Type> {
    let lower = name.to_ascii_lowercase();
    let names = names();
    names
        .get(lower.as_str())
        .or_else(|| names.get(format!("system.{lower}").as_str()))
        .cloned()
        .or_else(|| enum_named(&lower))
        .or_else(|| exception_named(&lower))
}

fn names() -> &'static HashMap<String, Type> {
    static NAMES: OnceLock<HashMap<String, Type>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = HashMap::new();
        for of in KNOWN.iter().chain(SYNTAX).chain(BESIDE).chain([&AST]) {
            let Type::Known(known) = of else { continue };
            names.insert(known.name.to_ascii_lowercase(), of.clone());
            if let Some(accelerator) = known.accelerator {
                names.insert(accelerator.to_ascii_lowercase(), of.clone());
            }
        }
        for (name, of) in OTHER_NAMES {
            names.insert(name.to_ascii_lowercase(), of.clone());
        }
        names
    })
}
