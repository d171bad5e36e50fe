//! Presence documents: PIDF (RFC 3863) with the data model's person and device (RFC 4479) and RPID (RFC 4480).
//!
//! A document is read once, when it is published, into the elements that a composed document is put together from.
//! What is inside an element is passed on byte for byte, with the namespace declarations of the root that it may lean
//! on. Nothing is expanded: a DOCTYPE is refused, and so are more than 32 levels or 25 KB (the product's bound).

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::xml::push_escaped;

const PIDF: &str = "urn:ietf:params:xml:ns:pidf";
const DATA_MODEL: &str = "urn:ietf:params:xml:ns:pidf:data-model";
const MAX_DEPTH: usize = 32;
/// The largest document that is taken, in bytes.
pub const MAX_DOCUMENT: usize = 25 * 1024;

/// What one endpoint published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    tuples: Vec<Element>,
    persons: Vec<Element>,
    /// Devices, root notes and extensions.
    others: Vec<Element>,
    open: bool,
    activity: Option<Availability>,
}

/// A child of the root: its bytes, and where in them the value of its `id` stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Element {
    text: String,
    id: Option<Range<usize>>,
}

/// The state that a document says, in the administrator's words, ordered from reachable to not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Availability {
    /// 3500.
    Available,
    /// 6500.
    Busy,
    /// 9500.
    DoNotDisturb,
    /// 12500.
    BeRightBack,
    /// 15500.
    Away,
    /// 18500.
    Offline,
}

impl Availability {
    /// The name that sessions show.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Available => "Available",
            Self::Busy => "Busy",
            Self::DoNotDisturb => "DoNotDisturb",
            Self::BeRightBack => "BeRightBack",
            Self::Away => "Away",
            Self::Offline => "Offline",
        }
    }

    /// The state behind an RPID activity; `None` for one that says nothing about reachability.
    fn of_activity(name: &str) -> Option<Self> {
        Some(match name {
            "busy" | "on-the-phone" | "meeting" | "appointment" | "in-transit" | "travel" => Self::Busy,
            "dnd" | "do-not-disturb" | "presentation" | "performance" | "worship" => Self::DoNotDisturb,
            "breakfast" | "lunch" | "dinner" | "meal" | "be-right-back" => Self::BeRightBack,
            "away" | "holiday" | "vacation" | "sleeping" | "permanent-absence" => Self::Away,
            _ => return None,
        })
    }
}

/// Why a document was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Larger than [`MAX_DOCUMENT`].
    TooLarge,
    /// Not UTF-8, not well-formed, not PIDF, with a DOCTYPE, or too deep.
    NotPidf,
}

impl Document {
    /// Reads a published document.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > MAX_DOCUMENT {
            return Err(Unreadable::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NotPidf)?;
        Reading::new(text).run().ok_or(Unreadable::NotPidf)
    }

    /// One that was taken before, as [`compose`] writes it.
    pub(crate) fn restored(text: &str) -> Option<Self> {
        Reading::new(text).run()
    }

    /// The state that it says.
    pub fn availability(&self) -> Availability {
        match (self.open, self.activity) {
            (false, _) => Availability::Offline,
            (true, Some(activity)) => activity,
            (true, None) => Availability::Available,
        }
    }
}

struct Reading<'t> {
    text: &'t str,
    reader: NsReader<&'t [u8]>,
    depth: usize,
    namespaces: String,
    child: Option<Child>,
    in_activities: bool,
    document: Document,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tuple,
    Person,
    Other,
}

struct Child {
    kind: Kind,
    start: usize,
    name_end: usize,
    id: Option<Range<usize>>,
}

