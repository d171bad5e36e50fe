//! Constructors: `::new(…)` and New-Object.

use std::sync::Arc;

use super::access::find;
use super::{
    Call, World, builder, collections, console, dates, dictionary, encoding, exceptions, fault, guid, net,
    psobject, random, sets, stopwatch, text, uri, version,
};
use crate::convert;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::types::{Kind, Type};
use crate::value::{
    Credential, Hashtable, List, ListKind, MemberKind, SecureString, TableKind, Value, reveal,
};

/// Makes an object (`::new(…)`, New-Object).
pub fn construct(target: &Type, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    if let Type::Script(class) = target {
        return class.construct(arguments, world);
    }
    let literal = Value::type_literal(target.clone());
    let mut call = Call {
        target: &literal,
        arguments,
        name: "new",
        world,
    };
    let made = match target {
        Type::Array(element) => {
            call.expect(1, 1)?;
            collections::make_array(element, &mut call, 0)
        }
        Type::Grid(element, rank) => {
            call.expect(usize::from(*rank), usize::from(*rank))?;
            collections::make_array(element, &mut call, 0)
        }
        Type::Generic(known, of) => generic(known.kind, of, target, &mut call),
        Type::Enum(_) => Ok(Value::enumeration(target.clone(), 0)),
        other => match other.kind() {
            Some(Kind::Exception) => exceptions::construct(&other.full_name(), &mut call),
            Some(kind) => known(kind, target, &mut call),
            None => Err(no_constructor(arguments.len())),
        },
    };
    made.map_err(|error| match error {
        Interrupt::Error(record) if record.id == "MethodCountCouldNotFindBest" => {
            no_constructor(arguments.len())
        }
        other => fault::in_call(".ctor", arguments.len(), other),
    })
}

fn no_constructor(count: usize) -> Interrupt {
    let message = format!("Cannot find an overload for \"new\" and the argument count: \"{count}\".");
    ErrorRecord::new("MethodCountCouldNotFindBest", Category::NotSpecified, message)
        .exception("System.Management.Automation.MethodException")
        .into()
}

fn generic(kind: Kind, of: &[Type], target: &Type, call: &mut Call<'_>) -> Result<Value> {
    let list = match kind {
        Kind::List => ListKind::List,
        Kind::Collection => ListKind::Collection,
        Kind::GenericQueue => ListKind::Queue,
        Kind::GenericStack => ListKind::Stack,
        Kind::HashSet => return sets::construct(&of[0], false, call),
        Kind::SortedSet => return sets::construct(&of[0], true, call),
        Kind::Dictionary => return dictionary::construct(dictionary::kind_of(&of[0], &of[1], false), call),
        Kind::SortedDictionary => {
            return dictionary::construct(dictionary::kind_of(&of[0], &of[1], true), call);
        }
        Kind::ConcurrentDictionary | Kind::SortedList => {
            let sorted = kind == Kind::SortedList;
            let made = dictionary::construct(dictionary::kind_of(&of[0], &of[1], sorted), call)?;
            return Ok(named(made, target));
        }
        Kind::ObservableCollection
        | Kind::ReadOnlyCollection
        | Kind::ConcurrentBag
        | Kind::PsDataCollection => {
            return Ok(named(grown(ListKind::Collection, Some(&of[0]), call)?, target));
        }
        Kind::ConcurrentQueue => return Ok(named(grown(ListKind::Queue, Some(&of[0]), call)?, target)),
        Kind::ConcurrentStack => return Ok(named(grown(ListKind::Stack, Some(&of[0]), call)?, target)),
        Kind::PriorityQueue => return super::priority_queue::construct(of, call),
        Kind::LinkedList => return super::linked_list::construct(&of[0], call),
        Kind::Tuple | Kind::ValueTuple => return super::tuple::construct(of, kind == Kind::ValueTuple, call),
        Kind::Lazy => return super::tuple::lazy(&of[0], call),
        Kind::KeyValuePair => {
            let (key, value) = (call.to(0, &of[0])?, call.to(1, &of[1])?);
            return Ok(Value::instance(dictionary::Entry::new(key, value)));
        }
        Kind::Nullable => return call.to(0, &of[0]),
        _ => return Err(no_constructor(call.count())),
    };
    grown(list, Some(&of[0]), call)
}

/// A collection that shows another type than its storage has.
fn named(made: Value, target: &Type) -> Value {
    let _ = match &made {
        Value::List(list) => list.named.set(Box::new(target.clone())),
        Value::Hashtable(table) => table.named.set(Box::new(target.clone())),
        _ => Ok(()),
    };
    made
}

