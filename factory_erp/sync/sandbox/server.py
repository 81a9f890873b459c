"""The HTTP server of every sandbox, on loopback: calls in, answers or faults out."""

from __future__ import annotations

import html
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import time
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from factory_erp.sync.sandbox.faults import FaultProfile, FaultSource
from factory_erp.sync.sandbox.forms import LARGEST, read_body, read_form
from factory_erp.sync.sandbox.platform import Payload, Reply, SandboxPlatform
from factory_erp.sync.sandbox.reception import HTML, Delivery, Reception, as_json

__all__ = ["Payload", "Reply", "SandboxPlatform", "SandboxServer"]


class SandboxServer:
    """A sandbox platform at ``url``; start and stop it, or use it as a context manager.

    ``latency`` is seconds before each answer, ``calls_per_second`` the rate above which it throttles (0: no
    limit), ``port`` 0 a free one.
    """

    def __init__(
        self,
        platform: SandboxPlatform,
        *,
        latency: float = 0.0,
        calls_per_second: int = 0,
        faults: FaultProfile | None = None,
        port: int = 0,
    ) -> None:
        self.platform = platform
        self.latency = latency
        self.calls_per_second = calls_per_second
        self.reception = Reception(platform, faults or FaultProfile())
        self.stopping = Event()
        self._port = port
        self._http: _Http | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """The gateway address to put into a connector's settings, without a trailing slash."""
        if self._http is None:
            raise RuntimeError("the sandbox is not running")
        return f"http://127.0.0.1:{self._http.server_port}"

    def use_faults(self, profile: FaultProfile) -> None:
        """Change what goes wrong from the next call on."""
        self.reception.faults = FaultSource(profile)

    def over_limit(self, limit: int = 0, api: str = "") -> int:
        """How many calls (of *api*, or of all) came above *limit* in any second, throttled or not.

        0 takes the server's own ``calls_per_second``.
        """
        return self.reception.counter.over_limit(limit or self.calls_per_second, api)

    def arrivals(self, api: str = "") -> list[float]:
        """Seconds of a steady clock at which the calls of *api* ("" for all) came, in order."""
        return self.reception.counter.arrivals(api)

    def start(self) -> Self:
        """Begin to listen; returns when calls are answered."""
        self.stopping.clear()
        self._http = _Http(self, self._port)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox")
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection and end every thread; safe to call twice."""
        if self._http is None or self._thread is None:
            return
        self.stopping.set()
        self._http.shutdown()
        self._http.close_connections()
        self._http.server_close()
        self._thread.join()
        self._http = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Http(ThreadingHTTPServer):
    """Keeps its open connections, so that stopping does not wait for clients to hang up."""

    daemon_threads = False

    def __init__(self, sandbox: SandboxServer, port: int) -> None:
        self.sandbox = sandbox
        self._open: set[socket.socket] = set()
        self._guard = Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        with self._guard:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            with self._guard:
                self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        # A client that hangs up in the middle is its own business; anything else is our mistake and shows.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """Shut the open connections; their threads then end by themselves."""
        with self._guard:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads forms, writes deliveries."""

    server: _Http
    protocol_version = "HTTP/1.1"
    # Header and body go out in two writes; without this the second waits for the client's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """The state, the page of the permission, or an API call with its parameters in the address."""
        target = urlsplit(self.path)
        if target.path == "/_sandbox/state":
            self._send(Delivery(body=as_json(self.server.sandbox.reception.state())))
        elif target.path.endswith("/authorize"):
            self._send(_permission(self.server.sandbox.platform.authorise(read_form(target.query))))
        else:
            self._call(target.path, read_form(target.query), {})

    def do_POST(self) -> None:
        """An API call with a form, with or without files."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True
            self._send(Delivery(400, as_json({"code": "InvalidParameter", "message": "bad length"})))
            return
        form, files = read_body(self.rfile.read(int(length)), self.headers.get("Content-Type", ""))
        target = urlsplit(self.path)
        self._call(target.path, {**read_form(target.query), **form}, files)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the call log is in the state, and addresses with tokens belong into no log."""

    def _call(self, path: str, form: Mapping[str, str], files: Mapping[str, bytes]) -> None:
        sandbox = self.server.sandbox
        sandbox.stopping.wait(sandbox.latency)
        delivery = sandbox.reception.receive(path, form, files, sandbox.calls_per_second)
        if delivery.hang is not None:
            sandbox.stopping.wait(delivery.hang)
            self.close_connection = True
            return
        sandbox.stopping.wait(delivery.pause)
        self._send(delivery)

    def _send(self, delivery: Delivery) -> None:
        self.send_response_only(delivery.status)
        self.send_header("Date", formatdate(time() + delivery.clock_off, usegmt=True))
        self.send_header("Content-Type", delivery.kind)
        self.send_header("Content-Length", str(len(delivery.body)))
        for name, value in delivery.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(delivery.body)


def _permission(target: str | None) -> Delivery:
    """The page after a person's consent: it shows the code, and goes on to an address of the web."""
    if target is None:
        return Delivery(400, b"<html><body><h1>Bad request</h1></body></html>", HTML)
    parts = urlsplit(target)
    code = dict(parse_qsl(parts.query)).get("code", "")
    page = f'<html><body><p>Authorization code:</p><pre id="code">{html.escape(code)}</pre></body></html>'
    goes_on = parts.scheme in ("http", "https")
    return Delivery(
        302 if goes_on else 200, page.encode("utf-8"), HTML, {"Location": target} if goes_on else {}
    )
