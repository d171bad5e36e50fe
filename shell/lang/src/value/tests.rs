//! Tests of values.

use super::*;

#[test]
fn a_value_is_sixteen_bytes() {
    assert_eq!(std::mem::size_of::<Value>(), 16);
    assert_eq!(std::mem::size_of::<Option<Value>>(), 16);
}

#[test]
fn keys_do_not_differ_by_case_and_differ_by_type() {
    let Value::Hashtable(table) = Value::hashtable([("Name".into(), 1.into()), (1.into(), 2.into())]) else {
        panic!()
    };
    assert!(table.contains(&"NAME".into()));
    assert!(!table.contains(&"1".into()));
    assert!(table.contains(&1.into()));
    assert_eq!(
        table.get_text("name").map(|value| value.to_text()).as_deref(),
        Some("1")
    );
}

#[test]
fn objects_with_the_same_properties_share_their_shape() {
    let make = || Object::custom([("a", Value::Int(1)), ("b", Value::Int(2))]);
    let (one, two) = (make(), make());
    assert!(Arc::ptr_eq(&one.shape(), &two.shape()));
    two.set("c", Value::Null);
    assert!(!Arc::ptr_eq(&one.shape(), &two.shape()));
    assert!(two.remove("c"));
    assert!(Arc::ptr_eq(&one.shape(), &two.shape()));
}

#[test]
fn a_text_with_an_added_member_is_still_the_text() {
    let path = Value::from("C:").with_member("Note", MemberKind::Note, Value::Int(5));
    assert_eq!(path.to_text(), "C:");
    assert_eq!(
        path.property("note").map(|value| value.to_text()).as_deref(),
        Some("5")
    );
}

#[test]
fn texts_that_differ_in_case_only_hash_alike() {
    for (left, right) in [
        ("abcdefghijk", "ABCdefGHIJK"),
        ("@[`{", "@[`{"),
        ("straße é", "STRAßE É"),
        ("ı", "I"),
        ("", ""),
    ] {
        assert!(same_text(left, right), "{left} {right}");
        assert_eq!(fold_hash(left), fold_hash(right), "{left} {right}");
    }
    for (left, right) in [
        ("a", "b"),
        ("@", "`"),
        ("[", "{"),
        ("abcdefgh", "abcdefgi"),
        ("a", "a\0"),
    ] {
        assert_ne!(fold_hash(left), fold_hash(right), "{left} {right}");
    }
}
