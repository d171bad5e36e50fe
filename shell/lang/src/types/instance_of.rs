//! Which type a value has, and whether it counts as another type's (`-is`, assignment, overloads).

use super::{Kind, Type, base_of_exception};
use crate::value::{ListKind, TableKind, Value};

/// The type of a value; `None` for `$null`.
pub fn of(value: &Value) -> Option<Type> {
    Some(match value {
        Value::Null | Value::Nothing => return None,
        Value::Bool(_) => Type::BOOLEAN,
        Value::Switch(_) => Type::SWITCH,
        Value::Char(_) => Type::CHAR,
        Value::SByte(_) => Type::SBYTE,
        Value::Byte(_) => Type::BYTE,
        Value::Short(_) => Type::INT16,
        Value::UShort(_) => Type::UINT16,
        Value::Int(_) => Type::INT32,
        Value::UInt(_) => Type::UINT32,
        Value::Long(_) => Type::INT64,
        Value::ULong(_) => Type::UINT64,
        Value::Single(_) => Type::SINGLE,
        Value::Double(_) => Type::DOUBLE,
        Value::TimeSpan(_) => Type::TIMESPAN,
        Value::Decimal(_) => Type::DECIMAL,
        Value::Big(_) => Type::BIGINT,
        Value::DateTime(_) => Type::DATETIME,
        Value::Str(_) => Type::STRING,
        Value::Enum(member) => member.of.clone(),
        Value::Object(_) | Value::List(_) | Value::Hashtable(_) | Value::Instance(_)
            if let Some(class) = value.class() =>
        {
            Type::Script(class)
        }
        Value::Array(array) => array.element.clone().grid(array.rank()),
        Value::List(list) if let Some(of) = list.named.get() => of.as_ref().clone(),
        Value::Hashtable(table) if let Some(of) = table.named.get() => of.as_ref().clone(),
        Value::List(list) => list_type(list.kind, list.element.as_ref()),
        Value::Hashtable(table) => table_type(&table.kind),
        Value::Object(object) => {
            // What the bag says of itself is its display type; its .NET type is the bag's, unless it says otherwise.
            let names = object.type_names();
            match names.first().map(AsRef::as_ref) {
                Some(name) if !is_custom(name, &names) => {
                    super::resolve(name).unwrap_or_else(|| Type::Named(name.into()))
                }
                _ => Type::PSCUSTOMOBJECT,
            }
        }
        Value::Block(_) => Type::SCRIPTBLOCK,
        Value::Type(_) => Type::RUNTIMETYPE,
        Value::Instance(instance) => {
            let name = instance.type_name();
            super::resolve(&name).unwrap_or(Type::Named(name))
        }
        Value::Extended(extended) => return of(&extended.base),
    })
}

/// Whether a bag is a `[pscustomobject]`, whatever names it shows before that.
fn is_custom(first: &str, names: &[std::sync::Arc<str>]) -> bool {
    first == "System.Management.Automation.PSCustomObject"
        || first.starts_with("Selected.")
        || names
            .iter()
            .any(|name| name.as_ref() == "System.Management.Automation.PSCustomObject")
}

fn list_type(kind: ListKind, element: Option<&Type>) -> Type {
    let generic = |open: Type| match (open, element) {
        (Type::Known(known), Some(element)) => Type::Generic(known, vec![element.clone()].into()),
        (open, _) => open,
    };
    match kind {
        ListKind::ArrayList => Type::ARRAYLIST,
        ListKind::List => generic(Type::LIST),
        ListKind::Collection => generic(Type::COLLECTION),
        ListKind::Queue if element.is_none() => Type::QUEUE,
        ListKind::Queue => generic(Type::GENERICQUEUE),
        ListKind::Stack if element.is_none() => Type::STACK,
        ListKind::Stack => generic(Type::GENERICSTACK),
        ListKind::StringCollection => Type::STRINGCOLLECTION,
    }
}

fn table_type(kind: &TableKind) -> Type {
    let generic = |open: Type, key: &Type, value: &Type| match open {
        Type::Known(known) => Type::Generic(known, vec![key.clone(), value.clone()].into()),
        open => open,
    };
    match kind {
        TableKind::Hashtable => Type::HASHTABLE,
        TableKind::Ordered => Type::ORDERED,
        TableKind::Dictionary(key, value) => generic(Type::DICTIONARY, key, value),
        TableKind::Sorted(key, value) => generic(Type::SORTEDDICTIONARY, key, value),
    }
}

/// Whether a value is of a type, as `-is` sees it.
pub fn is_instance(value: &Value, target: &Type) -> bool {
    match of(value) {
        None => false,
        Some(_) if matches!(target.kind(), Some(Kind::Object)) => true,
        Some(found) => match target.kind() {
            Some(Kind::PSObject | Kind::PSCustomObject) => {
                found == Type::PSCUSTOMOBJECT || matches!(value, Value::Object(_) | Value::Extended(_))
            }
            _ => is_assignable(&found, target) || named(value, target),
        },
    }
}

