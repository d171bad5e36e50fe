//! System.Security.Cryptography: MD5, SHA1, SHA256, SHA384, SHA512 and their HMACs.
//!
//! MD5 and SHA1 are here because files and systems that exist carry them, not for anything new.

use std::sync::Arc;

use hmac::{Hmac, Mac};
use md5::Md5;
use parking_lot::Mutex;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::streams::Stream;
use super::{Call, Method, World};
use crate::error::Result;
use crate::types::Kind;
use crate::value::{Instance, Value};

/// Bytes of a stream that are read at a time.
const PIECE: usize = 1 << 16;

/// Which function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Function {
    fn of_kind(kind: Kind) -> Option<(Function, bool)> {
        Some(match kind {
            Kind::Md5 => (Function::Md5, false),
            Kind::Sha1 => (Function::Sha1, false),
            Kind::Sha256 => (Function::Sha256, false),
            Kind::Sha384 => (Function::Sha384, false),
            Kind::Sha512 => (Function::Sha512, false),
            Kind::HmacMd5 => (Function::Md5, true),
            Kind::HmacSha1 => (Function::Sha1, true),
            Kind::HmacSha256 => (Function::Sha256, true),
            Kind::HmacSha384 => (Function::Sha384, true),
            Kind::HmacSha512 => (Function::Sha512, true),
            _ => return None,
        })
    }

    fn of_name(name: &str) -> Option<Function> {
        Some(match name.to_ascii_uppercase().replace('-', "").as_str() {
            "MD5" => Function::Md5,
            "SHA" | "SHA1" => Function::Sha1,
            "SHA256" => Function::Sha256,
            "SHA384" => Function::Sha384,
            "SHA512" => Function::Sha512,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Function::Md5 => "MD5",
            Function::Sha1 => "SHA1",
            Function::Sha256 => "SHA256",
            Function::Sha384 => "SHA384",
            Function::Sha512 => "SHA512",
        }
    }

    fn bits(self) -> i32 {
        match self {
            Function::Md5 => 128,
            Function::Sha1 => 160,
            Function::Sha256 => 256,
            Function::Sha384 => 384,
            Function::Sha512 => 512,
        }
    }

    /// The hash of pieces, each taken from `next` until there is none.
    fn of_pieces(self, key: Option<&[u8]>, next: &mut Next<'_>) -> Result<Vec<u8>> {
        match (self, key) {
            (Function::Md5, None) => plain::<Md5>(next),
            (Function::Sha1, None) => plain::<Sha1>(next),
            (Function::Sha256, None) => plain::<Sha256>(next),
            (Function::Sha384, None) => plain::<Sha384>(next),
            (Function::Sha512, None) => plain::<Sha512>(next),
            (Function::Md5, Some(key)) => keyed::<Hmac<Md5>>(key, next),
            (Function::Sha1, Some(key)) => keyed::<Hmac<Sha1>>(key, next),
            (Function::Sha256, Some(key)) => keyed::<Hmac<Sha256>>(key, next),
            (Function::Sha384, Some(key)) => keyed::<Hmac<Sha384>>(key, next),
            (Function::Sha512, Some(key)) => keyed::<Hmac<Sha512>>(key, next),
        }
    }

    fn of_bytes(self, key: Option<&[u8]>, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut whole = Some(bytes.to_vec());
        self.of_pieces(key, &mut || Ok(whole.take()))
    }
}

/// Gives the next piece of what is hashed.
type Next<'n> = dyn FnMut() -> Result<Option<Vec<u8>>> + 'n;

fn plain<D: Digest>(next: &mut Next<'_>) -> Result<Vec<u8>> {
    let mut digest = D::new();
    while let Some(piece) = next()? {
        digest.update(&piece);
    }
    Ok(digest.finalize().to_vec())
}

fn keyed<M: Mac + hmac::digest::KeyInit>(key: &[u8], next: &mut Next<'_>) -> Result<Vec<u8>> {
    let mut mac = <M as Mac>::new_from_slice(key).expect("an HMAC takes keys of any length");
    while let Some(piece) = next()? {
        mac.update(&piece);
    }
    Ok(mac.finalize().into_bytes().to_vec())
}

struct Hasher {
    function: Function,
    /// The key of an HMAC.
    key: Mutex<Option<Vec<u8>>>,
    last: Mutex<Value>,
}

fn make(function: Function, key: Option<Vec<u8>>) -> Value {
    Value::instance(Hasher {
        function,
        key: Mutex::new(key),
        last: Mutex::default(),
    })
}

