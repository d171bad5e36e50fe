//! The network as calls see it: regions, sites, subnets.

use std::fmt;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::identity::{IdentityError, is_text};

/// Network regions, sites and subnets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Network {
    /// Parts of the network that a backbone joins.
    pub regions: Vec<NetworkRegion>,
    /// Places within regions.
    pub sites: Vec<NetworkSite>,
    /// Which addresses belong to which network site.
    pub subnets: Vec<NetworkSubnet>,
}

/// A part of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkRegion {
    /// Its name.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
    /// The central site whose pools manage the region's bandwidth.
    pub central_site: String,
}

/// A place within a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkSite {
    /// Its name.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
    /// The region that it is part of.
    pub region: String,
    /// The per-user location policy of users who are there.
    #[serde(default)]
    pub location_policy: Option<String>,
    /// The voice routing policy of calls from there.
    #[serde(default)]
    pub voice_routing_policy: Option<String>,
    /// Whether calls leave through gateways of the caller's place only.
    #[serde(default)]
    pub enable_location_based_routing: bool,
}

/// Addresses that belong to a network site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkSubnet {
    /// The subnet, e.g. `10.1.4.0/24`.
    pub subnet: SubnetAddress,
    /// The network site.
    pub site: String,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
}

/// A network address with the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubnetAddress {
    /// The network address: all host bits are zero.
    pub address: IpAddr,
    /// How many bits are the network's.
    pub mask_bits: u8,
}

impl SubnetAddress {
    /// Reads `10.1.4.0/24`.
    ///
    /// # Errors
    /// When the address or the length is none, or bits behind the prefix are set.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let wrong = |what: &str| {
            IdentityError::new(
                format!("'{text}' is not a subnet: {what}."),
                "Write address and prefix: 10.1.4.0/24.",
            )
        };
        let (address, bits) = text.split_once('/').ok_or_else(|| wrong("it has no '/'"))?;
        let address: IpAddr = address.parse().map_err(|_| wrong("the address is none"))?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let mask_bits = bits
            .parse()
            .ok()
            .filter(|bits| *bits <= width)
            .ok_or_else(|| wrong("the prefix is too long"))?;
        let subnet = SubnetAddress { address, mask_bits };
        if subnet.network(address) != subnet.network_value() {
            return Err(wrong("bits behind the prefix are set"));
        }
        Ok(subnet)
    }

    /// Whether an address is inside.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4() && self.network(address) == self.network_value()
    }

    /// The address bits, left-aligned in 128, with the host's bits cleared.
    fn network(&self, address: IpAddr) -> u128 {
        let value = aligned(address);
        if self.mask_bits == 0 {
            0
        } else {
            value & (u128::MAX << (128 - u32::from(self.mask_bits)))
        }
    }

    fn network_value(&self) -> u128 {
        aligned(self.address)
    }
}

fn aligned(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

impl fmt::Display for SubnetAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.mask_bits)
    }
}

is_text!(SubnetAddress);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_contains_its_addresses_only() {
        let subnet = SubnetAddress::parse("10.1.4.0/22").expect("valid");
        for (address, inside) in [
            ("10.1.7.255", true),
            ("10.1.8.0", false),
            ("::ffff:10.1.4.1", false),
        ] {
            assert_eq!(
                subnet.contains(address.parse().expect("an address")),
                inside,
                "{address}"
            );
        }
        for text in ["10.1.4.1/22", "10.1.4.0/33", "10.1.4.0", "fe80::/129"] {
            SubnetAddress::parse(text).expect_err(text);
        }
    }
}
