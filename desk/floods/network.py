"""Network addresses: by what attempts are counted, and what of one may be kept and shown."""

from __future__ import annotations

import ipaddress


def source_of(host: str) -> str:
    """By what is counted where something came from: an address, of IPv6 the network of one household."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:50]
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped is not None else str(ipaddress.ip_network((address, 64), strict=False))


def masked(source: str) -> str:
    """An address without what tells one machine or household: three numbers of IPv4, 48 bits of IPv6."""
    try:
        address = ipaddress.ip_address(source.split("/")[0])
    except ValueError:
        return "unknown"
    if address.version == 4:
        return f"{str(address).rsplit('.', 1)[0]}.*"
    return str(ipaddress.ip_network((address, 48), strict=False))