/// `[…HMACSHA256]::new(key)`.
pub fn construct(kind: Kind, call: &mut Call<'_>) -> Result<Value> {
    let Some((function, true)) = Function::of_kind(kind) else {
        return Err(call.no_overload());
    };
    let key = if call.count() > 0 {
        call.bytes(0)?
    } else {
        let host = call.world.host();
        (0..8)
            .flat_map(|_| host.map_or(0, crate::host::Host::random).to_le_bytes())
            .collect()
    };
    Ok(make(function, Some(key)))
}

fn function_of(call: &Call<'_>) -> Option<Function> {
    let Value::Type(of) = call.target else { return None };
    of.kind()
        .and_then(Function::of_kind)
        .map(|(function, _)| function)
}

/// The static methods of MD5, SHA256 and their kin.
pub static STATIC: &[Method] = &[
    Method::new(
        "Create",
        "static System.Security.Cryptography.HashAlgorithm Create()",
        |call| {
            let function = match (function_of(call), call.count()) {
                (Some(function), 0) => Some(function),
                (None, 1) => Function::of_name(&call.text(0)?),
                _ => None,
            };
            Ok(function.map_or(Value::Null, |function| make(function, None)))
        },
    ),
    Method::new("HashData", "static byte[] HashData(byte[] source)", |call| {
        let function = function_of(call).ok_or_else(|| call.no_overload())?;
        let source = call.value(call.count().saturating_sub(1))?.clone();
        let key = if call.count() == 2 {
            Some(call.bytes(0)?)
        } else {
            None
        };
        let hash = hash_of(function, key.as_deref(), &source, call)?;
        Ok(Value::bytes(&hash))
    }),
];

fn hash_of(function: Function, key: Option<&[u8]>, source: &Value, call: &mut Call<'_>) -> Result<Vec<u8>> {
    if let Some(stream) = source.downcast::<Stream>() {
        let world: &dyn World = call.world;
        return function.of_pieces(key, &mut || {
            let piece = stream.read(PIECE, world)?;
            Ok((!piece.is_empty()).then_some(piece))
        });
    }
    let at = call.arguments.iter().position(|given| given.same_value(source));
    let bytes = call.bytes(at.unwrap_or(0))?;
    function.of_bytes(key, &bytes)
}

impl Instance for Hasher {
    fn type_name(&self) -> Arc<str> {
        let name = self.function.name();
        Arc::from(match &*self.key.lock() {
            Some(_) => format!("System.Security.Cryptography.HMAC{name}"),
            None => format!("System.Security.Cryptography.{name}+Implementation"),
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        let base = match &*self.key.lock() {
            Some(_) => "System.Security.Cryptography.HMAC".to_owned(),
            None => format!("System.Security.Cryptography.{}", self.function.name()),
        };
        vec![
            self.type_name(),
            Arc::from(base),
            Arc::from("System.Security.Cryptography.HashAlgorithm"),
            Arc::from("System.Object"),
        ]
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "HashSize",
            "Hash",
            "CanReuseTransform",
            "CanTransformMultipleBlocks",
            "InputBlockSize",
            "OutputBlockSize",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "hashsize" => Some(Value::Int(self.function.bits())),
            "hash" => Some(self.last.lock().clone()),
            "canreusetransform" | "cantransformmultipleblocks" => Some(Value::Bool(true)),
            "inputblocksize" | "outputblocksize" => Some(Value::Int(1)),
            "key" => self.key.lock().as_deref().map(Value::bytes),
            _ => None,
        }
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        (name.eq_ignore_ascii_case("Key") && self.key.lock().is_some()).then(|| {
            let mut call = Call {
                target: value,
                arguments: std::slice::from_ref(value),
                name: "Key",
                world,
            };
            *self.key.lock() = Some(call.bytes(0)?);
            Ok(())
        })
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

static METHODS: &[Method] = &[
    Method::new("ComputeHash", "byte[] ComputeHash(byte[] buffer)", |call| {
        let own = call
            .target
            .downcast::<Hasher>()
            .expect("the table of hashes is used for hashes only");
        let (source, key) = (call.value(0)?.clone(), own.key.lock().clone());
        let hash = if call.count() == 3 {
            let (bytes, start, count) = (call.bytes(0)?, call.int(1)?, call.int(2)?);
            let (start, count) = (start.max(0) as usize, count.max(0) as usize);
            let part = bytes
                .get(start..start.saturating_add(count))
                .ok_or_else(|| super::fault::argument("Value was invalid."))?;
            own.function.of_bytes(key.as_deref(), part)?
        } else {
            hash_of(own.function, key.as_deref(), &source, call)?
        };
        let hash = Value::bytes(&hash);
        *own.last.lock() = hash.clone();
        Ok(hash)
    }),
    Method::new("Initialize", "void Initialize()", |_| Ok(Value::Nothing)),
    Method::new("Clear", "void Clear()", |_| Ok(Value::Nothing)),
    Method::new("Dispose", "void Dispose()", |_| Ok(Value::Nothing)),
];
