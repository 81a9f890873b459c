"""Fetching a picture from a web address that somebody else wrote, without being led astray.

The host is looked up here, every address that it has must be public, and the connection goes to the very
address that was checked: a name that answers otherwise the second time changes nothing. TLS still proves
the name. Each redirect is a new address and is checked as the first. No proxy, cookie or password takes
part. Size, time and pixels are limited, whatever the other side claims.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from urllib.parse import urljoin

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from factory_erp.config import APP_NAME
from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _
from factory_erp.services.files import pictures
from factory_erp.sync.http.addresses import FetchRefused, Target, is_public, refused, target

__all__ = ["FetchFailed", "FetchLimits", "FetchRefused", "FetchedImage", "fetch_image"]

Resolver = Callable[[str], Sequence[str]]
"""The addresses of a host; raises OSError where it has none."""

Dial = Callable[[str, int, float], socket.socket]
"""A connected socket for (address, port, timeout in seconds); raises OSError."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024
_TRIED = 3
"""Addresses of a host that are tried."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much is taken: ``bytes`` of the body, ``seconds`` for everything, redirects, ports."""

    bytes: int = 20 * 1024 * 1024
    seconds: float = 30
    redirects: int = 3
    ports: frozenset[int] = field(default=frozenset({80, 443}))


@dataclass(frozen=True, slots=True)
class FetchedImage:
    """A picture: its bytes, what they really are, and where they came from after all redirects."""

    bytes: bytes = field(repr=False)
    media_type: str
    final_url: str


class FetchFailed(DomainError):
    """The address may be asked, but gave no picture: no answer, an error, a broken file."""


def system_resolver(host: str) -> list[str]:
    """The addresses that the operating system knows for *host*."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_kind, address in found))


def system_dial(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to *address* itself; nothing is looked up any more."""
    return socket.create_connection((address, port), timeout=seconds)


def fetch_image(
    url: str,
    *,
    resolver: Resolver = system_resolver,
    limits: FetchLimits | None = None,
    dial: Dial = system_dial,
) -> FetchedImage:
    """The picture at *url*. Raises FetchRefused, or FetchFailed where trying again later may help."""
    known = limits or FetchLimits()
    fetch = _Fetch(resolver, dial, known, time.monotonic() + known.seconds)
    goal = target(url, known.ports)
    for _hop in range(known.redirects + 1):
        found = fetch.ask(goal)
        if isinstance(found, bytes):
            return FetchedImage(found, _media_type(found, goal), goal.url)
        goal = _followed(goal, found, known)
    raise refused(_("The address leads on and on to other addresses."), goal.shown)


def _followed(goal: Target, location: str, limits: FetchLimits) -> Target:
    try:
        further = urljoin(goal.url, location)
    except ValueError:
        raise refused(_("This is not a web address."), goal.shown) from None
    found = target(further, limits.ports)
    if goal.scheme == "https" and found.scheme == "http":
        raise refused(_("The address leads from a secure connection to one that is not."), goal.shown)
    return found


def _media_type(content: bytes, goal: Target) -> str:
    try:
        return pictures.media_type(content)
    except InvalidValue as error:
        raise FetchRefused(error.message, record=goal.shown, field="url", remedy=error.remedy) from error


@dataclass(frozen=True, slots=True)
class _Fetch:
    """One picture on its way, and the moment at which its time is over."""

    resolver: Resolver
    dial: Dial
    limits: FetchLimits
    deadline: float

    def ask(self, goal: Target) -> bytes | str:
        """The body that stands at *goal*, or the address that it points to."""
        try:
            with self._connected(goal) as line:
                return self._asked(line, goal)
        except (OSError, http.client.HTTPException) as error:
            raise _failed(goal, self._why(error)) from error

    def _why(self, error: Exception) -> str:
        if isinstance(error, TimeoutError) or time.monotonic() >= self.deadline:
            return _("it took too long")
        return _("the secure connection failed") if isinstance(error, ssl.SSLError) else _("no connection")

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    @contextmanager
    def _connected(self, goal: Target) -> Iterator[socket.socket]:
        """A connection to an address that was checked; it is cut when the time is over.

        A timeout of the socket alone would not do: who sends one byte now and then never meets it.
        """
        line = self._dialled(goal)
        try:
            if goal.scheme == "https":
                secure = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
                line = secure.wrap_socket(line, server_hostname=goal.host, do_handshake_on_connect=False)
            timer = Timer(self._left(), _cut, [line])
            timer.daemon = True
            timer.start()
            try:
                if isinstance(line, ssl.SSLSocket):
                    line.do_handshake()
                yield line
            finally:
                timer.cancel()
        finally:
            line.close()

    def _dialled(self, goal: Target) -> socket.socket:
        failure: OSError = OSError(goal.host)
        for address in self._addresses(goal)[:_TRIED]:
            try:
                return self.dial(address, goal.port, self._left())
            except OSError as error:
                failure = error
        raise failure

    def _addresses(self, goal: Target) -> list[str]:
        """The host's addresses. One that is not public spoils them all: an honest host has none."""
        try:
            found = [goal.host] if goal.literal else list(self.resolver(goal.host))
        except (OSError, UnicodeError) as error:
            raise _failed(goal, _("the name is not known")) from error
        if not found:
            raise _failed(goal, _("the name is not known"))
        if not all(map(is_public, found)):
            raise refused(_("'{host}' is not a computer on the public internet.", host=goal.host), goal.shown)
        return found

    def _asked(self, line: socket.socket, goal: Target) -> bytes | str:
        headers = {
            "Host": goal.authority,
            "Accept": "image/jpeg, image/png, image/webp, image/gif",
            "Accept-Encoding": "identity",
            "User-Agent": APP_NAME,
            "Connection": "close",
        }
        connection = http.client.HTTPConnection(goal.host, goal.port)
        connection.sock = line
        connection.request("GET", goal.path, headers=headers)
        with connection.getresponse() as response:
            location = response.headers.get("Location", "")
            if response.status in _REDIRECTS and location:
                return location
            if response.status != http.client.OK:
                raise _failed(goal, f"HTTP {response.status}")
            return self._body(response, goal, line)

    def _body(self, response: http.client.HTTPResponse, goal: Target, line: socket.socket) -> bytes:
        if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise refused(_("The picture is sent packed, which was not asked for."), goal.shown)
        promised = response.length
        if promised is not None and promised > self.limits.bytes:
            raise self._too_large(goal)
        body = bytearray()
        while part := self._part(response, line):
            body += part
            if len(body) > self.limits.bytes:
                raise self._too_large(goal)
        if promised is not None and len(body) != promised:
            raise _failed(goal, _("the picture was cut off"))
        return bytes(body)

    def _part(self, response: http.client.HTTPResponse, line: socket.socket) -> bytes:
        line.settimeout(self._left())
        part = response.read1(_CHUNK)
        if not part:
            self._left()  # a connection that was cut because of the time ends like a body that is whole
        return part

    def _too_large(self, goal: Target) -> FetchRefused:
        most = self.limits.bytes // (1024 * 1024)
        return refused(_("The picture is larger than {most} MB.", most=most), goal.shown)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        # Not the method of an SSLSocket, which forgets its TLS while another thread reads from it.
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def _failed(goal: Target, reason: str) -> FetchFailed:
    return FetchFailed(
        _("The picture could not be fetched ({reason}).", reason=reason),
        record=goal.shown,
        field="url",
        remedy=_("Open the address in a browser to see whether it is there, or add the picture's file."),
    )
