//! Identities, parsed once into types that cannot be wrong.
