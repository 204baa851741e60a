//! Which addresses are public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is one host of the public internet. Not public: every block of IANA's special-purpose registries,
/// multicast, what is reserved, and every form of IPv6 that carries an IPv4 address, which could lead back inside.
/// One of them is what DNS64 makes of public hosts, so there the address inside is asked.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

#[rustfmt::skip]
fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        // This network, private, loopback, multicast, reserved, broadcast.
        [0 | 10 | 127 | 224..=255, ..] | [172, 16..=31, ..] | [192, 168, ..]
        // Shared by a carrier's customers; link-local, where clouds keep their metadata.
        | [100, 64..=127, ..] | [169, 254, ..]
        // Protocol assignments, documentation, AS112, AMT, 6to4 relays.
        | [192, 0, 0 | 2, _] | [192, 31, 196, _] | [192, 52, 193, _] | [192, 88, 99, _] | [192, 175, 48, _]
        // Documentation and benchmarking.
        | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18 | 19, ..]
        // Looks public, and is what one cloud answers to its own machines.
        | [168, 63, 129, 16]
    )
}

#[rustfmt::skip]
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // NAT64.
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            let [.., a, b, c, d] = address.octets();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Protocol assignments (Teredo, ORCHID, benchmarking and more), documentation, 6to4, AS112, the former 6bone.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002 | 0x3ffe, ..] | [0x2620, 0x4f, 0x8000, ..] | [0x3fff, 0..=0xfff, ..]
            => false,
        // Only this eighth is given out as global unicast.
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}