/// Whether one of an object's own type names is the target's.
fn named(value: &Value, target: &Type) -> bool {
    match value {
        Value::Instance(instance) => {
            let wanted = target.full_name();
            instance.type_names().iter().any(|name| name.as_ref() == wanted)
        }
        other => other.bag().is_some_and(|bag| {
            let wanted = target.full_name();
            bag.type_names().iter().any(|name| name.as_ref() == wanted)
        }),
    }
}

/// Whether a value of one type can stand where the other is wanted.
pub fn is_assignable(from: &Type, to: &Type) -> bool {
    if from == to {
        return true;
    }
    match to.kind() {
        Some(Kind::Object) => true,
        Some(Kind::Nullable) => matches!(to, Type::Generic(_, arguments) if arguments[0] == *from),
        Some(Kind::Array) => matches!(from, Type::Array(_) | Type::Grid(..)),
        Some(Kind::Type | Kind::MemberInfo | Kind::TypeInfo) => *from == Type::RUNTIMETYPE,
        Some(Kind::ValueType) => from.is_value_type(),
        Some(Kind::Enum) => matches!(from, Type::Enum(_)),
        Some(kind) if is_interface(kind) => implements(from, to, kind),
        _ => covariant(from, to) || derives(from, to),
    }
}

/// Arrays of references stand for arrays of their bases.
fn covariant(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Array(from), Type::Array(to)) => !from.is_value_type() && is_assignable(from, to),
        _ => false,
    }
}

fn derives(from: &Type, to: &Type) -> bool {
    let wanted = to.full_name();
    let mut name = from.full_name();
    for _ in 0..16 {
        match base_of_exception(&name) {
            Some(base) if base == wanted => return true,
            Some(base) => name = base.to_owned(),
            None => break,
        }
    }
    from.lineage().iter().skip(1).any(|base| base == to)
}

/// Whether an interface brings another with it.
fn extends(from: &Type, to: &Type) -> bool {
    let above: &[Kind] = match from.kind() {
        Some(Kind::ICollection | Kind::GenericIEnumerable) => &[Kind::IEnumerable],
        Some(Kind::IList | Kind::IDictionary) => &[Kind::ICollection, Kind::IEnumerable],
        Some(Kind::GenericICollection) => &[Kind::GenericIEnumerable, Kind::IEnumerable],
        Some(Kind::GenericIList | Kind::GenericIDictionary) => &[
            Kind::GenericICollection,
            Kind::GenericIEnumerable,
            Kind::IEnumerable,
        ],
        Some(Kind::GenericIEnumerator) => &[Kind::IEnumerator, Kind::IDisposable],
        _ => &[],
    };
    to.kind().is_some_and(|kind| above.contains(&kind))
}

/// The interfaces that are not generic.
pub(crate) fn plain_interfaces() -> Vec<Type> {
    vec![
        Type::ICOMPARABLE,
        Type::ICONVERTIBLE,
        Type::IFORMATTABLE,
        Type::ILIST,
        Type::IDICTIONARY,
        Type::ICOLLECTION,
        Type::IENUMERABLE,
        Type::ICLONEABLE,
        Type::IDISPOSABLE,
    ]
}

/// Whether it is an interface.
pub(crate) fn is_interface(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::IEnumerator
            | Kind::GenericIEnumerator
            | Kind::IComparer
            | Kind::GenericIComparer
            | Kind::IEqualityComparer
            | Kind::GenericIEqualityComparer
            | Kind::IFormatProvider
            | Kind::ICustomFormatter
            | Kind::ISerializable
            | Kind::IServiceProvider
            | Kind::IObserver
            | Kind::IObservable
            | Kind::IArgumentCompleter
            | Kind::ISet
            | Kind::GenericIReadOnlyList
            | Kind::GenericIReadOnlyCollection
            | Kind::ValidSetValues
            | Kind::IEnumerable
            | Kind::ICollection
            | Kind::IList
            | Kind::IDictionary
            | Kind::GenericIEnumerable
            | Kind::GenericICollection
            | Kind::GenericIList
            | Kind::GenericIDictionary
            | Kind::IComparable
            | Kind::IFormattable
            | Kind::IConvertible
            | Kind::ICloneable
            | Kind::IDisposable
            | Kind::IEquatable
    )
}

fn is_number(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::SByte
            | Kind::Byte
            | Kind::Int16
            | Kind::UInt16
            | Kind::Int32
            | Kind::UInt32
            | Kind::Int64
            | Kind::UInt64
            | Kind::Single
            | Kind::Double
            | Kind::Decimal
    )
}

