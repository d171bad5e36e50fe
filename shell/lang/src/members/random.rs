//! System.Random: numbers from the host, or from a seed (not .NET's sequence).

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, Method, fault};
use crate::error::Result;
use crate::value::{Instance, Value};

/// A generator.
pub struct Random {
    state: Mutex<Option<u64>>,
}

/// `[random]::new()` or with a seed.
pub fn construct(seed: Option<i64>) -> Value {
    Value::instance(Random {
        state: Mutex::new(seed.map(|seed| seed as u64 ^ 0x9E37_79B9_7F4A_7C15)),
    })
}

impl Instance for Random {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Random")
    }

    fn to_text(&self) -> String {
        "System.Random".to_owned()
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn bits(call: &Call<'_>) -> Result<u64> {
    let random = call.target.downcast::<Random>();
    let mut state = random.map(|random| random.state.lock());
    if let Some(Some(state)) = state.as_deref_mut() {
        // splitmix64
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        return Ok(mixed ^ (mixed >> 31));
    }
    call.world.host().map(crate::host::Host::random).ok_or_else(|| {
        fault::raised(
            "System.PlatformNotSupportedException",
            "No source of random numbers.",
        )
    })
}

fn between(call: &mut Call<'_>) -> Result<i64> {
    let (least, most) = match call.count() {
        0 => (0, i64::from(i32::MAX)),
        1 => (0, call.long(0)?),
        _ => (call.long(0)?, call.long(1)?),
    };
    if most < least {
        return Err(fault::out_of_range(
            "minValue",
            "'minValue' cannot be greater than maxValue.",
        ));
    }
    let width = (most - least) as u64;
    Ok(if width == 0 {
        least
    } else {
        least + ((u128::from(bits(call)?) * u128::from(width)) >> 64) as i64
    })
}

static METHODS: &[Method] = &[
    Method::new(
        "Next",
        "int Next(), int Next(int maxValue), int Next(int minValue, int maxValue)",
        |call| Ok(Value::Int(between(call)? as i32)),
    ),
    Method::new("NextInt64", "long NextInt64()", |call| {
        Ok(Value::Long(between(call)?))
    }),
    Method::new("NextDouble", "double NextDouble()", |call| {
        Ok(Value::Double((bits(call)? >> 11) as f64 / (1u64 << 53) as f64))
    }),
    Method::new("NextBytes", "void NextBytes(byte[] buffer)", |call| {
        if let Value::Array(array) = call.value(0)?.base() {
            let count = array.len();
            for at in 0..count {
                let byte = bits(call)? as u8;
                array.items.write()[at] = Value::Byte(byte);
            }
        }
        Ok(Value::Nothing)
    }),
];
