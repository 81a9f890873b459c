"""Which addresses of the internet a picture may be fetched from: public ones, written plainly.

A link that somebody else wrote must not make this computer talk to the office's own network, to itself or
to a cloud's metadata service, however the address is spelled (OWASP, server-side request forgery; the
special-purpose address registries of IANA, RFC 6890).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _

_NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
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
        "2001::/23",  # Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_GLOBAL_V6 = ip_network("2000::/3")
"""The only part of IPv6 that is handed out; mapped and translated IPv4 addresses (NAT64) lie outside."""

_CLOUD = frozenset({IPv4Address("168.63.129.16"), IPv4Address("100.100.100.200")})
"""Addresses that look public or shared and are a cloud's own service."""

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_INSIDE = (
    ".localhost",
    ".local",
    ".localdomain",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".home.arpa",
)
_PORTS = {"http": 80, "https": 443}
_LONGEST = 2048


class FetchRefused(DomainError):
    """The picture is not fetched: its address, what stands there or how it is sent is not acceptable."""


def refused(reason: str, record: str = "") -> FetchRefused:
    """The refusal for *reason*."""
    return FetchRefused(
        reason, record=record, field="url", remedy=_("Save the picture on this PC and add it from its file.")
    )


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes. ``host`` is a name in ASCII or an address; ``path`` includes the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """The address for people, without the query: it may carry a permission."""
        return f"{self.scheme}://{self.authority}{self.path.partition('?')[0]}"

    @property
    def authority(self) -> str:
        """Host and, where it is not the usual one, port, as the ``Host`` header writes them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def literal(self) -> bool:
        """Whether the host is an address, of which nobody has to be asked."""
        return ":" in self.host or _ends_in_number(self.host)

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.authority}{self.path}"


def target(url: str, ports: frozenset[int]) -> Target:
    """Where *url* leads, its spelling checked; raises FetchRefused. Nothing is looked up yet."""
    if len(url) > _LONGEST or not url.isprintable() or any(one in url for one in ' \\"<>^`{|}'):
        raise refused(_("The address holds characters that no web address has, or is too long."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise refused(_("This is not a web address.")) from None
    if parts.scheme not in _PORTS:
        raise refused(_("Pictures are fetched from addresses that begin with http:// or https:// only."))
    if "@" in parts.netloc:
        raise refused(_("The address holds a user name or password."))
    port = _PORTS[parts.scheme] if port is None else port
    if port not in ports:
        raise refused(_("The address names the port {port}, which is not one of the web.", port=port))
    return Target(parts.scheme, _host(host, parts.netloc), port, _path(parts))


def _host(host: str, netloc: str) -> str:
    """The host in ASCII; odd spellings of addresses and names of the own network are refused."""
    if "[" in netloc:
        return _literal(host)
    try:
        plain = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise refused(_("'{host}' is not the name of a computer.", host=host)) from None
    if _ends_in_number(plain):
        return _literal(plain)
    if not _NAME.fullmatch(plain) or plain.endswith(_INSIDE):
        raise refused(_("'{host}' is not the name of a computer on the internet.", host=host))
    return plain


def _ends_in_number(host: str) -> bool:
    """Whether programs take *host* for an IPv4 address (WHATWG URL: it "ends in a number")."""
    return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def _literal(text: str) -> str:
    """An address written out: 127.1, 0x7f.1 and 017700000001 are spellings that no honest link has."""
    try:
        if "%" in text:
            raise ValueError(text)
        return str(ip_address(text))
    except ValueError:
        raise refused(_("'{host}' is an unusual spelling of an address.", host=text)) from None


def _path(parts: SplitResult) -> str:
    whole = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # What a person copied from a browser may hold Chinese letters; on the wire they are percent-encoded.
    return "".join(
        one if one.isascii() else "".join(f"%{byte:02X}" for byte in one.encode()) for one in whole
    )


def is_public(address: str) -> bool:
    """Whether *address*, in its usual spelling, is a single computer on the public internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (found.scope_id or found not in _GLOBAL_V6):
        return False
    special = any(found.version == network.version and found in network for network in _NOT_PUBLIC)
    return found.is_global and not special and not found.is_multicast and found not in _CLOUD
