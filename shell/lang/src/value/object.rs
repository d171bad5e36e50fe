//! Property bags. Objects with the same properties in the same order share one [`Shape`]: names are kept once, and a
//! place in a script that reads a property can remember the shape and the slot.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use parking_lot::{Mutex, RwLock};

use super::{Value, same_text};
use crate::types::ScriptType;

/// What a slot of an object means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A NoteProperty: the slot is its value.
    Note,
    /// A `hidden` property of a class: as a NoteProperty, but no list shows it.
    Hidden,
    /// A ScriptProperty: the slot is an array of getter and setter (or `$null`).
    Script,
    /// An AliasProperty: the slot is the other property's name.
    Alias,
    /// A ScriptMethod: the slot is its script block.
    Method,
    /// A PropertySet: the slot is the array of names.
    PropertySet,
    /// A MemberSet: the slot is an object.
    MemberSet,
}

/// The type names and the members that objects share.
pub struct Shape {
    type_names: Arc<[Arc<str>]>,
    members: Box<[(Arc<str>, MemberKind)]>,
    /// The class of a script whose instances have it.
    class: Option<Weak<dyn ScriptType>>,
    /// Shapes with one member more.
    next: Mutex<Vec<Arc<Shape>>>,
}

/// Shapes that are kept for sharing; more are made but not found again, so that memory stays bounded.
const SHARED_SHAPES: usize = 4096;
static SHARED: AtomicUsize = AtomicUsize::new(0);
static ROOTS: Mutex<Vec<Arc<Shape>>> = Mutex::new(Vec::new());

impl Shape {
    /// The shape without members for type names.
    pub fn root(type_names: &[&str]) -> Arc<Shape> {
        let mut roots = ROOTS.lock();
        let same = |shape: &&Arc<Shape>| {
            shape.type_names.len() == type_names.len()
                && shape
                    .type_names
                    .iter()
                    .zip(type_names)
                    .all(|(known, name)| known.as_ref() == *name)
        };
        if let Some(shape) = roots.iter().find(same) {
            return Arc::clone(shape);
        }
        let type_names = type_names.iter().map(|name| Arc::from(*name)).collect();
        let shape = Arc::new(Shape {
            type_names,
            members: Box::new([]),
            class: None,
            next: Mutex::new(Vec::new()),
        });
        if SHARED.fetch_add(1, Ordering::Relaxed) < SHARED_SHAPES {
            roots.push(Arc::clone(&shape));
        }
        shape
    }

    /// The shape without members of a class's instances.
    pub(crate) fn of_class(type_names: &[Arc<str>], class: Weak<dyn ScriptType>) -> Arc<Shape> {
        Arc::new(Shape {
            type_names: Arc::from(type_names),
            members: Box::new([]),
            class: Some(class),
            next: Mutex::new(Vec::new()),
        })
    }

    /// The class whose instances have it, while the session knows that.
    pub(crate) fn class(&self) -> Option<Arc<dyn ScriptType>> {
        self.class.as_ref()?.upgrade()
    }

    /// The empty shape of `[pscustomobject]`.
    pub fn custom() -> Arc<Shape> {
        static CUSTOM: OnceLock<Arc<Shape>> = OnceLock::new();
        let make = || Shape::root(&["System.Management.Automation.PSCustomObject", "System.Object"]);
        Arc::clone(CUSTOM.get_or_init(make))
    }

    /// The shape with one member more.
    pub fn with(self: &Arc<Shape>, name: &Arc<str>, kind: MemberKind) -> Arc<Shape> {
        let mut next = self.next.lock();
        let same = |shape: &&Arc<Shape>| {
            shape
                .members
                .last()
                .is_some_and(|last| last.0 == *name && last.1 == kind)
        };
        if let Some(shape) = next.iter().find(same) {
            return Arc::clone(shape);
        }
        let members = self
            .members
            .iter()
            .cloned()
            .chain([(Arc::clone(name), kind)])
            .collect();
        let type_names = Arc::clone(&self.type_names);
        let shape = Arc::new(Shape {
            type_names,
            members,
            class: self.class.clone(),
            next: Mutex::new(Vec::new()),
        });
        if next.len() < 64 && SHARED.fetch_add(1, Ordering::Relaxed) < SHARED_SHAPES {
            next.push(Arc::clone(&shape));
        }
        shape
    }

