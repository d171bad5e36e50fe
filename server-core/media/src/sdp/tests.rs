//! Descriptions of RFC 8866 and RFC 3264, and broken ones.

use super::*;

/// RFC 8866 §5, with the line ends that SIP uses.
const EXAMPLE: &str = "v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\ns=Call to John Smith\r\n\
    i=SDP Offer #1\r\nu=http://www.jdoe.example.com/home.html\r\ne=Jane Doe <jane@jdoe.example.com>\r\n\
    p=+1 617 555-6011\r\nc=IN IP4 198.51.100.1\r\nb=AS:128\r\nt=0 0\r\na=tool:x\r\nm=audio 49170 RTP/AVP 0\r\n\
    m=audio 49180/2 RTP/AVP 0\r\nm=video 51372 RTP/AVP 99\r\nc=IN IP6 2001:db8::2\r\na=rtpmap:99 h263-1998/90000\r\n";

fn read(text: &str) -> SessionDescription {
    text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn offer(media: &str) -> SessionDescription {
    read(&format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n{media}"
    ))
}

fn audio(direction: Direction) -> Capability {
    let encodings = vec![("PCMA".to_owned(), 8000), ("telephone-event".to_owned(), 8000)];
    Capability {
        kind: "audio".to_owned(),
        port: 4000,
        encodings,
        direction,
    }
}

#[test]
fn what_is_read_is_written_back() {
    assert_eq!(read(EXAMPLE).to_string(), EXAMPLE);
    assert_eq!(read(&EXAMPLE.replace("\r\n", "\n")).to_string(), EXAMPLE);
    let session = read(EXAMPLE);
    assert_eq!(
        (
            session.media.len(),
            session.media[1].ports,
            session.summary().as_str()
        ),
        (3, Some(2), "audio+video")
    );
    assert_eq!(session.media[2].encoding("99").unwrap().clock_rate, 90_000);
    assert_eq!(session.media[0].encoding("0").unwrap().name, "PCMU");
}

#[test]
fn errors_say_where() {
    for (good, bad, line, column, expected) in [
        ("v=0", "v=1", 1, 3, "version 0"),
        ("3724394400 ", "x ", 2, 8, "a session number"),
        ("s=Call to John Smith\r\n", "", 3, 1, "`s=`, the session name"),
        ("t=0 0\r\n", "", 10, 1, "`t=`, the time"),
        (
            "m=audio 49170 ",
            "m=audio 70000 ",
            12,
            9,
            "a port from 0 to 65535",
        ),
        (
            "m=audio 49170 RTP/AVP 0",
            "m=audio 49170 RTP/AVP",
            12,
            22,
            "a format",
        ),
        ("b=AS:128", "b=AS", 9, 5, "`:` and a number"),
        ("a=tool:x", "A=tool:x", 11, 1, "a lower-case letter and `=`"),
        (
            "a=tool:x",
            "x=tool:x",
            11,
            1,
            "`m=`, `a=` or the end; the order of lines is that of RFC 8866 §5",
        ),
    ] {
        let error = EXAMPLE
            .replacen(good, bad, 1)
            .parse::<SessionDescription>()
            .unwrap_err();
        assert_eq!(
            error,
            SdpError {
                line,
                column,
                expected
            },
            "{bad}"
        );
    }
    assert_eq!(
        SessionDescription::from_bytes(b"v=0\r\no=\xff")
            .unwrap_err()
            .to_string(),
        "line 2, column 3: expected UTF-8"
    );
    assert!("".parse::<SessionDescription>().is_err());
}

#[test]
fn an_answer_takes_what_both_can_and_refuses_the_rest() {
    let offer = offer(
        "m=audio 5000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n\
         m=video 5002 RTP/AVP 31\r\nm=audio 5004 RTP/AVP 8\r\n",
    );
    let answer = answer(
        &offer,
        &SessionDescription::new(9, "192.0.2.2"),
        &[audio(Direction::SendReceive)],
    );
    let text = answer.to_string();
    assert!(text.ends_with(
        "m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n\
         m=video 0 RTP/AVP 31\r\nm=audio 0 RTP/AVP 8\r\n"
    ));
    assert_eq!(check_answer(&offer, &answer), Ok(()));
    assert!(answer.offers("audio") && !answer.offers("video"));
}

#[test]
fn directions_mirror_each_other() {
    use Direction::{Inactive, ReceiveOnly, SendOnly, SendReceive};
    for (offered, ours, answered) in [
        ("sendrecv", SendReceive, SendReceive),
        ("sendonly", SendReceive, ReceiveOnly),
        ("recvonly", SendReceive, SendOnly),
        ("sendonly", SendOnly, Inactive),
        ("inactive", SendReceive, Inactive),
    ] {
        let offer = offer(&format!("m=audio 5000 RTP/AVP 8\r\na={offered}\r\n"));
        let answer = answer(&offer, &SessionDescription::new(9, "192.0.2.2"), &[audio(ours)]);
        assert_eq!(answer.direction(&answer.media[0]), answered, "{offered}");
    }
    let mut hold = offer("m=audio 5000 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n");
    assert_eq!(hold.direction(&hold.media[0]), SendOnly);
    hold.attributes.push(Attribute {
        name: "inactive".to_owned(),
        value: None,
    });
    assert_eq!(hold.direction(&hold.media[0]), Inactive);
}

#[test]
fn answers_that_do_not_fit_are_found() {
    let one = offer("m=audio 5000 RTP/AVP 8\r\na=sendonly\r\n");
    assert_eq!(
        check_answer(&one, &offer("")),
        Err(AnswerError::Count {
            offered: 1,
            answered: 0
        })
    );
    assert_eq!(
        check_answer(&one, &offer("m=video 1 RTP/AVP 8\r\n")),
        Err(AnswerError::Kind { index: 0 })
    );
    assert_eq!(
        check_answer(&one, &offer("m=audio 1 RTP/AVP 8\r\n")),
        Err(AnswerError::Direction { index: 0 })
    );
    assert_eq!(check_answer(&one, &offer("m=audio 0 RTP/AVP 8\r\n")), Ok(()));
    let none = offer("m=audio 0 RTP/AVP 8\r\n");
    assert_eq!(
        check_answer(&none, &offer("m=audio 1 RTP/AVP 8\r\n")),
        Err(AnswerError::Revived { index: 0 })
    );
}
