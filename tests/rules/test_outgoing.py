"""Where a request may go: hundreds of addresses that lead inward, in every writing, and names that change."""

import ipaddress
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.kernel.refusals import Refused
from fairhand.outgoing.addresses import Target, denied, target_of
from fairhand.outgoing.fetch import Bounds, Fetch, FetchError, checked
from tests.counts import count

BOUNDS = Bounds(connect_s=2, silence_s=2, total_s=5, bytes_max=100_000)
# One of each net that isn't the public one, and the first and last of it.
INWARD = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
    "240.0.0.0/4", "::/128", "::1/128", "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)  # fmt: skip
METADATA = ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254")
# Of a network's own prefix: 127.0.0.1, 169.254.169.254 and 10.0.0.1 where it is 48 or 64 bits long, with a public end.
LOCAL_NAT64 = ("64:ff9b:1:7f00:0:100:808:808", "64:ff9b:1:a9fe:a9:fe00:808:808", "64:ff9b:1:0:a:0:108:808")
PUBLIC = ("1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001::1")


def _inward() -> Iterator[str]:
    rnd = random.Random(1)
    for net in map(ipaddress.ip_network, INWARD):
        first, last = int(net.network_address), int(net.broadcast_address)
        for number in {first, last, *(rnd.randint(first, last) for _ in range(6))}:
            yield str(net.network_address.__class__(number))
    yield from METADATA


def _carried(v4: str) -> Iterator[str]:
    """An address of version 4 within one of version 6, in each way there is."""
    number = int(ipaddress.IPv4Address(v4))
    yield str(ipaddress.IPv6Address((0xFFFF << 32) | number))
    yield str(ipaddress.IPv6Address((0x64FF9B << 96) | number))
    yield str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80)))
    yield str(ipaddress.IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)))


BAD = [*_inward(), *LOCAL_NAT64]
CARRIED = [each for v4 in BAD if "." in v4 and ":" not in v4 for each in _carried(v4)]
# Ways to write an address that programs read differently, or not as an address at all.
WRITTEN = [
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/",
    "http://0/", "http://017700000001/", "http://127.0.0.1.:80/", "http://[::ffff:127.0.0.1%eth0]/", "http://[::1%25lo]/",
    "http://user@example.com/", "http://user:pass@example.com/", "http://example.com@169.254.169.254/",
    "http://169.254.169.254#@example.com/", "http://example.com\\@169.254.169.254/", "http:///x", "http://", "//host/x",
    "ftp://example.com/", "file:///etc/passwd", "gopher://x/", "data:text/plain,x", "javascript:alert(1)",
    "http:example.com",
    "http://exa mple.com/", "http://example.com/\r\nX: y", "http://example.com:99999/", "http://example.com:x/",
    "http://example.com:0/", "http://ex%61mple.com/", "http://ⓔxample.com/", "http://例え.jp/", "http://.example.com/",
    "http://example..com/", "http://-a.com/", "http://a-.com/", "http://[::1", "http://::1/", "http://[fe80::1%eth0]/",
    "http://" + "a" * 64 + ".com/", "http://a.com/" + "x" * 600, "", " http://a.com/", "http://1.2.3.4.5/", "http://256.1.1.1/",
    "http://0x7f.0x0.0x0.0x1/", "http://①②⑦.⓪.⓪.①/",
]  # fmt: skip


def test_there_are_enough_of_them() -> None:
    assert len({*BAD, *CARRIED, *WRITTEN}) >= 200


@pytest.mark.parametrize("address", [*BAD, *CARRIED])
def test_an_address_that_leads_inward_is_not_asked(address: str) -> None:
    assert denied(ipaddress.ip_address(address), False) is not None
    assert isinstance(checked(Target(True, "x.example", 443, "/"), False, lambda *_: [address]), Refused)


