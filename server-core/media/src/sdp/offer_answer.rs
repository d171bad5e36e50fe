//! Offer and answer (RFC 3264): making a simple answer, and checking one.

use super::{Attribute, Direction, Media, SessionDescription};

/// What one side can do with one kind of media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// `audio`, `video` …
    pub kind: String,
    /// Where it receives.
    pub port: u16,
    /// Encodings with their clock rate, the preferred one first: `("PCMU", 8000)`.
    pub encodings: Vec<(String, u32)>,
    /// Which way it wants media to flow.
    pub direction: Direction,
}

/// Why an answer does not fit its offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// The number of `m=` sections differs (§6).
    Count {
        /// In the offer.
        offered: usize,
        /// In the answer.
        answered: usize,
    },
    /// Kind or protocol of a section differ (§6).
    Kind {
        /// Which section, from 0.
        index: usize,
    },
    /// A section is accepted that was offered with port 0 (§6).
    Revived {
        /// Which section, from 0.
        index: usize,
    },
    /// The direction does not fit the offered one (§6.1).
    Direction {
        /// Which section, from 0.
        index: usize,
    },
}

impl std::fmt::Display for AnswerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count { offered, answered } => {
                write!(f, "{offered} streams were offered, {answered} answered")
            }
            Self::Kind { index } => write!(f, "stream {index} is of another kind or protocol than offered"),
            Self::Revived { index } => write!(f, "stream {index} is accepted but was not offered"),
            Self::Direction { index } => write!(f, "stream {index} flows in a way that was not offered"),
        }
    }
}

impl std::error::Error for AnswerError {}

/// Answers an offer (§6): each stream that a capability fits is accepted with the formats that both have, in the order
/// of the offer; every other stream is refused with port 0. `base` has our origin and address, and no media.
pub fn answer(
    offer: &SessionDescription,
    base: &SessionDescription,
    capabilities: &[Capability],
) -> SessionDescription {
    let mut answer = base.clone();
    answer.times.clone_from(&offer.times);
    let mut unused: Vec<&Capability> = capabilities.iter().collect();
    for media in &offer.media {
        let fitting = unused
            .iter()
            .position(|capability| !common_formats(media, capability).is_empty());
        answer.media.push(match fitting.filter(|_| media.is_active()) {
            Some(index) => accept(offer, media, unused.remove(index)),
            None => refuse(media),
        });
    }
    answer
}

fn common_formats<'m>(media: &'m Media, capability: &Capability) -> Vec<&'m String> {
    if !media.kind.eq_ignore_ascii_case(&capability.kind) {
        return Vec::new();
    }
    let can = |format: &&String| {
        media.encoding(format).is_some_and(|it| {
            let same =
                |(name, rate): &(String, u32)| name.eq_ignore_ascii_case(&it.name) && *rate == it.clock_rate;
            capability.encodings.iter().any(same)
        })
    };
    media.formats.iter().filter(can).collect()
}

fn accept(offer: &SessionDescription, media: &Media, capability: &Capability) -> Media {
    let formats = common_formats(media, capability);
    let about_format = |attribute: &&Attribute| {
        let payload = attribute
            .value
            .as_deref()
            .and_then(|value| value.split(' ').next());
        matches!(attribute.name.as_str(), "rtpmap" | "fmtp")
            && payload.is_some_and(|payload| formats.iter().any(|format| *format == payload))
    };
    let mut attributes: Vec<Attribute> = media.attributes.iter().filter(about_format).cloned().collect();
    let direction = offer.direction(media).reversed().and(capability.direction);
    attributes.push(Attribute {
        name: direction.as_str().to_owned(),
        value: None,
    });
    Media {
        port: capability.port,
        ports: None,
        formats: formats.into_iter().cloned().collect(),
        attributes,
        ..bare(media)
    }
}

fn refuse(media: &Media) -> Media {
    Media {
        port: 0,
        ports: None,
        formats: media.formats.clone(),
        ..bare(media)
    }
}

fn bare(media: &Media) -> Media {
    Media {
        kind: media.kind.clone(),
        port: 0,
        ports: None,
        protocol: media.protocol.clone(),
        formats: Vec::new(),
        title: None,
        connections: Vec::new(),
        bandwidths: Vec::new(),
        key: None,
        attributes: Vec::new(),
    }
}

/// Whether an answer fits its offer (§6).
pub fn check_answer(offer: &SessionDescription, answer: &SessionDescription) -> Result<(), AnswerError> {
    let (offered, answered) = (offer.media.len(), answer.media.len());
    if offered != answered {
        return Err(AnswerError::Count { offered, answered });
    }
    for (index, (theirs, ours)) in offer.media.iter().zip(&answer.media).enumerate() {
        if !theirs.kind.eq_ignore_ascii_case(&ours.kind) || theirs.protocol != ours.protocol {
            return Err(AnswerError::Kind { index });
        }
        if !ours.is_active() {
            continue;
        }
        if !theirs.is_active() {
            return Err(AnswerError::Revived { index });
        }
        let wanted = answer.direction(ours);
        if offer.direction(theirs).reversed().and(wanted) != wanted {
            return Err(AnswerError::Direction { index });
        }
    }
    Ok(())
}