fn implements(from: &Type, to: &Type, interface: Kind) -> bool {
    if let Type::Script(class) = from {
        let named = class.interfaces().iter().any(|own| is_assignable(own, to));
        return named || from.base().is_some_and(|base| is_assignable(&base, to));
    }
    if from.base().is_none() {
        return extends(from, to);
    }
    let kind = from.kind();
    let is = |kinds: &[Kind]| kind.is_some_and(|kind| kinds.contains(&kind));
    let array = matches!(from, Type::Array(_) | Type::Grid(..));
    let element_fits = || match (from, to) {
        (_, Type::Known(_)) => true,
        (Type::Array(element), Type::Generic(_, wanted)) => is_assignable(element, &wanted[0]),
        (Type::Generic(_, have), Type::Generic(_, wanted)) if have.len() == wanted.len() => have
            .iter()
            .zip(wanted.iter())
            .all(|(have, wanted)| is_assignable(have, wanted)),
        (Type::Known(known), Type::Generic(_, wanted)) => {
            known.kind == Kind::String && wanted[0] == Type::CHAR
        }
        _ => false,
    };
    const LISTS: &[Kind] = &[
        Kind::ArrayList,
        Kind::List,
        Kind::Collection,
        Kind::StringCollection,
        Kind::ObservableCollection,
        Kind::ReadOnlyCollection,
    ];
    const DICTIONARIES: &[Kind] = &[
        Kind::Hashtable,
        Kind::OrderedDictionary,
        Kind::Dictionary,
        Kind::SortedDictionary,
        Kind::SortedList,
        Kind::PlainSortedList,
        Kind::HybridDictionary,
        Kind::ListDictionary,
        Kind::ConcurrentDictionary,
    ];
    const OTHERS: &[Kind] = &[
        Kind::BitArray,
        Kind::Queue,
        Kind::Stack,
        Kind::GenericQueue,
        Kind::GenericStack,
        Kind::HashSet,
        Kind::SortedSet,
        Kind::LinkedList,
        Kind::ConcurrentBag,
        Kind::ConcurrentQueue,
        Kind::ConcurrentStack,
        Kind::NameValueCollection,
        Kind::StringDictionary,
    ];
    match interface {
        Kind::IEnumerable => {
            array
                || is(LISTS)
                || is(DICTIONARIES)
                || is(OTHERS)
                || is(&[Kind::String, Kind::Xml, Kind::XmlElement, Kind::XmlNode])
        }
        Kind::ICollection => {
            array
                || is(LISTS)
                || is(DICTIONARIES)
                || is(&[
                    Kind::BitArray,
                    Kind::Queue,
                    Kind::Stack,
                    Kind::GenericQueue,
                    Kind::GenericStack,
                ])
        }
        Kind::IList => array || is(LISTS),
        Kind::IDictionary => is(DICTIONARIES),
        Kind::GenericIList | Kind::GenericICollection => {
            (array || is(&[Kind::List, Kind::Collection])) && element_fits()
        }
        Kind::GenericIEnumerable => {
            (array
                || is(&[
                    Kind::List,
                    Kind::Collection,
                    Kind::String,
                    Kind::HashSet,
                    Kind::SortedSet,
                    Kind::GenericQueue,
                    Kind::GenericStack,
                ]))
                && element_fits()
        }
        Kind::GenericIDictionary => {
            is(&[Kind::Dictionary, Kind::SortedDictionary, Kind::SortedList]) && element_fits()
        }
        Kind::IConvertible => {
            kind.is_some_and(is_number)
                || is(&[
                    Kind::String,
                    Kind::Char,
                    Kind::Boolean,
                    Kind::DateTime,
                    Kind::DBNull,
                ])
                || matches!(from, Type::Enum(_))
        }
        Kind::IFormattable => {
            kind.is_some_and(is_number)
                || is(&[
                    Kind::BigInteger,
                    Kind::Char,
                    Kind::DateTime,
                    Kind::TimeSpan,
                    Kind::Guid,
                    Kind::DateTimeOffset,
                    Kind::Version,
                    Kind::IPAddress,
                    Kind::Uri,
                ])
                || matches!(from, Type::Enum(_))
        }
        Kind::IComparable | Kind::IEquatable => {
            kind.is_some_and(is_number)
                || is(&[
                    Kind::String,
                    Kind::Char,
                    Kind::Boolean,
                    Kind::BigInteger,
                    Kind::DateTime,
                    Kind::TimeSpan,
                    Kind::Guid,
                    Kind::Version,
                    Kind::SemanticVersion,
                    Kind::DateTimeOffset,
                ])
                || matches!(from, Type::Enum(_))
        }
        Kind::ICloneable => {
            array
                || is(&[
                    Kind::String,
                    Kind::Hashtable,
                    Kind::ArrayList,
                    Kind::Queue,
                    Kind::Stack,
                    Kind::Version,
                    Kind::Xml,
                    Kind::XmlElement,
                    Kind::XmlNode,
                ])
        }
        Kind::IDisposable => is(&[
            Kind::StreamReader,
            Kind::StreamWriter,
            Kind::StringReader,
            Kind::StringWriter,
            Kind::MemoryStream,
            Kind::SecureString,
            Kind::Certificate,
        ]),
        _ => false,
    }
}
