//! Whether somebody reads what is declared: a field that is enforced has to occur in the services' source, as a member
//! of the typed value. The numbers of those that do not are pinned; they may only fall.

use std::path::Path;

use plenum_schema::Effect;
use plenum_settings::nouns;

/// Enforced fields that no service reads. The declaration says where they take effect before they do.
const UNREAD: usize = 0;

/// The source of every file below a folder, one after the other.
fn source(folder: &Path, text: &mut String) {
    let entries = std::fs::read_dir(folder).expect("the folder is there").filter_map(Result::ok);
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            source(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("the file can be read"));
        }
    }
}

/// Whether `.member` occurs as a whole word.
fn reads(text: &str, member: &str) -> bool {
    text.match_indices(&format!(".{member}")).any(|(at, found)| {
        let next = text[at + found.len()..].chars().next();
        !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
    })
}

#[test]
fn what_is_enforced_is_read_by_a_service() {
    let services = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server-core/services/src");
    let mut text = String::new();
    source(&services, &mut text);
    let mut unread = Vec::new();
    for noun in nouns() {
        // The key of a list member is read by looking the member up.
        for field in noun.fields.iter().filter(|field| matches!(field.effect, Effect::Enforced(_)) && !field.key) {
            if !reads(&text, field.member) {
                unread.push(format!("{} {}", noun.name, field.name));
            }
        }
    }
    println!("enforced and not read: {unread:?}");
    assert_eq!(unread.len(), UNREAD, "{unread:?}");
}