@pytest.mark.parametrize(
    "address", METADATA + LOCAL_NAT64 + ("0.0.0.0", "::", "255.255.255.255", "224.0.0.1", "fe80::1", "169.254.9.9")
)
def test_what_gives_a_machine_its_secrets_is_not_asked_even_where_private_hosts_are(address: str) -> None:
    assert denied(ipaddress.ip_address(address), True) is not None
    for carried in _carried(address) if "." in address else ():
        assert denied(ipaddress.ip_address(carried), True) is not None


def test_public_addresses_and_private_ones_that_were_allowed_are_asked() -> None:
    for address in PUBLIC:
        assert denied(ipaddress.ip_address(address), False) is None
    for address in ("127.0.0.1", "::1", "10.2.3.4", "192.168.1.9", "172.16.0.1", "fd12::1"):
        assert denied(ipaddress.ip_address(address), True) is None


@pytest.mark.parametrize("url", WRITTEN)
def test_an_address_that_can_be_read_in_two_ways_is_refused(url: str) -> None:
    found = target_of(url)
    assert isinstance(found, Refused), found


def test_plain_addresses_are_taken_apart() -> None:
    assert target_of("https://api.example.com/v1/chat?x=1") == Target(True, "api.example.com", 443, "/v1/chat?x=1")
    assert target_of("http://[::1]:8080/v1") == Target(False, "::1", 8080, "/v1")
    assert target_of("HTTP://LOCALHOST:11434/v1") == Target(False, "localhost", 11434, "/v1")


@given(st.ip_addresses(v=4))
@settings(max_examples=count(200, 20_000))
def test_what_carries_an_address_is_denied_like_it(address: ipaddress.IPv4Address) -> None:
    for carried in _carried(str(address)):
        if denied(address, False):
            assert denied(ipaddress.ip_address(carried), False)


@given(st.text(max_size=60))
@settings(max_examples=count(200, 20_000))
def test_any_text_is_refused_or_a_target_and_nothing_else(text: str) -> None:
    for url in (text, f"http://{text}/", f"https://a.com{text}"):
        found = target_of(url)
        assert isinstance(found, Refused | Target)
        if isinstance(found, Target):
            assert found.host.isascii()
            assert "\n" not in found.path


@contextmanager
def _counting() -> Iterator[tuple[int, list[int]]]:
    """A port of this machine that counts who comes."""
    server, came = socket.create_server(("127.0.0.1", 0)), [0]

    def count_them() -> None:
        while True:
            try:
                other, _ = server.accept()
            except OSError:
                return
            came[0] += 1
            other.close()

    thread = threading.Thread(target=count_them, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], came
    finally:
        server.close()


def _fetch(url: str, resolver: Any, *, private: bool = False) -> str:
    try:
        with Fetch(url, body=b"{}", headers={}, bounds=BOUNDS, private_too=private, resolver=resolver):
            return "answered"
    except FetchError as error:
        return error.code


def test_a_name_server_that_changes_its_mind_changes_nothing() -> None:
    with _counting() as (port, came):
        answers = iter([["93.184.216.34", "127.0.0.1"], ["127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], []])
        said = [_fetch(f"http://rebinds.example:{port}/", lambda *_: next(answers)) for _ in range(5)]
        assert said == ["refused_address"] * 4 + ["unreachable"]
        assert came == [0], "not one connection was made"
        asked: list[str] = []

        def once(host: str, _port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        assert _fetch(f"http://beside.example:{port}/", once, private=True) == "broken_off"
        assert (asked, came) == (["beside.example"], [1]), "resolved once, and held to that"


def test_without_leave_this_machine_is_not_asked_by_any_name() -> None:
    with _counting() as (port, came):
        for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"):
            assert _fetch(f"http://{host}:{port}/", lambda *_: ["127.0.0.1"]) == "refused_address"
        assert came == [0]


def test_a_server_without_tls_that_we_trust_is_not_spoken_to() -> None:
    with _counting() as (port, _):
        assert _fetch(f"https://beside.example:{port}/", lambda *_: ["127.0.0.1"], private=True) in (
            "bad_tls",
            "broken_off",
        )
