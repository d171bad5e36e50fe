//! System.Text.RegularExpressions: Regex, Match, Group as values.

use std::sync::Arc;

use super::{Pattern, compile, replace, replace_by_block};
use crate::convert;
use crate::error::Result;
use crate::members::{Call, Method, World};
use crate::value::{Instance, Value};

/// A match: byte spans of its groups in .NET's order.
#[derive(Clone, Debug)]
pub struct Found {
    groups: Vec<Option<(usize, usize)>>,
}

impl Found {
    pub(super) fn new(groups: Vec<Option<(usize, usize)>>) -> Found {
        Found { groups }
    }

    /// The whole match.
    pub fn span(&self) -> (usize, usize) {
        self.groups.first().copied().flatten().unwrap_or((0, 0))
    }

    /// A group's span, when it took part.
    pub fn group(&self, at: usize) -> Option<(usize, usize)> {
        self.groups.get(at).copied().flatten()
    }

    /// All groups, the whole match first.
    pub fn groups(&self) -> impl Iterator<Item = Option<(usize, usize)>> + '_ {
        self.groups.iter().copied()
    }
}

/// System.Text.RegularExpressions.Regex.
pub struct RegexObject {
    /// The compiled pattern.
    pub pattern: Arc<Pattern>,
}

/// `[regex]::new(pattern, options)`.
pub fn construct(source: &str, options: i64) -> Result<Value> {
    Ok(Value::instance(RegexObject {
        pattern: compile(source, options)?,
    }))
}

impl Instance for RegexObject {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Text.RegularExpressions.Regex")
    }

    fn to_text(&self) -> String {
        self.pattern.source.to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Options", "RightToLeft", "MatchTimeout"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "options" => {
                let of = crate::types::resolve("System.Text.RegularExpressions.RegexOptions")?;
                Some(Value::enumeration(of, self.pattern.options))
            }
            "righttoleft" => Some(Value::Bool(false)),
            "matchtimeout" => Some(Value::TimeSpan(-10_000)),
            _ => None,
        }
    }

    fn methods(&self) -> &'static [Method] {
        REGEX
    }
}

fn own(call: &Call<'_>) -> Arc<Pattern> {
    let regex = call
        .target
        .downcast::<RegexObject>()
        .map(|regex| Arc::clone(&regex.pattern));
    regex.expect("the table of Regex is used for Regex objects only")
}

static REGEX: &[Method] = &[
    Method {
        name: "IsMatch",
        definition: "bool IsMatch(string input)",
        run: |call| {
            let text = call.text(0)?;
            own(call).is_match(&text).map(Value::Bool)
        },
    },
    Method {
        name: "Match",
        definition: "System.Text.RegularExpressions.Match Match(string input)",
        run: |call| {
            let text = call.text(0)?;
            let start = if call.arguments.len() > 1 { call.int(1)? } else { 0 };
            first(
                &own(call),
                &text,
                crate::members::text::byte_offset(&text, start.max(0) as usize),
            )
        },
    },
    Method {
        name: "Matches",
        definition: "System.Text.RegularExpressions.MatchCollection Matches(string input)",
        run: |call| {
            let text = call.text(0)?;
            all(&own(call), &text)
        },
    },
    Method {
        name: "Replace",
        definition: "string Replace(string input, string replacement)",
        run: |call| {
            let text = call.text(0)?;
            let limit = if call.arguments.len() > 2 {
                i64::from(call.int(2)?)
            } else {
                -1
            };
            replaced(&own(call), &text, &call.arguments[1..], limit, call.world)
        },
    },
    Method {
        name: "Split",
        definition: "string[] Split(string input)",
        run: |call| {
            let text = call.text(0)?;
            split(&own(call), &text)
        },
    },
    Method {
        name: "GetGroupNames",
        definition: "string[] GetGroupNames()",
        run: |call| Ok(Value::strings(own(call).names.iter())),
    },
    Method {
        name: "ToString",
        definition: "string ToString()",
        run: |call| Ok(Value::from(own(call).source.as_ref())),
    },
];

