"""Which addresses of the internet a page may be fetched from: public ones, by the IANA special-purpose registries."""

from __future__ import annotations

import ipaddress

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # IANA has assigned no other part of IPv6 to the public internet
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")  # RFC 3056: an IPv4 address, perhaps a private one, in disguise
_TEREDO = ipaddress.ip_network("2001::/32")  # RFC 4380: the same
# Python's tables count these as public in some versions: IETF protocol assignments, the old 6to4 relay (RFC 7526)
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24")))


def is_public(address: str) -> bool:
    """False for what is private, loopback, link-local, shared (CGNAT), multicast, reserved, not an address at all, or
    carries an IPv4 address inside (IPv4-mapped, NAT64, 6to4, Teredo)."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or not ip.is_global:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC)
    return ip in _GLOBAL_UNICAST and ip not in _SIX_TO_FOUR and ip not in _TEREDO