impl<'t> Reading<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            reader: NsReader::from_str(text),
            depth: 0,
            namespaces: String::new(),
            child: None,
            in_activities: false,
            document: Document::default(),
        }
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len())
    }

    fn run(mut self) -> Option<Document> {
        let mut seen_root = false;
        loop {
            let before = self.position();
            let event = self.reader.read_event().ok()?;
            match event {
                Event::DocType(_) => return None,
                Event::Start(tag) => {
                    seen_root = true;
                    self.open(&tag, before)?;
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return None;
                    }
                }
                Event::Empty(tag) => {
                    seen_root = true;
                    self.open(&tag, before)?;
                    self.close(self.depth);
                }
                Event::End(_) => {
                    self.depth -= 1;
                    self.close(self.depth);
                }
                Event::Text(text) if self.child.is_some() => self.basic(&text),
                Event::Eof => return (seen_root && self.depth == 0).then_some(self.document),
                _ => {}
            }
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, before: usize) -> Option<()> {
        let (namespace, local) = self.reader.resolver().resolve_element(tag.name());
        let local = local.into_inner();
        let is = |uri: &str| matches!(&namespace, ResolveResult::Bound(Namespace(found)) if *found == uri);
        match self.depth {
            0 => {
                if local != "presence" || !is(PIDF) {
                    return None;
                }
                self.namespaces = declarations(tag);
            }
            1 => {
                let kind = match local {
                    "tuple" if is(PIDF) => Kind::Tuple,
                    "person" if is(DATA_MODEL) => Kind::Person,
                    _ => Kind::Other,
                };
                let start = self.text.get(before..)?.find('<')? + before;
                let name_end = start + 1 + tag.name().into_inner().len();
                self.child = Some(Child {
                    kind,
                    start,
                    name_end,
                    id: id_range(tag, start),
                });
            }
            _ if local == "activities" => self.in_activities = true,
            _ if self.in_activities => {
                let found = Availability::of_activity(local);
                self.document.activity = self.document.activity.max(found);
            }
            _ => {}
        }
        Some(())
    }

    /// RFC 3863 §4.1.4: `open` in any tuple makes the presentity reachable.
    fn basic(&mut self, text: &str) {
        let tuple = self.child.as_ref().is_some_and(|child| child.kind == Kind::Tuple);
        if tuple && self.depth == 4 && text.trim() == "open" {
            self.document.open = true;
        }
    }

    /// An element ended; `depth` counts the elements that are still open.
    fn close(&mut self, depth: usize) {
        if depth == 2 || depth == 3 {
            self.in_activities &= depth == 3;
        }
        if depth != 1 {
            return;
        }
        let Some(child) = self.child.take() else { return };
        let end = self.position();
        let mut text = String::with_capacity(end - child.start + self.namespaces.len());
        text.push_str(&self.text[child.start..child.name_end]);
        text.push_str(&self.namespaces);
        text.push_str(&self.text[child.name_end..end]);
        let shift = self.namespaces.len();
        let id = child
            .id
            .map(|id| id.start - child.start + shift..id.end - child.start + shift);
        let element = Element { text, id };
        match child.kind {
            Kind::Tuple => self.document.tuples.push(element),
            Kind::Person => self.document.persons.push(element),
            Kind::Other => self.document.others.push(element),
        }
    }
}

/// The root's namespace declarations as they stand, without the default one of PIDF, which a composed root has too.
fn declarations(root: &BytesStart<'_>) -> String {
    let mut found = String::new();
    for attribute in root.attributes().flatten() {
        let name = attribute.key.into_inner();
        let declares = name.starts_with("xmlns:") || (name == "xmlns" && *attribute.value != *PIDF);
        if declares && !attribute.value.contains(['<', '"']) {
            found.push(' ');
            found.push_str(name);
            found.push_str("=\"");
            found.push_str(&attribute.value);
            found.push('"');
        }
    }
    found
}

fn id_range(tag: &BytesStart<'_>, start: usize) -> Option<Range<usize>> {
    let raw = tag.attributes_raw();
    let value = tag
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.into_inner() == "id")?
        .value;
    let std::borrow::Cow::Borrowed(value) = value else {
        return None;
    };
    let offset = (value.as_ptr() as usize).checked_sub(raw.as_ptr() as usize)?;
    let from = start + 1 + tag.name().into_inner().len() + offset;
    Some(from..from + value.len())
}

/// Puts the documents of one presentity together, oldest first.
///
/// Every tuple, device and note is kept; of several persons the newest publication's stands, since a person element
/// speaks for the human and not for a device. An `id` that two publications share is made unique (RFC 3863 §4.1.2).
pub fn compose<'d>(entity: &str, documents: impl DoubleEndedIterator<Item = &'d Document> + Clone) -> String {
    let mut composed = String::with_capacity(1024);
    open_root(&mut composed, entity);
    let mut seen: Vec<&str> = Vec::new();
    let mut tuples = 0;
    for (number, document) in documents.clone().enumerate() {
        for element in &document.tuples {
            push_unique(&mut composed, element, number, &mut seen);
            tuples += 1;
        }
    }
    if tuples == 0 {
        closed_tuple(&mut composed);
    }
    if let Some(newest) = documents
        .clone()
        .rev()
        .find(|document| !document.persons.is_empty())
    {
        newest
            .persons
            .iter()
            .for_each(|person| composed.push_str(&person.text));
    }
    for (number, document) in documents.enumerate() {
        for element in &document.others {
            push_unique(&mut composed, element, number, &mut seen);
        }
    }
    composed.push_str("</presence>\r\n");
    composed
}