/// The static methods of Regex.
pub static STATIC: &[Method] = &[
    Method {
        name: "IsMatch",
        definition: "static bool IsMatch(string input, string pattern)",
        run: |call| {
            let text = call.text(0)?;
            pattern_argument(call, 2)?.is_match(&text).map(Value::Bool)
        },
    },
    Method {
        name: "Match",
        definition: "static System.Text.RegularExpressions.Match Match(string input, string pattern)",
        run: |call| {
            let text = call.text(0)?;
            first(&pattern_argument(call, 2)?, &text, 0)
        },
    },
    Method {
        name: "Matches",
        definition: "static System.Text.RegularExpressions.MatchCollection Matches(string input, string pattern)",
        run: |call| {
            let text = call.text(0)?;
            all(&pattern_argument(call, 2)?, &text)
        },
    },
    Method {
        name: "Replace",
        definition: "static string Replace(string input, string pattern, string replacement)",
        run: |call| {
            let text = call.text(0)?;
            let pattern = pattern_argument(call, 3)?;
            replaced(&pattern, &text, &call.arguments[2..], -1, call.world)
        },
    },
    Method {
        name: "Split",
        definition: "static string[] Split(string input, string pattern)",
        run: |call| {
            let text = call.text(0)?;
            split(&pattern_argument(call, 2)?, &text)
        },
    },
    Method {
        name: "Escape",
        definition: "static string Escape(string str)",
        run: |call| Ok(Value::from(super::escape(&call.text(0)?))),
    },
    Method {
        name: "Unescape",
        definition: "static string Unescape(string str)",
        run: |call| Ok(Value::from(super::unescape(&call.text(0)?))),
    },
];

/// The pattern in the second argument, with options in the one after the others.
fn pattern_argument(call: &mut Call<'_>, options_at: usize) -> Result<Arc<Pattern>> {
    let pattern = call.text(1)?;
    let bits = if call.arguments.len() > options_at {
        call.enumeration(options_at, "System.Text.RegularExpressions.RegexOptions")?
    } else {
        0
    };
    compile(&pattern, bits)
}

fn first(pattern: &Arc<Pattern>, text: &str, start: usize) -> Result<Value> {
    let found = pattern.captures(text, start)?;
    Ok(match found {
        Some(found) => match_object(pattern, text, found),
        None => Value::instance(MatchObject {
            pattern: Arc::clone(pattern),
            text: Arc::from(text),
            found: None,
            group: 0,
        }),
    })
}

fn all(pattern: &Arc<Pattern>, text: &str) -> Result<Value> {
    let shared: Arc<str> = Arc::from(text);
    let found = pattern.all(text)?.into_iter().map(|found| {
        Value::instance(MatchObject {
            pattern: Arc::clone(pattern),
            text: Arc::clone(&shared),
            found: Some(found),
            group: 0,
        })
    });
    Ok(Value::instance(Matches {
        name: "System.Text.RegularExpressions.MatchCollection",
        items: found.collect(),
        names: Vec::new(),
    }))
}

fn replaced(
    pattern: &Arc<Pattern>,
    text: &str,
    arguments: &[Value],
    limit: i64,
    world: &mut dyn World,
) -> Result<Value> {
    match arguments.first().map(Value::base) {
        Some(block @ Value::Block(_)) => {
            replace_by_block(pattern, text, block, limit, world).map(Value::from)
        }
        Some(template) => replace(pattern, text, &convert::to_text(template), limit).map(Value::from),
        None => Err(crate::members::fault::no_overload("Replace", 1)),
    }
}

fn split(pattern: &Arc<Pattern>, text: &str) -> Result<Value> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    for found in pattern.all(text)? {
        let (start, end) = found.span();
        pieces.push(&text[at..start]);
        pieces.extend(
            found
                .groups()
                .skip(1)
                .flatten()
                .map(|(start, end)| &text[start..end]),
        );
        at = end;
    }
    pieces.push(&text[at..]);
    Ok(Value::strings(pieces))
}

/// A match as a value.
pub fn match_object(pattern: &Arc<Pattern>, text: &str, found: Found) -> Value {
    Value::instance(MatchObject {
        pattern: Arc::clone(pattern),
        text: Arc::from(text),
        found: Some(found),
        group: 0,
    })
}

/// `$Matches`: groups that took part by number or name.
pub fn matches_table(pattern: &Pattern, found: &Found, text: &str) -> Value {
    let pairs = pattern.names.iter().enumerate().filter_map(|(at, name)| {
        let (start, end) = found.group(at)?;
        let key = name
            .parse::<i32>()
            .map_or_else(|_| Value::from(name.as_ref()), Value::Int);
        Some((key, Value::from(&text[start..end])))
    });
    Value::hashtable(pairs)
}

/// Match and Group.
pub struct MatchObject {
    pattern: Arc<Pattern>,
    text: Arc<str>,
    found: Option<Found>,
    /// Which group; 0 is the match itself.
    group: usize,
}

impl MatchObject {
    fn span(&self) -> Option<(usize, usize)> {
        self.found.as_ref().and_then(|found| found.group(self.group))
    }

