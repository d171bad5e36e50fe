//! `history`: who changed what, when and why.

use chrono::DateTime;
use plenum_topology::change::Change;

use super::Report;
use super::columns::columns;
use crate::ports::{PortError, Ports};

/// What a change set wrote, in words: `topology`, `CsVoicePolicy Tag:Sales`, `Alice Smith`.
pub fn describe_changes(changes: &[Change]) -> Vec<String> {
    changes
        .iter()
        .map(|change| match change {
            Change::Topology { .. } => "topology".to_owned(),
            Change::Setting { noun, identity, .. } => format!("{noun} {identity}"),
            Change::Object { before, after } => {
                let object = after.as_ref().or(before.as_ref());
                object.map_or_else(String::new, |object| {
                    object.first("displayName").unwrap_or(&object.dn).to_owned()
                })
            }
            Change::Credential { .. } => "a password".to_owned(),
        })
        .collect()
}

/// The newest revisions first, at most `limit`.
pub fn history(ports: &Ports, limit: usize, json: bool) -> Report {
    let work = || -> Result<String, PortError> {
        let mut entries = Vec::new();
        for info in ports.store.history(limit)? {
            let what = describe_changes(&ports.store.changes(info.revision)?);
            entries.push((info, what));
        }
        if json {
            let list: Vec<serde_json::Value> = entries
                .iter()
                .map(|(info, what)| {
                    serde_json::json!({
                        "revision": info.revision, "when": timestamp(info.when), "who": info.who, "command": info.command,
                        "message": info.message, "changes": what,
                    })
                })
                .collect();
            return Ok(serde_json::to_string_pretty(&list).expect("entries have text keys only") + "\n");
        }
        if entries.is_empty() {
            return Ok("Nothing has been changed yet.\n".to_owned());
        }
        let rows = entries.into_iter().map(|(info, what)| {
            [
                info.revision.0.to_string(),
                timestamp(info.when),
                info.who,
                format!("{}: {}", info.command, shortened(&what)),
                info.message.unwrap_or_default(),
            ]
        });
        Ok(columns(["REVISION", "WHEN", "WHO", "CHANGE", "MESSAGE"], rows))
    };
    work().map_or_else(Report::from, Report::ok)
}

fn timestamp(milliseconds: i64) -> String {
    DateTime::from_timestamp_millis(milliseconds).map_or_else(
        || format!("{milliseconds} ms"),
        |moment| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

/// The first three, and how many more.
fn shortened(what: &[String]) -> String {
    match what {
        [] => "nothing".to_owned(),
        few if few.len() <= 3 => few.join(", "),
        many => format!(
            "{}, {}, {} and {} more",
            many[0],
            many[1],
            many[2],
            many.len() - 3
        ),
    }
}
