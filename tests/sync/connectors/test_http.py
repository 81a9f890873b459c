import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from factory_erp.sync.http.client import CallFacts, HttpClient, Retry, Timeouts, parse_json, retry_after
from factory_erp.sync.http.errors import PlatformUnavailable, Throttled
from factory_erp.sync.http.limiter import Limiter


def test_no_number_of_an_answer_becomes_a_float() -> None:
    assert parse_json(b'{"a": 0.10, "b": 12, "c": NaN, "d": 1e400}') == {
        "a": "0.10",
        "b": 12,
        "c": "NaN",
        "d": "1e400",
    }


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\xff", b"[" * 100_000])
def test_what_is_not_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — any ValueError will do, the client turns it into its own
        parse_json(content)


def test_pauses_double_and_are_bounded() -> None:
    assert list(Retry(attempts=5, first_pause=1, longest_pause=3).pauses()) == [1, 2, 3, 3]


def test_a_burst_passes_and_the_rest_is_paced() -> None:
    clock = [0.0]
    waits: list[float] = []
    limiter = Limiter(2, 3, clock=lambda: clock[0], sleep=waits.append)
    for _call in range(5):
        limiter.take("a")
    assert waits == [0.5, 1.0]
    assert limiter.take("b") == 0
    clock[0] = 100.0
    assert [limiter.take("a") for _call in range(4)] == [0, 0, 0, 0.5]


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_limiter_that_lets_nothing_through_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Limiter(rate, burst)


# Over the wire


@dataclass
class Wire:
    """A server with one answer, and what was sent to it."""

    url: str = ""
    status: int = 200
    body: bytes = b'{"code":"0"}'
    headers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture
def wire() -> Iterator[Wire]:
    told = Wire()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            told.received.append((self.headers["Content-Type"], self.rfile.read(length)))
            self.send_response(told.status)
            for name, value in {"Content-Length": str(len(told.body)), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        told.url = f"http://127.0.0.1:{server.server_port}/rest"
        yield told
        server.shutdown()
        thread.join()


@pytest.fixture
def facts() -> list[CallFacts]:
    return []


@pytest.fixture
def http(facts: list[CallFacts]) -> Iterator[HttpClient]:
    client = HttpClient(timeouts=Timeouts(2, 2), sleep=lambda _seconds: None, watch=facts.append)
    yield client
    client.close()


def test_a_picture_goes_as_multipart(wire: Wire, http: HttpClient, facts: list[CallFacts]) -> None:
    files = {"image_bytes": ("cup.png", b"\x89PNG-content", "image/png")}
    form = {"name": "cup", "access_token": "canary-token"}
    http.post_form(wire.url, form, label="upload", files=files, subject="P-1", acts=True)
    [(media_type, body)] = wire.received
    assert media_type.startswith("multipart/form-data; boundary=")
    assert b'filename="cup.png"' in body
    assert b"Content-Type: image/png\r\n\r\n\x89PNG-content" in body
    [call] = facts
    assert (call.api, call.subject, call.acts, call.status, call.outcome) == ("upload", "P-1", True, 200, "")
    assert "cup.png <12 bytes>" in call.request
    assert "canary-token" not in call.request
    assert call.response == '{"code":"0"}'


@pytest.mark.parametrize(
    ("status", "body", "error", "outcome"),
    [
        (429, b"{}", Throttled, "HTTP 429 (1 s)"),
        (500, b"{}", PlatformUnavailable, "HTTP 500"),
        (302, b"{}", PlatformUnavailable, "HTTP 302"),
        (200, b"<html>", PlatformUnavailable, "the answer is not readable"),
        (200, b"[1]", PlatformUnavailable, "the answer is not readable"),
    ],
)
def test_every_call_is_told_of_however_it_ends(
    wire: Wire,
    http: HttpClient,
    facts: list[CallFacts],
    status: int,
    body: bytes,
    error: type[Exception],
    outcome: str,
) -> None:
    wire.status, wire.body, wire.headers = status, body, {"Content-Type": "text/html"}
    with pytest.raises(error):
        http.post_form(wire.url, {"a": "1"}, label="list")
    assert [(call.status, call.outcome, call.response) for call in facts] == [
        (status, outcome, body.decode())
    ]


def test_a_call_without_an_answer_is_told_of_too(http: HttpClient, facts: list[CallFacts]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(PlatformUnavailable) as raised:
        http.post_form(f"http://127.0.0.1:{port}/", {}, label="list")
    assert not raised.value.reached
    assert [(call.status, call.outcome) for call in facts] == [(0, "no connection")]


def test_a_witness_that_fails_changes_nothing(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_call: CallFacts) -> None:
        raise RuntimeError("full")

    client = HttpClient(watch=fails)
    assert client.post_form(wire.url, {}, label="list") == {"code": "0"}
    client.close()
    assert "could not be noted" in caplog.text


DATE = "Mon, 23 Nov 2026 00:30:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "37"}, 37),
        ({"Retry-After": "Mon, 23 Nov 2026 00:32:05 GMT", "Date": DATE}, 125),
        ({"Retry-After": "Mon, 23 Nov 2026 00:29:00 GMT", "Date": DATE}, 0),
        ({"Retry-After": "soon"}, 0),
        ({"Retry-After": "-5"}, 0),
        ({}, 0),
    ],
)
def test_a_time_to_wait_is_read_as_seconds_or_as_a_date(headers: dict[str, str], seconds: int) -> None:
    assert retry_after(headers) == seconds


def test_a_closed_shop_says_when_it_opens(wire: Wire, http: HttpClient) -> None:
    wire.status, wire.headers = 503, {"Retry-After": "40"}
    with pytest.raises(PlatformUnavailable) as raised:
        http.post_form(wire.url, {}, label="list")
    assert (raised.value.seconds, raised.value.reached) == (40, True)
    wire.status = 429
    with pytest.raises(Throttled) as banned:
        http.post_form(wire.url, {}, label="list")
    assert banned.value.seconds == 40


def test_a_read_waits_as_long_as_the_platform_says() -> None:
    pauses: list[float] = []
    errors: list[Exception] = [PlatformUnavailable("HTTP 503", seconds=40), Throttled(3)]

    def call() -> str:
        if errors:
            raise errors.pop(0)
        return "there"

    client = HttpClient(sleep=pauses.append, retry=Retry(first_pause=0.5))
    assert client.reading(call) == "there"
    client.close()
    assert pauses == [40, 4]


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b'{"name": "Anna \\ud83d"}', {"name": "Anna \ufffd"}),
        (b'["\\ud83d\\ude00", "a\\u0000b", 1]', ["\U0001f600", "a\ufffdb", 1]),
        (b'{"\xed\xa0\xbd": "\xed\xa0\xbd\xed\xb8\x80"}', {"\ufffd": "\U0001f600"}),
        ('{"name": "Änna \\u0000"}'.encode("utf-16"), {"name": "Änna \ufffd"}),
    ],
)  # fmt: skip
def test_what_no_database_takes_never_comes_in(content: bytes, read: object) -> None:
    """Half of a surrogate pair is what a platform leaves that cuts a name in the middle of an emoji."""
    assert parse_json(content) == read
