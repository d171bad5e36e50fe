//! What an answer becomes: an object of its parts, objects of its content, a file, or an error.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Exception, Result};
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::host::WebRequest;
use plenum_lang::inspect;
use plenum_lang::value::{MemberKind, Value};
use url::Url;

use super::request::charset;
use super::{header_table, title};
use crate::authoring::{Read, array, count, text, typed_object};
use crate::language::output_file::OutputFile;
use crate::language::{encoding, json, path};

/// An answer, whole.
pub struct Answer {
    /// Where it came from, after redirections.
    pub uri: Url,
    pub status: u16,
    pub reason: &'static str,
    pub version: &'static str,
    pub headers: Vec<(String, String)>,
    pub content: Vec<u8>,
}

impl Answer {
    /// A header's first value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The headers as scripts see them.
    pub fn headers_value(&self) -> Value {
        header_table(&self.headers)
    }

    fn media_type(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    fn is_text(&self) -> bool {
        let media_type = self.media_type();
        media_type.is_empty()
            || media_type.starts_with("text/")
            || ["json", "xml", "javascript", "x-www-form-urlencoded"]
                .iter()
                .any(|word| media_type.contains(word))
    }

    /// The content as text, in the character set that its type names, UTF-8 by default.
    fn text(&self) -> String {
        let charset = self.header("content-type").and_then(charset);
        encoding::decode(&self.content, charset.as_deref())
            .unwrap_or_else(|_| String::from_utf8_lossy(&self.content).into_owned())
    }

    /// The addresses of the `Link` headers by relation (RFC 8288).
    pub fn links(&self) -> Vec<(String, Url)> {
        let values = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("link"));
        let mut links = Vec::new();
        for (_, value) in values {
            let mut rest = value.as_str();
            while let Some((_, after)) = rest.split_once('<') {
                let Some((target, parameters)) = after.split_once('>') else {
                    break;
                };
                let end = parameters.find('<').unwrap_or(parameters.len());
                let relation = parameters[..end].split(';').find_map(|parameter| {
                    let (name, value) = parameter.split_once('=')?;
                    let value = value.trim().trim_end_matches(',').trim_end().trim_matches('"');
                    name.trim().eq_ignore_ascii_case("rel").then(|| value.to_owned())
                });
                if let (Some(relation), Ok(target)) = (relation, self.uri.join(target)) {
                    links.push((relation, target));
                }
                rest = &parameters[end..];
            }
        }
        links
    }

    fn status_value(&self) -> Value {
        let number = Value::Int(i32::from(self.status));
        inspect::converted(&number, "System.Net.HttpStatusCode").unwrap_or(number)
    }

    /// The answer as the text that came over the wire.
    fn raw(&self, content: &str) -> String {
        let mut raw = format!("{} {} {}\r\n", self.version, self.status, self.reason);
        for (name, value) in &self.headers {
            raw.push_str(&format!("{}: {value}\r\n", title(name)));
        }
        format!("{raw}\r\n{content}")
    }
}

/// How much of a content the list shows.
const SHOWN: usize = 200;

/// The list of an answer's parts.
pub fn view() -> View {
    let line = |label: &'static str| ViewColumn::new(label);
    View::list(
        "Microsoft.PowerShell.Commands.WebResponseObject",
        vec![
            line("StatusCode"),
            line("StatusDescription"),
            line("Content").shows("ShownContent"),
            line("RawContent").shows("ShownRawContent"),
            line("Headers"),
            line("Images"),
            line("InputFields"),
            line("Links"),
            line("RawContentLength"),
            line("RelationLink"),
        ],
    )
}

/// The beginning of a text.
fn beginning(whole: &str) -> Value {
    match whole.char_indices().nth(SHOWN) {
        Some((end, _)) => text(format!("{}…", &whole[..end])),
        None => text(whole),
    }
}

