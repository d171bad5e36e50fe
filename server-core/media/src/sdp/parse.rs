//! Reading a description line by line, in the order of RFC 8866 §5.

use super::{Attribute, Bandwidth, Connection, Media, Origin, SdpError, SessionDescription};

/// The lines that are not read yet.
struct Lines<'a> {
    rest: &'a str,
    /// The number of the next line, from 1.
    number: usize,
}

/// One line.
#[derive(Clone, Copy)]
struct Line<'a> {
    letter: char,
    value: &'a str,
    number: usize,
}

impl Line<'_> {
    /// An error at a part of the value.
    fn error(&self, part: &str, expected: &'static str) -> SdpError {
        let at = part.as_ptr() as usize - self.value.as_ptr() as usize;
        SdpError {
            line: self.number,
            column: 3 + at.min(self.value.len()),
            expected,
        }
    }

    fn at_end(&self, expected: &'static str) -> SdpError {
        SdpError {
            line: self.number,
            column: 3 + self.value.len(),
            expected,
        }
    }
}

impl<'a> Lines<'a> {
    fn error(&self, column: usize, expected: &'static str) -> SdpError {
        SdpError {
            line: self.number,
            column,
            expected,
        }
    }

    fn peek(&self) -> Result<Option<Line<'a>>, SdpError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let line = self.rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut characters = line.chars();
        match (characters.next(), characters.next()) {
            (Some(letter), Some('=')) if letter.is_ascii_lowercase() => {
                if let Some(at) = line.find(['\0', '\r']) {
                    return Err(self.error(at + 1, "no NUL or CR within a line"));
                }
                Ok(Some(Line {
                    letter,
                    value: &line[2..],
                    number: self.number,
                }))
            }
            _ => Err(self.error(1, "a lower-case letter and `=`")),
        }
    }

    fn advance(&mut self) {
        self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        self.number += 1;
    }

    /// The next line if it has this letter.
    fn take(&mut self, letter: char) -> Result<Option<Line<'a>>, SdpError> {
        let found = self.peek()?.filter(|line| line.letter == letter);
        if found.is_some() {
            self.advance();
        }
        Ok(found)
    }

    fn need(&mut self, letter: char, expected: &'static str) -> Result<Line<'a>, SdpError> {
        self.take(letter)?.ok_or(self.error(1, expected))
    }

    fn text(&mut self, letter: char) -> Result<Option<String>, SdpError> {
        Ok(self.take(letter)?.map(|line| line.value.to_owned()))
    }

    fn many<T>(
        &mut self,
        letter: char,
        read: impl Fn(&Line<'_>) -> Result<T, SdpError>,
    ) -> Result<Vec<T>, SdpError> {
        let mut found = Vec::new();
        while let Some(line) = self.take(letter)? {
            found.push(read(&line)?);
        }
        Ok(found)
    }
}

pub(super) fn parse(text: &str) -> Result<SessionDescription, SdpError> {
    let mut lines = Lines {
        rest: text,
        number: 1,
    };
    let version = lines.need('v', "`v=0`")?;
    if version.value != "0" {
        return Err(version.error(version.value, "version 0"));
    }
    let origin = origin(&lines.need('o', "`o=`, the origin")?)?;
    let name = lines.need('s', "`s=`, the session name")?.value.to_owned();
    let mut session = SessionDescription {
        origin,
        name,
        ..SessionDescription::new(0, "")
    };
    session.information = lines.text('i')?;
    session.uri = lines.text('u')?;
    session.emails = lines.many('e', |line| Ok(line.value.to_owned()))?;
    session.phones = lines.many('p', |line| Ok(line.value.to_owned()))?;
    session.connection = lines.take('c')?.map(|line| connection(&line)).transpose()?;
    session.bandwidths = lines.many('b', bandwidth)?;
    session.times = times(&mut lines)?;
    session.key = lines.text('k')?;
    session.attributes = lines.many('a', attribute)?;
    while let Some(line) = lines.take('m')? {
        let media = media(&line, &mut lines)?;
        session.media.push(media);
    }
    match lines.peek()? {
        None => Ok(session),
        Some(_) => Err(lines.error(
            1,
            "`m=`, `a=` or the end; the order of lines is that of RFC 8866 §5",
        )),
    }
}

fn origin(line: &Line<'_>) -> Result<Origin, SdpError> {
    let mut words = Words {
        line,
        rest: line.value,
    };
    let username = words.next("a user name, or `-`")?.to_owned();
    let session_id = words.number("a session number")?;
    let version = words.number("a version number")?;
    Ok(Origin {
        username,
        session_id,
        version,
        connection: words.connection()?,
    })
}

fn connection(line: &Line<'_>) -> Result<Connection, SdpError> {
    Words {
        line,
        rest: line.value,
    }
    .connection()
}

fn bandwidth(line: &Line<'_>) -> Result<Bandwidth, SdpError> {
    let (kind, value) = line
        .value
        .split_once(':')
        .ok_or(line.at_end("`:` and a number"))?;
    let number = value.parse().map_err(|_| line.error(value, "a number"))?;
    Ok(Bandwidth {
        kind: kind.to_owned(),
        value: number,
    })
}

fn attribute(line: &Line<'_>) -> Result<Attribute, SdpError> {
    let (name, value) = match line.value.split_once(':') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (line.value, None),
    };
    if name.is_empty() {
        return Err(line.error(line.value, "the name of an attribute"));
    }
    Ok(Attribute {
        name: name.to_owned(),
        value,
    })
}

