//! Reading resource lists (RFC 4826 §3): the addresses of a list that a SUBSCRIBE brings along (RFC 5367).
//!
//! Lists within lists are one list here. References to lists elsewhere (`entry-ref`, `external`) are passed over:
//! nothing is fetched.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::diagnostics::Reason;

/// The document.
pub const CONTENT_TYPE: &str = "application/resource-lists+xml";
/// The largest document that is read, in bytes.
const MAX_DOCUMENT: usize = 64 * 1024;

/// The URIs of a document, each once, at most `most` of them.
pub(super) fn read(body: &[u8], most: usize) -> Result<Vec<String>, Reason> {
    if body.len() > MAX_DOCUMENT {
        return Err(Reason::BodyTooLarge);
    }
    let text = std::str::from_utf8(body).map_err(|_| Reason::BadResourceList)?;
    let mut reader = Reader::from_str(text);
    let (mut uris, mut root) = (Vec::new(), false);
    loop {
        match reader.read_event().map_err(|_| Reason::BadResourceList)? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "resource-lists" => root = true,
                "entry" if root => {
                    let uri = element
                        .try_get_attribute("uri")
                        .map_err(|_| Reason::BadResourceList)?
                        .ok_or(Reason::BadResourceList)?;
                    let uri = uri.value.into_owned();
                    if !uris.contains(&uri) {
                        if uris.len() >= most {
                            return Err(Reason::TooManySubscriptions);
                        }
                        uris.push(uri);
                    }
                }
                _ => {}
            },
            Event::DocType(_) => return Err(Reason::BadResourceList),
            Event::Eof => break,
            _ => {}
        }
    }
    if root {
        Ok(uris)
    } else {
        Err(Reason::BadResourceList)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_all_lists_are_read_once_and_what_is_no_list_is_refused() {
        let document = |inside: &str| {
            format!(
                "<?xml version=\"1.0\"?><resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\">{inside}</resource-lists>"
            )
        };
        let nested = document(
            "<list><entry uri=\"sip:a@x\"/><list name=\"b\"><entry uri=\"sip:b@x\"><display-name>B</display-name>\
             </entry></list><entry uri=\"sip:a@x\"/><external anchor=\"http://x\"/></list>",
        );
        assert_eq!(
            read(nested.as_bytes(), 2),
            Ok(vec!["sip:a@x".to_owned(), "sip:b@x".to_owned()])
        );
        assert_eq!(read(nested.as_bytes(), 1), Err(Reason::TooManySubscriptions));
        assert_eq!(read(document("").as_bytes(), 9), Ok(Vec::new()));
        for bad in [
            String::new(),
            "<other/>".to_owned(),
            document("<list><entry/></list>"),
            document("<list></wrong>"),
            format!("<!DOCTYPE a>{}", document("")),
        ] {
            assert_eq!(read(bad.as_bytes(), 9), Err(Reason::BadResourceList), "{bad}");
        }
        assert_eq!(read(&[b' '; MAX_DOCUMENT + 1], 9), Err(Reason::BodyTooLarge));
    }
}
