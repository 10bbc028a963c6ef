"""Which addresses of the net may be asked, and what an address (URL) must look like. Pure."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from fairhand.kernel.limits import OUTGOING_URL_CHARS_MAX
from fairhand.kernel.refusals import Refused

Address = IPv4Address | IPv6Address
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_LETTERS = re.compile(r"[\x21-\x7e]+")
# Addresses that stand for another one: what is behind them counts. Where it stands in those of a local prefix
# (RFC 8215) is up to its network, so these are nobody's.
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")
# Of no public net, whatever the version of Python knows of them.
_CLOSED = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20",
        "5f00::/16",
    )
)  # fmt: skip
_SITE_LOCAL = IPv6Network("fec0::/10")
# Where clouds answer a machine with its own secrets: not even an endpoint beside us is one of these.
_METADATA = frozenset(
    ip_address(each) for each in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")
)


@dataclass(frozen=True, slots=True)
class Target:
    """A place to ask, taken apart: `host` in small letters without brackets, `path` as the request has it."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def shown_host(self) -> str:
        """As the header `Host` says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"


def target_of(url: str) -> Target | Refused:
    """An address taken apart. Refusal: bad_address, for anything but plain http(s) to a named host or a written IP."""
    if not url or len(url) > OUTGOING_URL_CHARS_MAX or not _LETTERS.fullmatch(url) or "\\" in url:
        return _bad("has characters that no address has, or is too long")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return _bad("is no address")
    if parts.scheme not in _PORTS:
        return _bad("begins with neither https:// nor http://")
    if "@" in parts.netloc or parts.fragment:
        return _bad("holds a name, a password or a fragment")
    if not host or "%" in host or port == 0:
        return _bad("names no host")
    if ":" in host:
        if not isinstance(written(host), IPv6Address):
            return _bad("names no host")
    elif not _HOST.fullmatch(host) or (_numeric(host) and written(host) is None):
        return _bad("names a host in a way that is read differently by different programs")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port or _PORTS[parts.scheme], path)


def written(host: str) -> Address | None:
    """The IP address that a host is, where it is one and not a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def denied(address: Address, private_too: bool) -> str | None:
    """Why an address is not asked; None where it is. `private_too`: the operator lets this host be one beside us."""
    real = _behind(address)
    if real in _METADATA or address in _METADATA:
        return "gives a machine its secrets"
    if address.version == 6 and address in _LOCAL_NAT64:
        return "carries another one, in a place that its own network alone knows"
    if real.is_unspecified or real.is_multicast:
        return "is nobody's address"
    if isinstance(real, IPv4Address) and real == IPv4Address("255.255.255.255"):
        return "is everybody's address"
    if private_too and (real.is_loopback or _is_private(real)):
        return None
    if real.is_link_local or (isinstance(real, IPv6Address) and real in _SITE_LOCAL):
        return "is on this wire alone"
    if not real.is_global or real.is_reserved or any(real in net for net in _CLOSED if net.version == real.version):
        return "is not of the public net"
    return None


def _is_private(address: Address) -> bool:
    return address.is_private and not address.is_link_local and not address.is_reserved and not address.is_unspecified


def _behind(address: Address) -> Address:
    """The address that is reached by one which only carries it."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _COMPATIBLE and int(address) > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _numeric(host: str) -> bool:
    """Written with numbers alone, as `0x7f.1`, `2130706433` or `127.1` are: libraries read these in several ways."""
    last = host.rstrip(".").rpartition(".")[2]
    return bool(re.fullmatch(r"0x[0-9a-f]*|[0-9]+", last))


def _bad(why: str) -> Refused:
    return Refused("bad_address", f"The address {why}.")