/// `1*(t= *(r=)) [z=]`
fn times(lines: &mut Lines<'_>) -> Result<Vec<String>, SdpError> {
    let mut times = Vec::new();
    while let Some(line) = lines.take('t')? {
        let mut words = Words {
            line: &line,
            rest: line.value,
        };
        words.number("the time of the start")?;
        words.number("the time of the end")?;
        times.push(format!("t={}", line.value));
        times.extend(lines.many('r', |line| Ok(format!("r={}", line.value)))?);
    }
    if times.is_empty() {
        return Err(lines.error(1, "`t=`, the time"));
    }
    times.extend(lines.take('z')?.map(|line| format!("z={}", line.value)));
    Ok(times)
}

fn media(line: &Line<'_>, lines: &mut Lines<'_>) -> Result<Media, SdpError> {
    let mut words = Words {
        line,
        rest: line.value,
    };
    let kind = words.next("a kind of media")?.to_owned();
    let port_word = words.next("a port")?;
    let (port, ports) = match port_word.split_once('/') {
        Some((port, count)) => (
            port,
            Some(
                count
                    .parse()
                    .map_err(|_| line.error(count, "a number of ports"))?,
            ),
        ),
        None => (port_word, None),
    };
    let port = port
        .parse()
        .map_err(|_| line.error(port, "a port from 0 to 65535"))?;
    let protocol = words.next("a protocol such as RTP/AVP")?.to_owned();
    let mut formats = vec![words.next("a format")?.to_owned()];
    while !words.rest.is_empty() {
        formats.push(words.next("a format")?.to_owned());
    }
    Ok(Media {
        kind,
        port,
        ports,
        protocol,
        formats,
        title: lines.text('i')?,
        connections: lines.many('c', connection)?,
        bandwidths: lines.many('b', bandwidth)?,
        key: lines.text('k')?,
        attributes: lines.many('a', attribute)?,
    })
}

/// The words of a line; several spaces in a row are taken for one.
struct Words<'l, 'a> {
    line: &'l Line<'a>,
    rest: &'a str,
}

impl<'a> Words<'_, 'a> {
    fn next(&mut self, expected: &'static str) -> Result<&'a str, SdpError> {
        let start = self.rest.trim_start_matches(' ');
        let end = start.find(' ').unwrap_or(start.len());
        if end == 0 {
            return Err(self.line.at_end(expected));
        }
        self.rest = start[end..].trim_start_matches(' ');
        Ok(&start[..end])
    }

    fn number(&mut self, expected: &'static str) -> Result<u64, SdpError> {
        let word = self.next(expected)?;
        word.parse().map_err(|_| self.line.error(word, expected))
    }

    fn connection(&mut self) -> Result<Connection, SdpError> {
        let network = self.next("a network such as IN")?.to_owned();
        let address_type = self.next("IP4 or IP6")?.to_owned();
        let address = self.next("an address")?.to_owned();
        Ok(Connection {
            network,
            address_type,
            address,
        })
    }
}
