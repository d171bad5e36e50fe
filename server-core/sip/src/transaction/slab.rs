//! A table whose places are reused, with ids that are not.

/// A place and which of its tenants is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id {
    pub(crate) place: u32,
    tenant: u32,
}

impl Id {
    /// Not above any other id.
    pub(crate) const FIRST: Self = Self { place: 0, tenant: 0 };
}

#[derive(Debug)]
struct Place<T> {
    tenant: u32,
    value: Option<T>,
}

/// The table.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(crate) fn new() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(crate) fn insert(&mut self, value: T) -> Id {
        if let Some(place) = self.free.pop() {
            let slot = &mut self.places[place as usize];
            slot.value = Some(value);
            return Id {
                place,
                tenant: slot.tenant,
            };
        }
        self.places.push(Place {
            tenant: 0,
            value: Some(value),
        });
        Id {
            place: self.places.len() as u32 - 1,
            tenant: 0,
        }
    }

    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        self.places
            .get_mut(id.place as usize)
            .filter(|slot| slot.tenant == id.tenant)?
            .value
            .as_mut()
    }

    pub(crate) fn get(&self, id: Id) -> Option<&T> {
        self.places
            .get(id.place as usize)
            .filter(|slot| slot.tenant == id.tenant)?
            .value
            .as_ref()
    }

    /// The id of whoever is at a place.
    pub(crate) fn tenant(&self, place: u32) -> Option<Id> {
        let slot = self.places.get(place as usize)?;
        slot.value.as_ref().map(|_| Id {
            place,
            tenant: slot.tenant,
        })
    }

    pub(crate) fn remove(&mut self, id: Id) -> Option<T> {
        let slot = self
            .places
            .get_mut(id.place as usize)
            .filter(|slot| slot.tenant == id.tenant)?;
        let value = slot.value.take()?;
        slot.tenant = slot.tenant.wrapping_add(1);
        self.free.push(id.place);
        Some(value)
    }
}