/// A collection with a capacity or with items.
fn grown(kind: ListKind, element: Option<&Type>, call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 1)?;
    let mut items = match call.arguments.first().map(Value::base) {
        None | Some(Value::Int(_)) => Vec::new(),
        Some(other) => match super::enumerate(other) {
            Some(items) => items,
            None => return Err(call.no_overload()),
        },
    };
    if let Some(element) = element {
        items = items
            .iter()
            .map(|item| convert::to(item, element, call.world))
            .collect::<Result<_>>()?;
    }
    Ok(Value::List(Arc::new(List::new(kind, element.cloned(), items))))
}

fn known(kind: Kind, target: &Type, call: &mut Call<'_>) -> Result<Value> {
    match kind {
        Kind::ParameterAttribute
        | Kind::AliasAttribute
        | Kind::ValidateSet
        | Kind::ValidateRange
        | Kind::ValidateLength
        | Kind::ValidateCount
        | Kind::ValidatePattern
        | Kind::ValidateScript
        | Kind::ValidateNotNull
        | Kind::ValidateNotNullOrEmpty
        | Kind::AllowNull
        | Kind::AllowEmptyString
        | Kind::AllowEmptyCollection => Ok(super::attributes::construct(target, call)),
        Kind::RuntimeDefinedParameter => super::attributes::construct_parameter(call),
        Kind::RuntimeDefinedParameters => Ok(super::attributes::construct_dictionary()),
        Kind::FileInfo | Kind::DirectoryInfo => {
            super::file_item::construct(kind == Kind::DirectoryInfo, call)
        }
        Kind::StreamWriter => super::writer::construct(call),
        Kind::StringWriter => Ok(super::writer::of_text(call)),
        Kind::StreamReader => super::reader::construct(call),
        Kind::StringReader => super::reader::of_text(call),
        Kind::MemoryStream => super::streams::memory(call),
        Kind::FileStream => super::streams::open_with(call),
        Kind::HmacMd5 | Kind::HmacSha1 | Kind::HmacSha256 | Kind::HmacSha384 | Kind::HmacSha512 => {
            super::hashes::construct(kind, call)
        }
        Kind::VariableEntry | Kind::FunctionEntry => crate::run::powershell::construct_entry(target, call),
        Kind::Mutex => super::locks::construct(call),
        Kind::PSVariable => super::variable_object::construct(call),
        Kind::Object => Ok(Value::object([]).with_type_name("System.Object")),
        Kind::PSObject | Kind::PSCustomObject => Ok(call
            .arguments
            .first()
            .cloned()
            .unwrap_or_else(|| Value::object([]))),
        Kind::String => {
            call.expect(1, 3)?;
            match (&call.value(0)?.base().clone(), call.count()) {
                (Value::Char(unit), 2) => {
                    let count = call.int(1)?.max(0) as usize;
                    Ok(Value::from(
                        String::from_utf16_lossy(&[*unit]).repeat(count.min(1 << 28)),
                    ))
                }
                (Value::Str(text), 2) if text.chars().count() == 1 => {
                    Ok(Value::from(text.repeat(call.int(1)?.clamp(0, 1 << 28) as usize)))
                }
                (other, 1) => Ok(Value::from(super::enumerate(other).map_or_else(
                    || other.to_text(),
                    |items| items.iter().map(Value::to_text).collect(),
                ))),
                (other, _) => {
                    let units: Vec<String> = super::enumerate(other)
                        .unwrap_or_default()
                        .iter()
                        .map(Value::to_text)
                        .collect();
                    let (start, count) = (
                        call.int(1)?.max(0) as usize,
                        if call.count() > 2 {
                            call.int(2)?.max(0) as usize
                        } else {
                            usize::MAX
                        },
                    );
                    Ok(Value::from(
                        units.into_iter().skip(start).take(count).collect::<String>(),
                    ))
                }
            }
        }
        Kind::DateTime => dates::construct(call),
        Kind::DateTimeOffset => dates::construct_offset(call),
        Kind::TimeSpan => dates::construct_span(call),
        Kind::Guid => match find(guid::STATIC, "new") {
            Some(method) => (method.run)(call),
            None => Err(call.no_overload()),
        },
        Kind::Version => match call.arguments {
            [text] if text.as_str().is_some() => version::parse(&call.text(0)?).map_err(fault::argument),
            [_] => Err(call.no_overload()),
            _ => {
                let parts: Vec<i32> = (0..call.count()).map(|at| call.int(at)).collect::<Result<_>>()?;
                if parts.iter().any(|part| *part < 0) {
                    return Err(fault::out_of_range(
                        "version",
                        "Version's parameters must be greater than or equal to zero.",
                    ));
                }
                Ok(version::of_parts(&parts))
            }
        },
        Kind::SemanticVersion => match call.arguments {
            [text] if text.as_str().is_some() => {
                version::parse_semantic(&call.text(0)?).map_err(fault::argument)
            }
            _ => {
                let mut part = |at: usize| if at < call.count() { call.int(at) } else { Ok(0) };
                let (major, minor, patch) = (part(0)?, part(1)?, part(2)?);
                let label = if call.count() > 3 {
                    call.text(3)?.to_string()
                } else {
                    String::new()
                };
                Ok(version::semantic(major, minor, patch, &label, ""))
            }
        },
        Kind::Uri => {
            call.expect(1, 2)?;
            let mut text = call.text(0)?.to_string();
            if call.count() == 2 && !matches!(call.value(1)?.base(), Value::Enum(_)) {
                let relative = call.text(1)?;
                let base = text
                    .rfind('/')
                    .filter(|at| *at > text.find("//").map_or(0, |at| at + 1))
                    .map_or(format!("{text}/"), |at| text[..=at].to_owned());
                text = if relative.starts_with('/') {
                    let start = text.find("//").map_or(0, |at| at + 2);
                    let end = text[start..].find('/').map_or(text.len(), |at| at + start);
                    format!("{}{relative}", &text[..end])
                } else {
                    format!("{base}{relative}")
                };
            }
            uri::parse(&text).map_err(|why| fault::raised("System.UriFormatException", why))
        }
        Kind::Regex => {
            call.expect(1, 3)?;
            let pattern = call.text(0)?;
            let bits = if call.count() > 1 {
                call.enumeration(1, "System.Text.RegularExpressions.RegexOptions")?
            } else {
                0
            };
            crate::regex::construct(&pattern, bits)
        }
        Kind::ErrorRecord => exceptions::construct_record(call),
        Kind::WildcardPattern => {
            call.expect(1, 2)?;
            let pattern = call.text(0)?;
            let bits = if call.count() > 1 {
                call.enumeration(1, "System.Management.Automation.WildcardOptions")?
            } else {
                0
            };
            crate::operator::wildcard_object(&pattern, bits).ok_or_else(|| {
                fault::raised(
                    "System.Management.Automation.WildcardPatternException",
                    format!("The specified wildcard character pattern is not valid: {pattern}"),
                )
            })
        }
        Kind::IPAddress => call.to(0, target),
        Kind::MailAddress => {
            let address = call.text(0)?;
            let display = if call.count() > 1 {
                Some(call.text(1)?)
            } else {
                None
            };
            net::mail_address(&address, display.as_deref())
        }
        Kind::CultureInfo => call.to(0, target),
        Kind::SecureString if call.count() == 0 => Ok(Value::instance(SecureString::new(""))),
        Kind::Credential if call.count() == 2 && reveal(&call.arguments[1]).is_some() => {
            Ok(Value::instance(Credential {
                user_name: call.arguments[0].to_text(),
                password: call.arguments[1].clone(),
            }))
        }
        Kind::StringBuilder => {
            call.expect(0, 4)?;
            let text = match call.arguments.first().map(Value::base) {
                Some(Value::Str(text)) if call.count() == 4 => {
                    let text = text.clone();
                    let (start, length) = (call.int(1)?, call.int(2)?);
                    text::slice(&text, start, Some(length))?.to_string()
                }
                Some(Value::Str(text)) => text.to_string(),
                _ => String::new(),
            };
            Ok(builder::construct(&text))
        }
        Kind::ChoiceDescription => console::choice_description(call),
        Kind::Timer => super::timer::construct(match call.count() {
            0 => None,
            _ => Some(call.double(0)?),
        }),
        Kind::Stopwatch => {
            call.expect(0, 0)?;
            Ok(stopwatch::construct())
        }
        Kind::Random => Ok(random::construct(if call.count() > 0 {
            Some(call.long(0)?)
        } else {
            None
        })),
        Kind::Utf8Encoding => Ok(encoding::utf8(call.count() > 0 && call.flag(0)?)),
        Kind::UnicodeEncoding => encoding::named("unicode").ok_or_else(|| call.no_overload()),
        Kind::AsciiEncoding => encoding::named("ascii").ok_or_else(|| call.no_overload()),
        Kind::ArrayList => grown(ListKind::ArrayList, None, call),
        Kind::BitArray => super::bit_array::construct(call),
        Kind::Queue => grown(ListKind::Queue, None, call),
        Kind::Stack => grown(ListKind::Stack, None, call),
        Kind::StringCollection => grown(ListKind::StringCollection, None, call),
        Kind::Hashtable => dictionary::construct(TableKind::Hashtable, call),
        Kind::PlainSortedList => {
            let kind = dictionary::kind_of(&Type::OBJECT, &Type::OBJECT, true);
            Ok(named(dictionary::construct(kind, call)?, target))
        }
        Kind::HybridDictionary | Kind::ListDictionary => {
            Ok(named(dictionary::construct(TableKind::Hashtable, call)?, target))
        }
        Kind::StringDictionary => {
            call.expect(0, 0)?;
            let table = Hashtable::with_case(TableKind::Dictionary(Type::STRING, Type::STRING), false);
            Ok(named(Value::Hashtable(Arc::new(table)), target))
        }
        Kind::NameValueCollection => super::name_values::construct(call),
        Kind::UriBuilder => super::uri_builder::construct(call),
        Kind::OrderedDictionary => dictionary::construct(TableKind::Ordered, call),
        Kind::DictionaryEntry => Ok(Value::instance(dictionary::Entry::new(
            call.value(0)?.clone(),
            call.value(1)?.clone(),
        ))),
        Kind::XmlNamespaceManager => Ok(super::xml::namespace_manager()),
        Kind::Xml => {
            let document = super::xml::convert(&Value::array([]), target)?;
            Ok(document)
        }
        Kind::PSNoteProperty => {
            let (name, value) = (call.text(0)?, call.arguments.get(1).cloned().unwrap_or_default());
            Ok(psobject::definition(&name, MemberKind::Note, value))
        }
        Kind::PSAliasProperty => {
            let (name, value) = (call.text(0)?, call.value(1)?.clone());
            Ok(psobject::definition(&name, MemberKind::Alias, value))
        }
        Kind::PSScriptProperty => {
            let (name, getter) = (call.text(0)?, call.value(1)?.clone());
            let setter = call.arguments.get(2).cloned().unwrap_or_default();
            Ok(psobject::definition(
                &name,
                MemberKind::Script,
                Value::array([getter, setter]),
            ))
        }
        Kind::PSScriptMethod => {
            let (name, block) = (call.text(0)?, call.value(1)?.clone());
            Ok(psobject::definition(&name, MemberKind::Method, block))
        }
        Kind::CompletionResult if matches!(call.count(), 1 | 4) => {
            let words = [0, 1, 3].map(|at| if call.count() == 1 { 0 } else { at });
            let bits = match call.count() {
                1 => 0,
                _ => call.enumeration(2, "System.Management.Automation.CompletionResultType")?,
            };
            let kind = crate::types::resolve("System.Management.Automation.CompletionResultType");
            let texts = [call.text(words[0])?, call.text(words[1])?, call.text(words[2])?];
            if texts.iter().any(crate::value::Str::is_empty) {
                return Err(fault::argument(
                    "Cannot process argument because the value of an argument is null or empty. Every text of a completion has to say something.",
                ));
            }
            let [completion, item, tip] = texts.map(Value::Str);
            Ok(Value::typed(
                &["System.Management.Automation.CompletionResult", "System.Object"],
                [
                    ("CompletionText", completion),
                    ("ListItemText", item),
                    (
                        "ResultType",
                        kind.map_or(Value::Null, |kind| Value::enumeration(kind, bits)),
                    ),
                    ("ToolTip", tip),
                ],
            ))
        }
        Kind::Reference => Ok(super::reference(
            call.arguments.first().cloned().unwrap_or_default(),
        )),
        Kind::Switch => Ok(Value::Switch(call.count() > 0 && call.flag(0)?)),
        Kind::Decimal
        | Kind::BigInteger
        | Kind::Int32
        | Kind::Int64
        | Kind::Double
        | Kind::Byte
        | Kind::Boolean
        | Kind::Char => match call.count() {
            0 => convert::to(&Value::Int(0), target, call.world),
            1 => call.to(0, target),
            _ => Err(call.no_overload()),
        },
        _ => Err(no_constructor(call.count())),
    }
}
