//! What endpoints can do (RFC 3840) and what callers prefer (RFC 3841): which endpoints a request goes to, and in which
//! order.
//!
//! A predicate is a list of feature tags with sets of values. Two sets fit when they have a value in common; `!` takes
//! the complement. An endpoint that says nothing of itself is immune: nothing discards it (§7.2.1). At most
//! [`MAX_PREDICATES`] predicates of [`MAX_TERMS`] terms are looked at, the first ones.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::wire::params::{Params, strip_quotes};
use crate::wire::{Contact, HeaderName, Request};

/// The most predicates of a kind that a request may bring.
const MAX_PREDICATES: usize = 16;
/// The most terms of a predicate.
const MAX_TERMS: usize = 32;
/// The longest capabilities of an endpoint that are kept, in bytes; longer ones count as none.
const MAX_FEATURES: usize = 512;

/// Feature tags that are written without a plus sign (RFC 3840 §9).
const BASE_TAGS: [&str; 20] = [
    "actor",
    "application",
    "audio",
    "automata",
    "class",
    "control",
    "data",
    "description",
    "duplex",
    "events",
    "extensions",
    "isfocus",
    "language",
    "methods",
    "mobility",
    "priority",
    "schemes",
    "text",
    "type",
    "video",
];

fn is_feature(name: &str) -> bool {
    let other = name.starts_with('+') && !name.eq_ignore_ascii_case("+sip.instance");
    other || BASE_TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name))
}

/// The feature parameters of a Contact, as they are kept with its binding and written back: `;audio;methods="INVITE"`.
/// Empty when there are none.
pub fn features(contact: &Contact<'_>) -> String {
    let mut text = String::new();
    for (name, value) in contact.address.params.iter().filter(|(name, _)| is_feature(name)) {
        text.push(';');
        text.push_str(name);
        match value.map(std::str::from_utf8) {
            Some(Ok(value)) if value.bytes().all(|byte| byte >= b' ') => {
                text.push('=');
                text.push_str(value);
            }
            Some(_) => return String::new(),
            None => {}
        }
        if text.len() > MAX_FEATURES {
            return String::new();
        }
    }
    text
}

/// One value of a feature.
#[derive(Clone, Debug, PartialEq)]
enum Value<'a> {
    /// Compared without case.
    Token(&'a str),
    /// Compared as it is.
    Text(&'a str),
    /// From, to.
    Number(f64, f64),
}

impl Value<'_> {
    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Token(own), Self::Token(other)) => own.eq_ignore_ascii_case(other),
            (Self::Text(own), Self::Text(other)) => own == other,
            (Self::Number(from, to), Self::Number(first, last)) => from <= last && first <= to,
            _ => false,
        }
    }

    /// Whether nothing of it lies outside the other.
    fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(from, to), Self::Number(first, last)) => first <= from && to <= last,
            _ => self.overlaps(other),
        }
    }
}

/// A set of values, each perhaps as its complement.
type Values<'a> = SmallVec<[(bool, Value<'a>); 4]>;

fn fit(own: &Values<'_>, other: &Values<'_>) -> bool {
    own.iter().any(|(not, value)| {
        other
            .iter()
            .any(|(other_not, other_value)| match (not, other_not) {
                (false, false) => value.overlaps(other_value),
                (true, false) => !other_value.is_within(value),
                (false, true) => !value.is_within(other_value),
                (true, true) => true,
            })
    })
}

/// Reads the value of a feature parameter (RFC 3840 §9): `"a,!b,#>=5,<text>"`; none means TRUE.
fn values(raw: Option<&[u8]>) -> Option<Values<'_>> {
    let Some(raw) = raw else {
        return Some(SmallVec::from_iter([(false, Value::Token("TRUE"))]));
    };
    let text = std::str::from_utf8(strip_quotes(raw)).ok()?;
    let parts: SmallVec<[&str; 4]> = match text.starts_with('<') || text.starts_with("!<") {
        // A string may hold commas; it stands alone.
        true => SmallVec::from_iter([text]),
        false => text.split(',').take(MAX_TERMS).collect(),
    };
    parts.into_iter().map(|part| value(part.trim())).collect()
}

fn value(text: &str) -> Option<(bool, Value<'_>)> {
    let (not, text) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let value = if let Some(number) = text.strip_prefix('#') {
        numbers(number)?
    } else if let Some(inner) = text.strip_prefix('<') {
        Value::Text(inner.strip_suffix('>')?)
    } else if text.is_empty() {
        return None;
    } else {
        Value::Token(text)
    };
    Some((not, value))
}