    /// The shape of type names and note properties.
    pub fn of<'a>(type_names: &[&str], names: impl IntoIterator<Item = &'a str>) -> Arc<Shape> {
        names
            .into_iter()
            .fold(Shape::root(type_names), |shape, name| shape.with_note(name))
    }

    /// The shape with one note property more.
    pub fn with_note(self: &Arc<Shape>, name: &str) -> Arc<Shape> {
        {
            let next = self.next.lock();
            let same = |shape: &&Arc<Shape>| {
                let last = shape.members.last();
                last.is_some_and(|last| last.0.as_ref() == name && last.1 == MemberKind::Note)
            };
            if let Some(shape) = next.iter().find(same) {
                return Arc::clone(shape);
            }
        }
        self.with(&Arc::from(name), MemberKind::Note)
    }

    /// The slot of a member, found without regard to case.
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|(known, _)| same_text(known, name))
    }

    /// Names and kinds in order.
    pub fn members(&self) -> &[(Arc<str>, MemberKind)] {
        &self.members
    }

    /// The type names, the most special first.
    pub fn type_names(&self) -> &[Arc<str>] {
        &self.type_names
    }

    fn retyped(&self, type_names: &[Arc<str>]) -> Arc<Shape> {
        self.members
            .iter()
            .fold(self.emptied(type_names), |shape, (name, kind)| {
                shape.with(name, *kind)
            })
    }

    fn without(&self, slot: usize) -> Arc<Shape> {
        let kept = self.members.iter().enumerate().filter(|(at, _)| *at != slot);
        kept.fold(self.emptied(&self.type_names), |shape, (_, (name, kind))| {
            shape.with(name, *kind)
        })
    }

    /// The shape without members for other type names, of the same class.
    fn emptied(&self, type_names: &[Arc<str>]) -> Arc<Shape> {
        match &self.class {
            Some(class) => Shape::of_class(type_names, Weak::clone(class)),
            None => {
                let names: Vec<&str> = type_names.iter().map(AsRef::as_ref).collect();
                Shape::root(&names)
            }
        }
    }
}

/// A property bag.
pub struct Object(RwLock<Bag>);

struct Bag {
    shape: Arc<Shape>,
    slots: Vec<Value>,
}

impl Object {
    /// An object of a shape, with a value for each of its members.
    pub fn new(shape: Arc<Shape>, mut slots: Vec<Value>) -> Object {
        slots.resize(shape.members.len(), Value::Null);
        Object(RwLock::new(Bag { shape, slots }))
    }

