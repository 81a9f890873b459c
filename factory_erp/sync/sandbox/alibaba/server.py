"""The sandbox's HTTP server on loopback: calls in, answers or faults out."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from factory_erp.sync.sandbox.alibaba.payloads import Payload
from factory_erp.sync.sandbox.alibaba.protocol import answer
from factory_erp.sync.sandbox.alibaba.state import SandboxState
from factory_erp.sync.sandbox.faults import FaultProfile, FaultSource

_LONGEST_FORM = 1_000_000
_HTML = b"<html><body><h1>Please try again later</h1></body></html>"


class SandboxServer:
    """A sandbox platform at ``url``; start and stop it, or use it as a context manager.

    ``latency`` is seconds before each answer, ``calls_per_second`` the rate above which it throttles (0: no
    limit), ``port`` 0 a free one. ``state`` may be read and changed while it runs.
    """

    def __init__(
        self,
        orders: Iterable[Payload] = (),
        *,
        app_key: str = "sandbox-app",
        app_secret: str = "sandbox-secret",
        latency: float = 0.0,
        calls_per_second: int = 0,
        faults: FaultProfile | None = None,
        port: int = 0,
        state: SandboxState | None = None,
    ) -> None:
        self.state = state or SandboxState(orders, app_key=app_key, app_secret=app_secret)
        self.latency = latency
        self.calls_per_second = calls_per_second
        self.faults = FaultSource(faults or FaultProfile())
        self.stopping = Event()
        self._recent: deque[float] = deque()
        self._lock = Lock()
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
        self.faults = FaultSource(profile)

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

    def throttled(self) -> bool:
        """Count a call; whether it is over the limit of calls in the last second."""
        if not self.calls_per_second:
            return False
        with self._lock:
            now = time.monotonic()
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            over = len(self._recent) >= self.calls_per_second
            if not over:
                self._recent.append(now)
            return over


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
    """One connection: reads forms, answers JSON."""

    server: _Http
    protocol_version = "HTTP/1.1"
    # Header and body go out in two writes; without this the second waits for the client's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """The state as JSON, or an API call with its parameters in the address."""
        target = urlsplit(self.path)
        if target.path == "/_sandbox/state":
            self._send(200, _json(self.server.sandbox.state.snapshot()))
        else:
            self._call(target.path, target.query)

    def do_POST(self) -> None:
        """An API call with a form."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LONGEST_FORM:
            self.close_connection = True
            self._send(400, _json({"type": "ISV", "code": "InvalidParameter", "message": "bad length"}))
            return
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        self._call(urlsplit(self.path).path, body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the call log is in the state, and addresses with tokens belong into no log."""

    def _call(self, api: str, query: str) -> None:
        sandbox = self.server.sandbox
        sandbox.stopping.wait(sandbox.latency)
        form = dict(parse_qsl(query, keep_blank_values=True))
        fault = "throttle" if sandbox.throttled() else sandbox.faults.draw(api)
        if fault == "expired_token" and not sandbox.state.expire(form.get("access_token", "")):
            fault = "none"
        reply = None if fault in ("http500", "timeout_before", "html_200") else self._reply(api, form, fault)
        sandbox.state.record(api, str(reply["code"]) if reply else "", fault)
        self._answer(fault, reply)

    def _reply(self, api: str, form: dict[str, str], fault: str) -> Payload:
        sandbox = self.server.sandbox
        if fault == "throttle":
            ban = sandbox.faults.profile.ban_seconds
            text = f"Api access frequency exceeds the limit. this ban will last {ban} seconds"
            return {"type": "ISV", "code": "ApiCallLimit", "message": text}
        return answer(sandbox.state, api, form)

    def _answer(self, fault: str, reply: Payload | None) -> None:
        sandbox = self.server.sandbox
        if fault in ("timeout_before", "timeout_after_acting"):
            sandbox.stopping.wait(sandbox.faults.profile.hang_seconds)
            self.close_connection = True
        elif reply is None:
            self._send(500 if fault == "http500" else 200, _HTML, "text/html")
        else:
            body = _json({**reply, "request_id": f"sandbox{sum(sandbox.state.counts.values()):012d}"})
            self._send(200, body[: len(body) // 2] if fault == "truncated_json" else body)

    def _send(self, status: int, body: bytes, kind: str = "application/json;charset=UTF-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _json(value: Payload) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")