/// The document of a presentity that has published nothing.
pub fn offline(entity: &str) -> String {
    compose(entity, std::iter::empty())
}

/// The state that several documents say together: the newest activity of those that are open.
pub fn availability<'d>(documents: impl DoubleEndedIterator<Item = &'d Document>) -> Availability {
    let mut found = Availability::Offline;
    for document in documents.rev().filter(|document| document.open) {
        match document.activity {
            Some(activity) => return activity,
            None => found = Availability::Available,
        }
    }
    found
}

fn open_root(composed: &mut String, entity: &str) {
    composed.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<presence xmlns=\"");
    composed.push_str(PIDF);
    composed.push_str("\" entity=\"");
    push_escaped(composed, entity);
    composed.push_str("\">");
}

fn closed_tuple(composed: &mut String) {
    composed.push_str("<tuple id=\"offline\"><status><basic>closed</basic></status></tuple>");
}

fn push_unique<'e>(composed: &mut String, element: &'e Element, number: usize, seen: &mut Vec<&'e str>) {
    let Some(id) = element.id.clone() else {
        composed.push_str(&element.text);
        return;
    };
    let value = &element.text[id.clone()];
    composed.push_str(&element.text[..id.end]);
    if seen.contains(&value) {
        composed.push_str(&format!("-{number}"));
    }
    seen.push(value);
    composed.push_str(&element.text[id.end..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: &str = r#"<?xml version="1.0"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
 xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:alice@contoso.example">
<tuple id="t1"><status><basic>open</basic></status><note>On the phone</note></tuple>
<dm:person id="p1"><rpid:activities><rpid:on-the-phone/></rpid:activities></dm:person></presence>"#;
    const OPEN: &str = r#"<p:presence xmlns:p="urn:ietf:params:xml:ns:pidf" entity="sip:alice@contoso.example">
<p:tuple id='t1'><p:status><p:basic>open</p:basic></p:status></p:tuple></p:presence>"#;

    fn read(text: &str) -> Document {
        Document::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_composed_document_is_read_again_with_the_same_meaning() {
        let busy = read(BUSY);
        assert_eq!(busy.availability(), Availability::Busy);
        let composed = compose("sip:alice@contoso.example", [&busy].into_iter());
        assert_eq!(read(&composed).availability(), Availability::Busy);
        assert!(composed.contains("<note>On the phone</note>"), "{composed}");
        assert!(composed.contains("<rpid:on-the-phone/>"), "{composed}");
    }

    #[test]
    fn tuples_of_two_endpoints_stay_apart_when_they_share_an_id() {
        let (busy, open) = (read(BUSY), read(OPEN));
        let composed = compose("sip:alice@contoso.example", [&busy, &open].into_iter());
        assert!(
            composed.contains(r#"<tuple xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model""#),
            "{composed}"
        );
        assert!(
            composed.contains("id=\"t1\"") && composed.contains("id='t1-1'"),
            "{composed}"
        );
        assert_eq!(read(&composed).tuples.len(), 2);
        assert_eq!(availability([&busy, &open].into_iter()), Availability::Busy);
    }

    #[test]
    fn nothing_published_is_closed() {
        let composed = offline("sip:o'\"&<@contoso.example");
        assert_eq!(read(&composed).availability(), Availability::Offline);
    }

    #[test]
    fn what_is_not_pidf_is_refused() {
        let deep = format!("<presence xmlns='{PIDF}'>{}", "<a>".repeat(100));
        let large = format!("<presence xmlns='{PIDF}'>{}</presence>", " ".repeat(MAX_DOCUMENT));
        let entity = format!("<!DOCTYPE p [<!ENTITY x 'y'>]><presence xmlns='{PIDF}'/>");
        for (document, why) in [
            ("", Unreadable::NotPidf),
            ("<presence/>", Unreadable::NotPidf),
            (
                "<presence xmlns='urn:ietf:params:xml:ns:pidf'>",
                Unreadable::NotPidf,
            ),
            (
                "<presence xmlns='urn:ietf:params:xml:ns:pidf'></tuple>",
                Unreadable::NotPidf,
            ),
            (&deep, Unreadable::NotPidf),
            (&entity, Unreadable::NotPidf),
            (&large, Unreadable::TooLarge),
        ] {
            assert_eq!(Document::read(document.as_bytes()), Err(why), "{document:.60}");
        }
    }
}
