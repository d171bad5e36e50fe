//! Which media an offer asks for (RFC 3264 §5, RFC 8866 §5.14): all that policy needs to know of a session description.
//!
//! Media of a call flow between the endpoints; nothing is rewritten here.

/// Kinds of media, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaKinds {
    /// `m=audio`.
    pub audio: bool,
    /// `m=video`.
    pub video: bool,
    /// `m=applicationsharing` ([MS-CONFAS]), or video whose content is slides (RFC 4796).
    pub sharing: bool,
    /// A file selector (RFC 5547 §6), or the invitation of [MS-SIP] file transfer.
    pub file: bool,
}

impl MediaKinds {
    /// Reads the body of a request. `None` when it cannot be read, so that policy could be gone around: the caller
    /// refuses the request then.
    pub fn of_body(content_type: Option<&str>, content_encoding: Option<&str>, body: &[u8]) -> Option<Self> {
        if body.is_empty() {
            return Some(Self::default());
        }
        if content_encoding.is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
            return None;
        }
        let kind = content_type?.split(';').next()?.trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/sdp" => Some(Self::of_lines(body)),
            // The parts' own headers cannot begin with `m=`, so all parts are read as one description.
            kind if kind.starts_with("multipart/") => Some(Self::of_lines(body)),
            "text/x-msmsgsinvite" => Some(Self {
                file: true,
                ..Self::default()
            }),
            _ => Some(Self::default()),
        }
    }

    fn of_lines(body: &[u8]) -> Self {
        let mut kinds = Self::default();
        let mut in_video = false;
        for line in body.split(|byte| matches!(byte, b'\n' | b'\r')) {
            if let Some(media) = line.strip_prefix(b"m=") {
                let mut words = media.split(|byte| *byte == b' ');
                let kind = words.next().unwrap_or_default();
                let wanted = words.next().is_some_and(|port| port != b"0");
                in_video = wanted && kind == b"video";
                kinds.audio |= wanted && kind == b"audio";
                kinds.video |= in_video;
                kinds.sharing |= wanted && kind == b"applicationsharing";
            } else if line.starts_with(b"a=file-selector") {
                kinds.file = true;
            } else if in_video && line == b"a=content:slides" {
                kinds.sharing = true;
            }
        }
        kinds
    }

    /// Whether it asks for nothing.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl std::fmt::Display for MediaKinds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = [
            (self.audio, "audio"),
            (self.video, "video"),
            (self.sharing, "sharing"),
            (self.file, "file"),
        ];
        let mut separator = "";
        for (_, name) in names.iter().filter(|(present, _)| *present) {
            write!(f, "{separator}{name}")?;
            separator = "+";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_named_by_what_it_asks_for() {
        let sdp = Some("application/sdp");
        for (content_type, encoding, body, expected) in [
            (sdp, None, "v=0\r\nm=audio 4000 RTP/AVP 0\r\n", Some("audio")),
            (
                sdp,
                None,
                "v=0\nm=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 96\n",
                Some("audio+video"),
            ),
            (
                sdp,
                None,
                "v=0\r\nm=audio 4000 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n",
                Some("audio"),
            ),
            (
                sdp,
                None,
                "m=applicationsharing 4 TCP/RTP/SAVP 127\r\n",
                Some("sharing"),
            ),
            (
                sdp,
                None,
                "m=video 4 RTP/AVP 96\r\na=content:slides\r\n",
                Some("video+sharing"),
            ),
            (
                sdp,
                None,
                "m=message 7 TCP/MSRP *\r\na=file-selector:name:\"a\"\r\n",
                Some("file"),
            ),
            (
                Some("Application/SDP ; x=y"),
                None,
                "m=audio 1 RTP/AVP 0",
                Some("audio"),
            ),
            (
                Some("multipart/mixed;boundary=b"),
                None,
                "--b\r\n\r\nm=video 1 RTP/AVP 0\r\n--b--",
                Some("video"),
            ),
            (
                Some("text/x-msmsgsinvite"),
                None,
                "Application-Name: File Transfer",
                Some("file"),
            ),
            (Some("text/plain"), None, "m=video 1", Some("")),
            (None, None, "", Some("")),
            (sdp, Some("gzip"), "\u{1f}", None),
            (None, None, "m=video 1", None),
        ] {
            let found =
                MediaKinds::of_body(content_type, encoding, body.as_bytes()).map(|kinds| kinds.to_string());
            assert_eq!(found.as_deref(), expected, "{content_type:?} {body:?}");
        }
    }
}