/// Invoke-WebRequest's object.
pub fn object(answer: &Answer) -> Value {
    let content = answer.text();
    let is_text = answer.is_text();
    let bytes = || array(answer.content.iter().map(|byte| Value::Byte(*byte)).collect());
    let raw = answer.raw(&content);
    let shown = [
        ("ShownContent", beginning(&content)),
        ("ShownRawContent", beginning(&raw)),
    ];
    let mut properties = vec![
        ("StatusCode", Value::Int(i32::from(answer.status))),
        ("StatusDescription", text(answer.reason)),
        ("Content", if is_text { text(&content) } else { bytes() }),
        ("RawContent", text(raw)),
        ("Headers", answer.headers_value()),
    ];
    if is_text {
        properties.extend([
            ("Images", elements(&content, &["img"])),
            ("InputFields", elements(&content, &["input"])),
            ("Links", elements(&content, &["a"])),
        ]);
    }
    let links = answer
        .links()
        .into_iter()
        .map(|(relation, target)| (text(relation), text(target)));
    properties.extend([
        ("RawContentLength", count(answer.content.len())),
        ("RelationLink", inspect::hashtable(false, links)),
    ]);
    let own = match is_text {
        true => "Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject",
        false => "Microsoft.PowerShell.Commands.WebResponseObject",
    };
    let object = Value::typed(
        &[
            own,
            "Microsoft.PowerShell.Commands.WebResponseObject",
            "System.Object",
        ],
        properties,
    );
    if let Value::Object(bag) = &object {
        for (name, value) in shown {
            bag.set_member(name, MemberKind::Hidden, value);
        }
    }
    object
}

/// The elements of a page by name, with their attributes; a link with what stands in it.
fn elements(page: &str, names: &[&str]) -> Value {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let Some(end) = rest.find('>') else { break };
        let tag = &rest[1..end];
        let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
        if names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)) {
            let close = format!("</{name}>");
            let outer = match rest.find(&close) {
                Some(close_at) if name.eq_ignore_ascii_case("a") => &rest[..close_at + close.len()],
                _ => &rest[..=end],
            };
            let mut properties = vec![
                ("outerHTML".to_owned(), text(outer)),
                ("tagName".to_owned(), text(name.to_uppercase())),
            ];
            properties.extend(attributes(&tag[name.len()..]));
            let properties = properties
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone()));
            found.push(crate::authoring::custom_object(properties));
        }
        rest = &rest[end + 1..];
    }
    array(found)
}

fn attributes(tag: &str) -> Vec<(String, Value)> {
    let mut attributes = Vec::new();
    let mut rest = tag.trim_end_matches('/');
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.split_whitespace().last().unwrap_or_default();
        let after = after.trim_start();
        let (value, behind) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if !name.is_empty() {
            attributes.push((name.to_owned(), text(value)));
        }
        rest = behind;
    }
    attributes
}

/// Invoke-RestMethod's objects: a list of JSON is one object, entries of a feed are several.
pub fn write_objects(context: &mut dyn Context, answer: &Answer) -> Result<()> {
    let content = answer.text();
    let media_type = answer.media_type();
    if media_type.contains("xml")
        && let Ok(document) = inspect::convert(context, &text(&content), "xml")
    {
        return match feed(context, &document)? {
            Some(entries) => entries.into_iter().try_for_each(|entry| context.write(entry)),
            None => context.write(document),
        };
    }
    let may_be_json =
        media_type.contains("json") || matches!(content.trim_start().chars().next(), Some('{' | '['));
    if may_be_json && let Ok(value) = json::read(&content) {
        return context.write(value);
    }
    match content.is_empty() {
        true => context.write(text("")),
        false => context.write(text(content)),
    }
}

/// The items of an RSS feed and the entries of an Atom one.
fn feed(context: &mut dyn Context, document: &Value) -> Result<Option<Vec<Value>>> {
    for path in [["rss", "channel", "item"].as_slice(), &["feed", "entry"]] {
        let mut node = Some(document.clone());
        for name in path {
            node = match node {
                Some(node) => inspect::property_in(context, &node, name)?,
                None => None,
            };
        }
        if let Some(node) = node.filter(|node| !matches!(node, Value::Null)) {
            return Ok(Some(crate::authoring::items(&node)));
        }
    }
    Ok(None)
}

