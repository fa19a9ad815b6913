"""By what a network address is counted, and what of it may be kept."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.floods import network


@pytest.mark.parametrize(
    ("host", "source", "masked"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.*"),
        ("2001:db8:5:6:7::8", "2001:db8:5:6::/64", "2001:db8:5::/48"),
        ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.*"),
        ("testclient", "testclient", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_an_address(host: str, source: str, masked: str) -> None:
    assert network.source_of(host) == source
    assert network.masked(source) == masked


@given(st.text())
def test_whatever_a_proxy_tells_can_be_counted_and_is_short(host: str) -> None:
    source = network.source_of(host)
    assert len(source) <= 50
    assert len(network.masked(source)) <= 50


@given(st.ip_addresses(v=6), st.integers(0, 2**80 - 1))
def test_what_is_kept_is_the_same_for_a_whole_network(address: ipaddress.IPv6Address, other: int) -> None:
    neighbour = ipaddress.IPv6Address(int(address) >> 80 << 80 | other)
    if address.ipv4_mapped is None and neighbour.ipv4_mapped is None:
        assert network.masked(network.source_of(str(address))) == network.masked(network.source_of(str(neighbour)))
