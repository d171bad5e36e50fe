//! Which files an offer names, and whether the file filter lets them pass.
//!
//! Names stand in the file selectors of a session description (RFC 5547 §6: `a=file-selector:name:"report.pdf" …`) and
//! in the `Application-File` line of a text/x-msmsgsinvite body. A file without a name passes, unless every file is
//! refused. Absent: a file that is offered in an answer to an INVITE without an offer, and what is in the file.

use plenum_settings::FileTransferFilterConfiguration;
use plenum_settings::im::file_transfer_filter_configuration::FileFilterAction;

/// Whether the files that a body offers may be sent.
pub fn lets_pass(filter: &FileTransferFilterConfiguration, body: &[u8]) -> bool {
    if !filter.enabled {
        return true;
    }
    match filter.action {
        FileFilterAction::BlockAll => false,
        FileFilterAction::Block => names(body).all(|name| {
            let refused = |extension: &String| ends_with(&name, extension);
            !filter.extensions.iter().any(refused)
        }),
    }
}

/// Without regard to case, and to the dots and blanks at the end of a name that some systems drop.
fn ends_with(name: &str, extension: &str) -> bool {
    let name = name.trim_end_matches(['.', ' ']).to_lowercase();
    name.ends_with(&extension.to_lowercase())
}

fn names(body: &[u8]) -> impl Iterator<Item = String> {
    let lines = body.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines.filter_map(|line| {
        let line = String::from_utf8_lossy(line);
        let value = line
            .strip_prefix("a=file-selector:")
            .and_then(selected)
            .or_else(|| invited(&line))?;
        Some(decoded(&value))
    })
}

/// The name in a file selector: `name:"report.pdf" type:application/pdf size:4711`.
fn selected(selector: &str) -> Option<String> {
    let (_, rest) = selector.split_once("name:\"")?;
    Some(rest.split('"').next().unwrap_or_default().to_owned())
}

/// The name in a line of a text/x-msmsgsinvite body.
fn invited(line: &str) -> Option<String> {
    let (head, value) = line.split_once(':')?;
    head.trim()
        .eq_ignore_ascii_case("Application-File")
        .then(|| value.trim().to_owned())
}

/// A name with its `%2E` written out, as the receiver will (RFC 5547 §6, filename-string).
fn decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, tail @ ..] = rest {
        let coded = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(coded.unwrap_or(*first));
        rest = if coded.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_pass_by_their_names() {
        let standard = FileTransferFilterConfiguration::default();
        for (body, passes) in [
            ("a=file-selector:name:\"report.pdf\" size:4711\r\n", true),
            ("a=file-selector:name:\"setup.EXE\" type:application/x\r\n", false),
            ("a=file-selector:size:4711 name:\"a.pdf.exe.\"\r\n", false),
            ("a=file-selector:name:\"setup%2Eexe\"\r\n", false),
            ("a=file-selector:name:\"exe\"\r\n", true),
            ("a=file-selector:name:\"100%\"\r\n", true),
            ("a=file-selector:hash:sha-1:72\r\n", true),
            (
                "Application-Name: File Transfer\r\nApplication-File: run me.vbs\r\n",
                false,
            ),
            ("m=audio 4000 RTP/AVP 0\r\n", true),
        ] {
            assert_eq!(lets_pass(&standard, body.as_bytes()), passes, "{body}");
        }
    }

    #[test]
    fn a_filter_refuses_everything_or_is_off() {
        let mut filter = FileTransferFilterConfiguration {
            action: FileFilterAction::BlockAll,
            ..FileTransferFilterConfiguration::default()
        };
        let body = b"a=file-selector:hash:sha-1:72\r\n";
        assert!(!lets_pass(&filter, body));
        filter.enabled = false;
        assert!(lets_pass(&filter, body));
    }
}
