//! How long something soft lasts: registrations (RFC 3261 §10.3 step 7), subscriptions (RFC 6665 §4.2.1.1) and
//! publications (RFC 3903 §6) are granted in the same way.

/// What the server grants, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// Below this, 423 with Min-Expires; never for zero, which ends it.
    pub min: u32,
    /// The most that is granted.
    pub max: u32,
    /// When nothing is asked for.
    pub default: u32,
}

/// The answer is 423 with this Min-Expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooBrief {
    /// Seconds.
    pub min: u32,
}

impl Expiry {
    /// What is granted; 0 means it ends. A request below one hour may be refused as too brief, one above may not
    /// (RFC 3261 §10.3 step 7), and is granted as the smaller of both.
    pub fn grant(&self, asked: Option<u32>) -> Result<u32, TooBrief> {
        match asked {
            Some(0) => Ok(0),
            Some(seconds) if seconds < self.min && seconds < 3600 => Err(TooBrief { min: self.min }),
            Some(seconds) => Ok(seconds.min(self.max)),
            None => Ok(self.default.min(self.max)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_negotiated() {
        let expiry = Expiry {
            min: 60,
            max: 600,
            default: 300,
        };
        for (asked, granted) in [
            (None, 300),
            (Some(0), 0),
            (Some(60), 60),
            (Some(599), 599),
            (Some(u32::MAX), 600),
        ] {
            assert_eq!(expiry.grant(asked), Ok(granted), "{asked:?}");
        }
        assert_eq!(expiry.grant(Some(59)), Err(TooBrief { min: 60 }));
    }
}