/// Writes the content to -OutFile, where that is given; whether nothing is left to give.
pub fn saved(context: &mut dyn Context, arguments: &Arguments, answer: &Answer) -> Result<bool> {
    let passes = arguments.switch("PassThru");
    let Some(given) = arguments.text("OutFile") else {
        return Ok(false);
    };
    let mut whole = path::full(context, &given);
    if context
        .host()
        .file_status(&whole)
        .is_some_and(|status| status.is_directory)
    {
        let name = answer
            .uri
            .path_segments()
            .and_then(|mut parts| parts.next_back())
            .filter(|name| !name.is_empty());
        // A name from outside is one name, never a way to another folder.
        let name = name
            .filter(|name| *name != "." && *name != "..")
            .unwrap_or("index.html");
        whole = format!("{}/{name}", whole.trim_end_matches('/'));
    }
    let mut file = OutputFile::open(context, whole, None, false)?;
    file.bytes(context, &answer.content)?;
    file.close(context)?;
    Ok(!passes)
}

/// A request as an error names it, without its headers' secrets.
pub fn described(request: &WebRequest) -> String {
    let content = match &request.body {
        Some(body) => format!("{} bytes", body.len()),
        None => "<null>".to_owned(),
    };
    format!(
        "Method: {}, RequestUri: '{}', Version: 1.1, Content: {content}",
        request.method, request.uri
    )
}

/// The error of an answer that says failure: what the server wrote is its details.
pub fn failed(command: &str, request: &WebRequest, answer: &Answer) -> ErrorRecord {
    const TYPE: &str = "Microsoft.PowerShell.Commands.HttpResponseException";
    let message = format!(
        "Response status code does not indicate success: {} ({}).",
        answer.status, answer.reason
    );
    let response = typed_object(
        &["System.Net.Http.HttpResponseMessage", "System.Object"],
        [
            ("Version", text(answer.version.trim_start_matches("HTTP/"))),
            ("StatusCode", answer.status_value()),
            ("ReasonPhrase", text(answer.reason)),
            ("Headers", answer.headers_value()),
            ("RequestMessage", text(described(request))),
            ("IsSuccessStatusCode", Value::Bool(false)),
        ],
    );
    let mut exception = Exception::new(TYPE, &message);
    exception.properties = vec![
        ("Response".into(), response),
        ("StatusCode".into(), answer.status_value()),
    ];
    let mut record = ErrorRecord::new(
        "WebCmdletWebResponseException",
        Category::InvalidOperation,
        message,
    )
    .exception(TYPE)
    .about(text(described(request)));
    record.exception = Some(Value::instance(exception));
    // An exception of its own keeps the engine from adding the class.
    let class = format!(
        "Microsoft.PowerShell.Commands.{}Command",
        command.replace('-', "")
    );
    record.id_suffix = Some(class.into());
    let content = answer.text();
    record.details = (!content.trim().is_empty()).then(|| details(&content));
    record
}

/// What a server wrote about a failure: JSON on lines of its own, other text without its tags.
fn details(content: &str) -> String {
    if let Ok(document) = serde_json::from_str::<serde_json::Value>(content)
        && let Ok(indented) = serde_json::to_string_pretty(&document)
    {
        return format!("\n{indented}");
    }
    let mut plain = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        match after.split_once('>') {
            Some((_, behind)) => rest = behind,
            None => {
                rest = &rest[before.len()..];
                break;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_have_a_relation_and_lead_from_where_the_answer_came() {
        let answer = Answer {
            uri: Url::parse("https://api.contoso.example/users?page=1").unwrap(),
            status: 200,
            reason: "OK",
            version: "HTTP/1.1",
            headers: vec![(
                "Link".to_owned(),
                "</users?page=2>; rel=\"next\", <https://x.example/>; rel=last".to_owned(),
            )],
            content: Vec::new(),
        };
        let links: Vec<(String, String)> = answer
            .links()
            .into_iter()
            .map(|(rel, url)| (rel, url.into()))
            .collect();
        assert_eq!(
            links,
            [
                (
                    "next".to_owned(),
                    "https://api.contoso.example/users?page=2".to_owned()
                ),
                ("last".to_owned(), "https://x.example/".to_owned()),
            ]
        );
    }

    #[test]
    fn attributes_may_stand_in_either_quote_or_none() {
        let found = attributes(" href=\"/a\" class='b c' id=d");
        let found: Vec<(String, String)> = found
            .into_iter()
            .map(|(name, value)| (name, value.to_text()))
            .collect();
        let wanted = [("href", "/a"), ("class", "b c"), ("id", "d")];
        assert_eq!(
            found,
            wanted.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