    /// A `[pscustomobject]`; a later property of the same name replaces the earlier one's value.
    pub fn custom<'a>(properties: impl IntoIterator<Item = (&'a str, Value)>) -> Object {
        Object::build(Shape::custom(), properties)
    }

    /// An object with properties, beginning from a shape without members.
    pub fn build<'a>(
        mut shape: Arc<Shape>,
        properties: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Object {
        let properties = properties.into_iter();
        let mut slots = Vec::with_capacity(properties.size_hint().0);
        for (name, value) in properties {
            match shape.slot(name) {
                Some(slot) => slots[slot] = value,
                None => {
                    shape = shape.with_note(name);
                    slots.push(value);
                }
            }
        }
        Object(RwLock::new(Bag { shape, slots }))
    }

    /// Its shape.
    pub fn shape(&self) -> Arc<Shape> {
        Arc::clone(&self.0.read().shape)
    }

    /// The class of a script that it is an instance of.
    pub(crate) fn class(&self) -> Option<Arc<dyn ScriptType>> {
        self.0.read().shape.class()
    }

    /// The type names, the most special first.
    pub fn type_names(&self) -> Vec<Arc<str>> {
        self.0.read().shape.type_names.to_vec()
    }

    /// Replaces the type names.
    pub fn set_type_names(&self, type_names: &[Arc<str>]) {
        let mut bag = self.0.write();
        bag.shape = bag.shape.retyped(type_names);
    }

    /// A note property's value; other members with their kind through [`Object::member`].
    pub fn get(&self, name: &str) -> Option<Value> {
        let bag = self.0.read();
        let slot = bag.shape.slot(name)?;
        matches!(bag.shape.members[slot].1, MemberKind::Note | MemberKind::Hidden)
            .then(|| bag.slots[slot].clone())
    }

    /// The value in a slot, if the object has this very shape and the slot is a note property.
    #[inline]
    pub fn get_cached(&self, shape: &Arc<Shape>, slot: usize) -> Option<Value> {
        let bag = self.0.read();
        Arc::ptr_eq(&bag.shape, shape)
            .then(|| bag.slots.get(slot).cloned())
            .flatten()
    }

    /// Looks at all slots at once, if the object has this very shape; whether it did.
    pub fn with_slots(&self, shape: &Arc<Shape>, look: impl FnOnce(&[Value])) -> bool {
        let bag = self.0.read();
        let fits = Arc::ptr_eq(&bag.shape, shape);
        if fits {
            look(&bag.slots);
        }
        fits
    }

    /// Writes a slot, if the object has this very shape; whether it did.
    #[inline]
    pub fn set_cached(&self, shape: &Arc<Shape>, slot: usize, value: &Value) -> bool {
        let mut bag = self.0.write();
        let fits = Arc::ptr_eq(&bag.shape, shape) && slot < bag.slots.len();
        if fits {
            bag.slots[slot] = value.clone();
        }
        fits
    }

    /// A member: name in its own spelling, kind and slot.
    pub fn member(&self, name: &str) -> Option<(Arc<str>, MemberKind, Value)> {
        let bag = self.0.read();
        let slot = bag.shape.slot(name)?;
        let (name, kind) = &bag.shape.members[slot];
        Some((Arc::clone(name), *kind, bag.slots[slot].clone()))
    }

    /// All members in order.
    pub fn members(&self) -> Vec<(Arc<str>, MemberKind, Value)> {
        let bag = self.0.read();
        let pairs = bag.shape.members.iter().zip(&bag.slots);
        pairs
            .map(|((name, kind), value)| (Arc::clone(name), *kind, value.clone()))
            .collect()
    }

    /// Writes an existing member's slot; whether there was one.
    pub fn replace(&self, name: &str, value: Value) -> bool {
        let mut bag = self.0.write();
        let slot = bag.shape.slot(name);
        slot.inspect(|slot| bag.slots[*slot] = value).is_some()
    }

    /// Makes or replaces a note property.
    pub fn set(&self, name: &str, value: Value) {
        self.set_member(name, MemberKind::Note, value);
    }

    /// Makes or replaces a member.
    pub fn set_member(&self, name: &str, kind: MemberKind, value: Value) {
        let mut bag = self.0.write();
        if let Some(slot) = bag.shape.slot(name) {
            if bag.shape.members[slot].1 == kind {
                bag.slots[slot] = value;
                return;
            }
            bag.shape = bag.shape.without(slot);
            bag.slots.remove(slot);
        }
        bag.shape = bag.shape.with(&Arc::from(name), kind);
        bag.slots.push(value);
    }

    /// Removes a member; whether it was there.
    pub fn remove(&self, name: &str) -> bool {
        let mut bag = self.0.write();
        let Some(slot) = bag.shape.slot(name) else {
            return false;
        };
        bag.shape = bag.shape.without(slot);
        bag.slots.remove(slot);
        true
    }

    /// Names of all properties (methods and sets left out) in display order.
    pub fn property_names(&self) -> Vec<Arc<str>> {
        let bag = self.0.read();
        let shown =
            |kind: &MemberKind| matches!(kind, MemberKind::Note | MemberKind::Script | MemberKind::Alias);
        bag.shape
            .members
            .iter()
            .filter(|(_, kind)| shown(kind))
            .map(|(name, _)| Arc::clone(name))
            .collect()
    }

    /// A copy with slots of its own.
    pub fn copy(&self) -> Object {
        let bag = self.0.read();
        Object(RwLock::new(Bag {
            shape: Arc::clone(&bag.shape),
            slots: bag.slots.clone(),
        }))
    }
}
