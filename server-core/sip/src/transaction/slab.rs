//! A table whose places are reused, with ids that are not.
//!
//! It grows by a chunk at a time and moves nothing: a table of tens of megabytes that doubled would hold up everybody for
//! as long as its copying takes.

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

/// Places in a chunk.
const CHUNK: usize = 256;

#[derive(Debug)]
struct Place<T> {
    tenant: u32,
    value: Option<T>,
}

/// The table.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    /// All full but the last one.
    chunks: Vec<Vec<Place<T>>>,
    free: Vec<u32>,
    len: usize,
}

impl<T> Slab<T> {
    pub(crate) fn new() -> Self {
        Self {
            chunks: Vec::new(),
            free: Vec::new(),
            len: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn insert(&mut self, value: T) -> Id {
        let place = self.free.pop().unwrap_or_else(|| self.add());
        self.len += 1;
        let tenant = self.place_mut(place).map_or(0, |found| {
            found.value = Some(value);
            found.tenant
        });
        Id { place, tenant }
    }

    /// A place that nobody had yet.
    fn add(&mut self) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let before = (self.chunks.len() - 1) * CHUNK;
        let chunk = self
            .chunks
            .last_mut()
            .expect("one was pushed when there was none");
        chunk.push(Place {
            tenant: 0,
            value: None,
        });
        (before + chunk.len() - 1) as u32
    }

    fn place(&self, place: u32) -> Option<&Place<T>> {
        self.chunks
            .get(place as usize / CHUNK)?
            .get(place as usize % CHUNK)
    }

    fn place_mut(&mut self, place: u32) -> Option<&mut Place<T>> {
        let chunk = self.chunks.get_mut(place as usize / CHUNK)?;
        chunk.get_mut(place as usize % CHUNK)
    }

    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        let found = self.place_mut(id.place)?;
        found.value.as_mut().filter(|_| found.tenant == id.tenant)
    }

    pub(crate) fn get(&self, id: Id) -> Option<&T> {
        let found = self.place(id.place)?;
        found.value.as_ref().filter(|_| found.tenant == id.tenant)
    }

    /// The id of whoever is at a place.
    pub(crate) fn tenant(&self, place: u32) -> Option<Id> {
        let found = self.place(place)?;
        found.value.as_ref().map(|_| Id {
            place,
            tenant: found.tenant,
        })
    }

    pub(crate) fn remove(&mut self, id: Id) -> Option<T> {
        let found = self
            .place_mut(id.place)
            .filter(|found| found.tenant == id.tenant)?;
        let value = found.value.take()?;
        found.tenant = found.tenant.wrapping_add(1);
        self.len -= 1;
        self.free.push(id.place);
        Some(value)
    }
}