/// `=5`, `>=5`, `<=5`, `5:7`.
fn numbers(text: &str) -> Option<Value<'_>> {
    let read = |text: &str| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
    };
    if let Some(least) = text.strip_prefix(">=") {
        return Some(Value::Number(read(least)?, f64::INFINITY));
    }
    if let Some(most) = text.strip_prefix("<=") {
        return Some(Value::Number(f64::NEG_INFINITY, read(most)?));
    }
    if let Some((from, to)) = text.split_once(':') {
        return Some(Value::Number(read(from)?, read(to)?));
    }
    let number = read(text.strip_prefix('=').unwrap_or(text))?;
    Some(Value::Number(number, number))
}

/// One Accept-Contact or Reject-Contact value.
#[derive(Clone, Debug)]
struct Predicate<'a> {
    terms: SmallVec<[(Cow<'a, str>, Values<'a>); 4]>,
    /// An endpoint that does not fit is discarded.
    require: bool,
    /// An endpoint that says nothing of a feature does not fit.
    explicit: bool,
}

impl<'a> Predicate<'a> {
    /// Reads `*;audio;methods="INVITE";require`. `None` when a term cannot be read: without it the predicate would mean
    /// something else.
    fn parse(raw: &'a [u8]) -> Option<Self> {
        let end = raw.iter().position(|byte| *byte == b';')?;
        let params = Params::parse(&raw[end..])?;
        let mut predicate = Self {
            terms: SmallVec::new(),
            require: params.has("require"),
            explicit: params.has("explicit"),
        };
        for (name, raw) in params.iter().filter(|(name, _)| is_feature(name)).take(MAX_TERMS) {
            predicate.terms.push((Cow::Borrowed(name), values(raw)?));
        }
        (!predicate.terms.is_empty()).then_some(predicate)
    }

    fn of_method(request: &'a Request) -> Self {
        let one = |text| Values::from_iter([(false, Value::Token(text))]);
        let mut terms = SmallVec::new();
        terms.push((Cow::Borrowed("methods"), one(request.method().as_str())));
        if let Ok(Some(event)) = request.event() {
            terms.push((Cow::Borrowed("events"), one(event.package)));
        }
        Self {
            terms,
            require: true,
            explicit: false,
        }
    }

    /// Whether it contradicts an endpoint, and how many of its terms the endpoint speaks of.
    fn compare(&self, endpoint: &Endpoint<'_>) -> (bool, usize) {
        let (mut fits, mut spoken) = (true, 0);
        for (name, wanted) in &self.terms {
            if let Some(offered) = endpoint.get(name) {
                spoken += 1;
                fits &= fit(wanted, offered);
            }
        }
        (fits, spoken)
    }
}

/// The capabilities of an endpoint.
struct Endpoint<'a> {
    features: SmallVec<[(&'a str, Values<'a>); 4]>,
}

impl<'a> Endpoint<'a> {
    fn parse(text: &'a str) -> Self {
        let params = Params::parse(text.as_bytes());
        let pairs = params.iter().flat_map(Params::iter).take(MAX_TERMS);
        Self {
            features: pairs
                .filter_map(|(name, raw)| Some((name, values(raw)?)))
                .collect(),
        }
    }

    fn get(&self, name: &str) -> Option<&Values<'a>> {
        let mut all = self.features.iter();
        all.find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, values)| values)
    }
}

/// What the caller of a request prefers. It is read when an endpoint says something of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Preferences<'a> {
    request: Option<&'a Request>,
}

#[derive(Debug)]
struct Read<'a> {
    accept: Vec<Predicate<'a>>,
    reject: Vec<Predicate<'a>>,
    /// Whether the caller said nothing, so that only method and event speak (§7.2.2).
    is_implicit: bool,
}

impl<'a> Read<'a> {
    fn of(request: &'a Request) -> Self {
        let read = |name| {
            let values = request.list(name).take(MAX_PREDICATES);
            values.filter_map(Predicate::parse).collect::<Vec<_>>()
        };
        let (mut accept, reject) = (read(HeaderName::AcceptContact), read(HeaderName::RejectContact));
        let is_implicit = accept.is_empty() && reject.is_empty();
        if is_implicit {
            accept.push(Predicate::of_method(request));
        }
        Self {
            accept,
            reject,
            is_implicit,
        }
    }
}

impl<'a> Preferences<'a> {
    /// Those of a request.
    pub fn of(request: &'a Request) -> Self {
        Self {
            request: Some(request),
        }
    }