    fn value(&self) -> &str {
        self.span().map_or("", |(start, end)| &self.text[start..end])
    }

    fn of_group(&self, group: usize) -> Value {
        Value::instance(MatchObject {
            pattern: Arc::clone(&self.pattern),
            text: Arc::clone(&self.text),
            found: self.found.clone(),
            group,
        })
    }
}

impl Instance for MatchObject {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match (self.group, &self.found) {
            (0, None) => "System.Text.RegularExpressions.Match",
            (0, Some(_)) => "System.Text.RegularExpressions.Match",
            _ => "System.Text.RegularExpressions.Group",
        })
    }

    fn to_text(&self) -> String {
        self.value().to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let names: &[&str] = if self.group == 0 {
            &[
                "Groups",
                "Success",
                "Name",
                "Captures",
                "Index",
                "Length",
                "Value",
                "ValueSpan",
            ]
        } else {
            &[
                "Success",
                "Name",
                "Captures",
                "Index",
                "Length",
                "Value",
                "ValueSpan",
            ]
        };
        names.iter().map(|name| Arc::from(*name)).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let units = |text: &str| Value::count(text.encode_utf16().count());
        Some(match name.to_ascii_lowercase().as_str() {
            "value" => Value::from(self.value()),
            "success" => Value::Bool(self.span().is_some()),
            "index" => units(self.span().map_or("", |(start, _)| &self.text[..start])),
            "length" => units(self.value()),
            "name" => Value::from(self.pattern.names.get(self.group).map_or("0", AsRef::as_ref)),
            "valuespan" => Value::from(""),
            "captures" => {
                let items = if self.span().is_some() {
                    vec![self.of_group(self.group)]
                } else {
                    Vec::new()
                };
                Value::instance(Matches {
                    name: "System.Text.RegularExpressions.CaptureCollection",
                    items,
                    names: Vec::new(),
                })
            }
            "groups" if self.group == 0 => Value::instance(Matches {
                name: "System.Text.RegularExpressions.GroupCollection",
                items: (0..self.pattern.names.len())
                    .map(|group| self.of_group(group))
                    .collect(),
                names: self.pattern.names.clone(),
            }),
            _ => return None,
        })
    }

    fn methods(&self) -> &'static [Method] {
        MATCH
    }
}

static MATCH: &[Method] = &[
    Method {
        name: "NextMatch",
        definition: "System.Text.RegularExpressions.Match NextMatch()",
        run: |call| {
            let this = call
                .target
                .downcast::<MatchObject>()
                .expect("the table of Match is used for Match objects only");
            let Some((start, end)) = this.span() else {
                return Ok(call.target.clone());
            };
            let next = if end > start {
                end
            } else {
                end + this.text[end..].chars().next().map_or(1, char::len_utf8)
            };
            if next > this.text.len() {
                return Ok(Value::instance(MatchObject {
                    pattern: Arc::clone(&this.pattern),
                    text: Arc::clone(&this.text),
                    found: None,
                    group: 0,
                }));
            }
            first(&this.pattern, &this.text, next)
        },
    },
    Method {
        name: "Result",
        definition: "string Result(string replacement)",
        run: |call| {
            let template = call.text(0)?;
            let this = call
                .target
                .downcast::<MatchObject>()
                .expect("the table of Match is used for Match objects only");
            replace(&this.pattern, this.value(), &template, 1).map(Value::from)
        },
    },
];

/// MatchCollection, GroupCollection, CaptureCollection.
pub struct Matches {
    name: &'static str,
    items: Vec<Value>,
    names: Vec<Arc<str>>,
}

impl Instance for Matches {
    fn type_name(&self) -> Arc<str> {
        Arc::from(self.name)
    }

    fn to_text(&self) -> String {
        self.name.to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Count"), Arc::from("Keys"), Arc::from("Values")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "count" => Some(Value::count(self.items.len())),
            "keys" if !self.names.is_empty() => Some(Value::strings(self.names.iter())),
            "values" if !self.names.is_empty() => Some(Value::array(self.items.clone())),
            _ => None,
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.items.clone())
    }

    fn index(&self, index: &Value) -> Option<Result<Value>> {
        let at = match index.base() {
            Value::Str(name) => self
                .names
                .iter()
                .position(|known| known.as_ref() == name.as_str()),
            other => convert::to_int(other)
                .ok()
                .and_then(|at| usize::try_from(at).ok()),
        };
        Some(Ok(at
            .and_then(|at| self.items.get(at).cloned())
            .unwrap_or_default()))
    }
}
