//! Addresses, compared with the registries as they are written.

use std::net::{IpAddr, Ipv6Addr};

use proptest::prelude::*;

use crate::address::is_public;

/// Not public: IANA's special-purpose registries for IPv4 and IPv6, multicast, reserved and returned space, and the one
/// address that a cloud answers to its machines.
const SPECIAL: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/3",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3ffe::/16",
    "3fff::/20",
    "4000::/2",
    "8000::/1",
];
/// Its last 32 bits are an IPv4 address, and count in place of the whole.
const NAT64: &str = "64:ff9b::/96";

/// Bits of an address, left-aligned, and how many there are.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn address(bits: u128, width: u32) -> IpAddr {
    if width == 32 { IpAddr::V4(u32::try_from(bits >> 96).unwrap().into()) } else { IpAddr::V6(bits.into()) }
}

/// First and last bits, and the width.
fn range(block: &str) -> (u128, u128, u32) {
    let (base, length) = block.split_once('/').unwrap();
    let (first, width) = bits(base.parse().unwrap());
    let rest = u128::MAX.checked_shr(length.parse().unwrap()).unwrap_or(0);
    let last = first | rest & if width == 32 { u128::MAX << 96 } else { u128::MAX };
    (first, last, width)
}

fn is_in(address: IpAddr, block: &str) -> bool {
    let (bits, of) = bits(address);
    let (first, last, width) = range(block);
    of == width && (first..=last).contains(&bits)
}

fn expected(address: IpAddr) -> bool {
    match address {
        IpAddr::V6(v6) if is_in(address, NAT64) => {
            expected(IpAddr::V4(u32::try_from(v6.to_bits() & u128::from(u32::MAX)).unwrap().into()))
        }
        _ => !SPECIAL.iter().any(|block| is_in(address, block)),
    }
}

#[test]
fn every_block_ends_where_its_registry_says() {
    let mut compared = 0;
    for block in SPECIAL.iter().chain([&NAT64]) {
        let (first, last, width) = range(block);
        let one = if width == 32 { 1 << 96 } else { 1 };
        let inside =
            [first, first.saturating_add(one), first + (last - first) / 2, last.saturating_sub(one), last];
        let outside = [first.checked_sub(one), last.checked_add(one)];
        for bits in inside.into_iter().chain(outside.into_iter().flatten()) {
            let address = address(bits, width);
            assert_eq!(is_public(address), expected(address), "{address}, of {block}");
            compared += 1;
        }
    }
    assert!(compared > 190, "{compared}");
}

/// The same from the IPv4 addresses in every form of IPv6 that carries one.
#[test]
fn an_address_inside_an_address_is_no_way_in() {
    let v4: Vec<u32> = SPECIAL
        .iter()
        .filter(|block| !block.contains(':'))
        .flat_map(|block| {
            let (first, last, _) = range(block);
            [first, last].map(|bits| u32::try_from(bits >> 96).unwrap())
        })
        .chain([0x0808_0808, 0x5db8_d822])
        .collect();
    for inner in v4 {
        let low = u128::from(inner);
        let text = IpAddr::V4(inner.into());
        let forms = [
            ("compatible", low),
            ("mapped", 0xffff_0000_0000 | low),
            ("translated", 0xffff_0000_0000_0000 | low),
            ("local NAT64", 0x0064_ff9b_0001 << 80 | low),
            ("6to4", 0x2002 << 112 | low << 80),
            ("Teredo", 0x2001_0000 << 96 | u128::from(!inner)),
        ];
        for (form, bits) in forms {
            assert!(!is_public(IpAddr::V6(bits.into())), "{text}, {form}");
        }
        let nat64 = IpAddr::V6((0x0064_ff9b << 96 | low).into());
        assert_eq!(is_public(nat64), is_public(text), "{text} by NAT64");
    }
}

#[test]
fn what_must_never_be_reached_is_not_and_what_must_be_is() {
    let inside = "0.0.0.0 10.0.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254 169.254.170.2 \
        172.31.0.2 192.0.0.192 192.168.1.1 198.19.255.255 224.0.0.1 239.255.255.250 255.255.255.255 168.63.129.16 \
        :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 \
        64:ff9b::169.254.169.254 64:ff9b::10.1.2.3 64:ff9b:1::8.8.8.8 64:ff9b:0:1::8.8.8.8 100::1 2001::1 2001:10::1 \
        2001:20::1 2001:2::1 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8::1 2002:7f00:1:: 2002:808:808::1 \
        3ffe::1 3fff:fff::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 febf::1 fec0::1 feff::1 ff02::1 ff0e::1 \
        4000::1 1fff::1";
    for text in inside.split_whitespace() {
        assert!(!is_public(text.parse().unwrap()), "{text}");
    }
    let outside = "1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 \
        128.0.0.0 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 \
        192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2000::1 2001:200:: \
        2001:4860:4860::8888 2001:db7:ffff:: 2001:db9:: 2003:: 2400:: 2606:4700::1111 2620:4f:7fff:: 2620:4f:8001:: \
        2a00:: 2c00:: 3ffd:: 3fff:1000:: 64:ff9b::8.8.8.8 64:ff9b::93.184.216.34";
    for text in outside.split_whitespace() {
        assert!(is_public(text.parse().unwrap()), "{text}");
    }
}

/// Mostly close to a block, where mistakes are.
fn any_address() -> impl Strategy<Value = IpAddr> {
    let near = (proptest::sample::select(SPECIAL), any::<bool>(), -70_000_i64..70_000).prop_map(
        |(block, at_end, distance)| {
            let (first, last, width) = range(block);
            let step = i128::from(distance);
            let end = if at_end { last } else { first };
            if width == 32 {
                let moved = (i128::try_from(end >> 96).unwrap() + step).rem_euclid(1 << 32);
                address(u128::try_from(moved).unwrap() << 96, 32)
            } else {
                address(end.wrapping_add_signed(step), 128)
            }
        },
    );
    let carrying = any::<u32>().prop_map(|inner| {
        let nat64: Ipv6Addr = (0x0064_ff9b << 96 | u128::from(inner)).into();
        IpAddr::V6(nat64)
    });
    let unicast = any::<u128>().prop_map(|bits| IpAddr::V6((bits >> 3 | 1 << 125).into()));
    let v4 = any::<u32>().prop_map(|bits| IpAddr::V4(bits.into()));
    let v6 = any::<u128>().prop_map(|bits| IpAddr::V6(bits.into()));
    prop_oneof![4 => near, 1 => carrying, 1 => unicast, 1 => v4, 1 => v6]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nothing_passes_but_global_unicast(address in any_address()) {
        prop_assert_eq!(is_public(address), expected(address));
    }
}