    /// Orders endpoints, given with their q and capabilities: the best first, in groups of the same rank (§7.2.4).
    /// Those that the caller does not want are gone. When all would be gone because of the method alone, they stay.
    pub fn order<T>(&self, endpoints: Vec<T>, of: impl Fn(&T) -> (u16, &str)) -> Vec<Vec<T>> {
        if let [only] = &endpoints[..]
            && of(only).1.is_empty()
        {
            return vec![endpoints];
        }
        let says_something = endpoints.iter().any(|endpoint| !of(endpoint).1.is_empty());
        let read = self.request.filter(|_| says_something).map(Read::of);
        let rank = |endpoint: &T| {
            let (q, features) = of(endpoint);
            let preference = read.as_ref().map_or(Some(1000), |read| read.preference(features));
            Some((q, preference?))
        };
        let ranks: Vec<Option<(u16, u16)>> = endpoints.iter().map(rank).collect();
        let is_implicit = read.as_ref().is_some_and(|read| read.is_implicit);
        let nobody = is_implicit && ranks.iter().all(Option::is_none);
        let mut ranked: Vec<((u16, u16), T)> = endpoints
            .into_iter()
            .zip(ranks)
            .filter_map(|(endpoint, rank)| {
                let alone = nobody.then(|| (of(&endpoint).0, 0));
                Some((rank.or(alone)?, endpoint))
            })
            .collect();
        ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        let mut groups: Vec<Vec<T>> = Vec::new();
        let mut last = None;
        for (rank, endpoint) in ranked {
            match groups.last_mut().filter(|_| last == Some(rank)) {
                Some(group) => group.push(endpoint),
                None => groups.push(vec![endpoint]),
            }
            last = Some(rank);
        }
        groups
    }
}

impl Read<'_> {
    /// Qa of an endpoint in thousandths; `None` when it is not wanted.
    fn preference(&self, features: &str) -> Option<u16> {
        if features.is_empty() {
            return Some(1000);
        }
        let endpoint = Endpoint::parse(features);
        let rejects =
            |predicate: &Predicate<'_>| predicate.compare(&endpoint) == (true, predicate.terms.len());
        if self.reject.iter().any(rejects) {
            return None;
        }
        if self.accept.is_empty() {
            return Some(1000);
        }
        let (mut total, mut count) = (0, 0);
        for predicate in &self.accept {
            let (fits, spoken) = predicate.compare(&endpoint);
            let whole = spoken == predicate.terms.len();
            if !fits || (predicate.explicit && !whole) {
                if predicate.require {
                    return None;
                }
                count += usize::from(fits);
                continue;
            }
            total += 1000 * spoken / predicate.terms.len();
            count += 1;
        }
        // Method and event decide who can be asked, not who is asked first.
        let mean = if self.is_implicit {
            1000
        } else {
            total / count.max(1)
        };
        u16::try_from(mean).ok()
    }
}

/// What the caller wants a proxy to do with the request (§9.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disposition {
    /// `redirect`: tell the caller where the endpoints are.
    pub redirect: bool,
    /// `no-fork`: one endpoint only.
    pub no_fork: bool,
    /// `no-cancel`: leave the others ringing.
    pub no_cancel: bool,
    /// `no-recurse`: follow no redirection.
    pub no_recurse: bool,
    /// `sequential`: one after the other.
    pub sequential: bool,
}

impl Disposition {
    /// Reads Request-Disposition. `queue` asks for what is not there: nobody who is busy is waited for.
    pub fn of(request: &Request) -> Self {
        let mut disposition = Self::default();
        for directive in request.tokens(HeaderName::RequestDisposition) {
            let flag = match directive.to_ascii_lowercase().as_str() {
                "redirect" => &mut disposition.redirect,
                "no-fork" => &mut disposition.no_fork,
                "no-cancel" => &mut disposition.no_cancel,
                "no-recurse" => &mut disposition.no_recurse,
                "sequential" => &mut disposition.sequential,
                _ => continue,
            };
            *flag = true;
        }
        disposition
    }

    /// The groups as the caller wants them tried.
    pub fn arrange<T>(self, groups: Vec<Vec<T>>) -> Vec<Vec<T>> {
        let groups: Vec<Vec<T>> = if self.sequential || self.no_fork {
            groups.into_iter().flatten().map(|one| vec![one]).collect()
        } else {
            groups
        };
        if self.no_fork {
            groups.into_iter().take(1).collect()
        } else {
            groups
        }
    }
}

#[cfg(test)]
mod tests;
