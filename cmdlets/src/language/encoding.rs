//! Encodings of files: UTF-8 without mark by default, and the names that scripts use.

use plenum_lang::error::{Category, ErrorRecord, Result};

use crate::authoring::{ParameterBuilder, parameter};

/// The encodings' names.
const NAMES: &[&str] = &[
    "ascii",
    "ansi",
    "bigendianunicode",
    "bigendianutf32",
    "oem",
    "unicode",
    "utf7",
    "utf8",
    "utf8BOM",
    "utf8NoBOM",
    "utf32",
    "latin1",
    "default",
    "string",
    "byte",
];

/// The `-Encoding` parameter.
pub fn encoding_parameter() -> ParameterBuilder {
    parameter_with_position(None)
}

/// The `-Encoding` parameter at a position.
pub fn parameter_with_position(position: Option<u16>) -> ParameterBuilder {
    let built = parameter("Encoding", "string")
        .default("utf8NoBOM")
        .help("The file's encoding: utf8NoBOM, utf8BOM, unicode, bigendianunicode, ascii, latin1.");
    match position {
        Some(position) => built.position(position),
        None => built,
    }
}

fn unknown(name: &str) -> ErrorRecord {
    let message = format!("'{name}' is not a supported encoding name.");
    ErrorRecord::new(
        "ParameterArgumentTransformationError",
        Category::InvalidArgument,
        message,
    )
    .exception("System.ArgumentException")
    .hint(format!("Use one of: {}.", NAMES.join(", ")))
}

/// Whether an encoding is UTF-8 without a mark before it: a text's own bytes.
pub fn is_plain(name: Option<&str>) -> bool {
    name.is_none_or(|name| {
        let plain = ["utf8", "utf8nobom", "default", "string", "65001", "utf-8"];
        plain.contains(&name.to_ascii_lowercase().as_str())
    })
}

/// A text's bytes in an encoding.
pub fn encode(text: &str, name: Option<&str>) -> Result<Vec<u8>> {
    let single = |limit: u32| {
        text.chars().map(move |c| {
            if u32::from(c) < limit {
                u8::try_from(u32::from(c)).unwrap_or(b'?')
            } else {
                b'?'
            }
        })
    };
    Ok(match name.unwrap_or("utf8NoBOM").to_ascii_lowercase().as_str() {
        _ if is_plain(name) => text.as_bytes().to_vec(),
        "utf8bom" => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
        "unicode" | "utf-16" | "1200" => [0xFF, 0xFE]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect(),
        "bigendianunicode" | "1201" => [0xFE, 0xFF]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect(),
        "utf32" => {
            let mark = [0xFF, 0xFE, 0, 0];
            mark.into_iter()
                .chain(text.chars().flat_map(|c| u32::from(c).to_le_bytes()))
                .collect()
        }
        "ascii" | "us-ascii" | "20127" => single(128).collect(),
        "latin1" | "ansi" | "oem" | "iso-8859-1" | "28591" => single(256).collect(),
        _ => return Err(unknown(name.unwrap_or_default()).into()),
    })
}

/// A file's text: a byte order mark wins over the encoding asked for.
pub fn decode(bytes: &[u8], name: Option<&str>) -> Result<String> {
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| read([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return Ok(String::from_utf8_lossy(rest).into_owned());
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        return Ok(wide(rest, u16::from_le_bytes));
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        return Ok(wide(rest, u16::from_be_bytes));
    }
    Ok(match name.unwrap_or("utf8").to_ascii_lowercase().as_str() {
        "utf8" | "utf8nobom" | "utf8bom" | "default" | "string" | "65001" | "utf-8" => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        "unicode" | "utf-16" | "1200" => wide(bytes, u16::from_le_bytes),
        "bigendianunicode" | "1201" => wide(bytes, u16::from_be_bytes),
        "ascii" | "us-ascii" | "20127" => bytes
            .iter()
            .map(|&byte| if byte < 128 { char::from(byte) } else { '?' })
            .collect(),
        "latin1" | "ansi" | "oem" | "iso-8859-1" | "28591" => bytes.iter().copied().map(char::from).collect(),
        _ => return Err(unknown(name.unwrap_or_default()).into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unicode_encoding_reads_what_it_wrote() {
        for name in ["utf8NoBOM", "utf8BOM", "unicode", "bigendianunicode"] {
            assert_eq!(
                decode(&encode("aé日😀", Some(name)).unwrap(), None).unwrap(),
                "aé日😀",
                "{name}"
            );
        }
    }

    #[test]
    fn a_character_that_ascii_lacks_becomes_a_question_mark() {
        assert_eq!(encode("aé", Some("ascii")).unwrap(), b"a?");
    }
}
