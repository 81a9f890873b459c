"""Pictures from addresses that somebody else wrote: nothing inside is ever reached."""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from factory_erp.domain.errors import DomainError
from factory_erp.models.catalog import Product
from factory_erp.models.database import Database
from factory_erp.services.files.images import images
from factory_erp.sync.http import fetch
from factory_erp.sync.http.addresses import is_public, target
from factory_erp.sync.http.fetch import FetchedImage, FetchFailed, FetchLimits, FetchRefused, fetch_image
from factory_erp.sync.image_urls import add_images_from_urls

PUBLIC = "93.184.216.34"
ELSEWHERE = "151.101.1.69"
PUBLIC_DNS = "8.8.8.8"
SMALL = FetchLimits(bytes=100_000, seconds=2)


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, kind)
    return made.getvalue()


INSIDE = (
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255",
    "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.0.1",
    "100.64.0.1", "100.100.100.200", "100.127.255.254", "192.0.0.170", "192.0.2.1", "192.88.99.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "168.63.129.16",
)  # fmt: skip
INSIDE_V6 = (
    "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "3fff::1",
    "100::1", "2001::1", "2001:10::1", "::127.0.0.1", "::ffff:93.184.216.34", "64:ff9b::93.184.216.34",
    "2002:5db8:d822::1", "4000::1",
)  # fmt: skip


def spellings(address: str) -> Iterator[str]:
    """The ways in which programs have read an IPv4 address."""
    number = int(IPv4Address(address))
    one, two, three, four = IPv4Address(address).packed
    yield from (str(number), hex(number), f"0{number:o}", f"{number:#010x}")
    yield f"{one}.{number & 0xFFFFFF}"
    yield f"{one}.{two}.{number & 0xFFFF}"
    yield ".".join(f"0x{part:x}" for part in (one, two, three, four))
    yield ".".join(f"0{part:o}" for part in (one, two, three, four))
    yield ".".join(f"{part:03d}" for part in (one, two, three, four))
    yield address.translate(str.maketrans("0123456789.", "０１２３４５６７８９。"))
    yield address.replace(".", "%2e")
    yield f"{address}."


def mapped(address: str) -> Iterator[str]:
    """IPv6 addresses that carry an IPv4 one."""
    number = int(IPv4Address(address))
    high, low = number >> 16, number & 0xFFFF
    for form in ("::ffff:{}", "::{}", "64:ff9b::{}", "64:ff9b:1::{}", "::ffff:0:{}"):
        yield f"[{form.format(address)}]"
        yield f"[{form.format(f'{high:x}:{low:x}')}]"
    yield f"[2002:{high:x}:{low:x}::1]"
    yield f"[2001:0:{high:x}:{low:x}::1]"


def hostile() -> list[str]:
    hosts = [*INSIDE, *(f"[{one}]" for one in INSIDE_V6)]
    for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", PUBLIC_DNS):
        # A full stop at the end and full-width digits name the same computer to everybody.
        harmless = {f"{PUBLIC_DNS}.", *(one for one in spellings(PUBLIC_DNS) if not one.isascii())}
        hosts += [one for one in spellings(address) if one not in harmless]
    for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1"):
        hosts += mapped(address)
    hosts += ["localhost", "LOCALHOST", "localhost.", "intranet", "printer.local", "erp.lan", "a.internal"]
    hosts += ["127.1", "127.0.1", "0", "0x7f.1", "0x", "1.2.3.4.5", "256.1.1.1", "[fe80::1%25eth0]", "[::1"]
    urls = [f"{scheme}://{host}/a.png" for host in hosts for scheme in ("http", "https")]
    urls += [
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "gopher://example.com/",
        "data:image/png;base64,",
    ]
    urls += ["//example.com/a.png", "/etc/passwd", "C:\\a.png", "", "http:", "http://", "http:///a.png"]
    urls += ["http://user@example.com/", "http://user:pw@example.com/", "http://example.com@127.0.0.1/"]
    urls += [f"http://example.com:{port}/a.png" for port in (0, 22, 25, 3306, 5432, 6379, 8080, 65535)]
    urls += ["http://example.com:x/", "http://example.com:99999/", "http://example.com\\@127.0.0.1/"]
    urls += [
        "http://exa mple.com/",
        "http://example.com/\r\nHost: inside",
        "http://example.com/\x00",
        "http://-a.b/",
    ]
    urls += [
        "http://a..b/",
        "http://.example.com/",
        "http://" + "a" * 64 + ".com/",
        "http://example.com/" + "a" * 3000,
    ]
    return list(dict.fromkeys(urls))


HOSTILE = hostile()


@dataclass
class Guard:
    """Counts what would have been dialled, and dials nothing."""

    dialled: list[str] = field(default_factory=list)

    def __call__(self, address: str, port: int, seconds: float) -> socket.socket:
        self.dialled.append(address)
        raise ConnectionRefusedError(address)


def innocent(host: str) -> list[str]:
    """What a system's resolver makes of anything: an odd spelling is an address to it."""
    with suppress(OSError):
        return [socket.inet_ntoa(socket.inet_aton(host))]
    return [host] if ":" in host else [PUBLIC]


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every connection of this process, which is then refused."""
    tried: list[object] = []

    def refuse(_line: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError(address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


def test_there_are_enough_hostile_addresses() -> None:
    assert len(HOSTILE) >= 200


@pytest.mark.parametrize("url", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_address_is_refused_without_a_connection(url: str, no_sockets: list[object]) -> None:
    guard = Guard()
    with pytest.raises(FetchRefused) as caught:
        fetch_image(url, resolver=innocent, dial=guard)
    assert caught.value.remedy
    with pytest.raises(FetchRefused):
        fetch_image(url, resolver=lambda _host: [PUBLIC], dial=guard)
    with pytest.raises(FetchRefused):
        fetch_image(url)
    assert not guard.dialled
    assert not no_sockets


@pytest.mark.parametrize("address", [*INSIDE, *INSIDE_V6])
def test_a_name_that_leads_inside_is_refused_even_among_public_addresses(address: str) -> None:
    guard = Guard()
    for found in ([address], [PUBLIC, address], [address, PUBLIC]):
        with pytest.raises(FetchRefused):
            fetch_image(
                "https://pictures.example.com/a.png", resolver=lambda _host, found=found: found, dial=guard
            )
    assert not guard.dialled


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "223.5.5.5"])
def test_public_addresses_are_dialled_as_they_were_checked(address: str) -> None:
    guard = Guard()
    with pytest.raises(FetchFailed):
        fetch_image("http://example.com/a.png", resolver=lambda _host: [address], dial=guard)
    assert guard.dialled == [address]


@given(st.ip_addresses(v=4))
def test_no_private_address_is_public(address: IPv4Address) -> None:
    assert not (is_public(str(address)) and not address.is_global)


@pytest.mark.parametrize("network", ["10.0.0.0/8", "100.64.0.0/10", "fc00::/7", "2002::/16", "198.18.0.0/15"])
def test_both_ends_of_a_private_network_are_refused(network: str) -> None:
    found = ip_network(network)
    assert not is_public(str(found[0]))
    assert not is_public(str(found[-1]))


def test_spellings_that_honest_links_have() -> None:
    ports = frozenset({80, 443, 8443})
    assert target("HTTPS://Example.COM./a b".replace(" ", "%20"), ports).url == "https://example.com/a%20b"
    assert target("https://图片.example.com/", ports).host == "图片.example.com".encode("idna").decode()
    assert target("http://example.com/杯.jpg", ports).path == "/%E6%9D%AF.jpg"
    assert target("https://example.com:8443?a=1#part", ports).url == "https://example.com:8443/?a=1"
    assert target("http://[2606:4700:4700::1111]/", ports).authority == "[2606:4700:4700::1111]"


# A server that plays the internet


Answer = bytes | Callable[[socket.socket], None]


class Web:
    """A server on loopback to which every public address leads; answers by path, notes what was asked."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []
        self.dialled: list[str] = []
        self.stop = Event()
        self._context = context
        self._line = socket.create_server(("127.0.0.1", 0))
        self._line.settimeout(0.1)
        self._threads: list[Thread] = [Thread(target=self._listen)]

    def __enter__(self) -> Web:
        self._threads[0].start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()
        self._line.close()

    def _listen(self) -> None:
        while not self.stop.is_set():
            with suppress(TimeoutError):
                line, _peer = self._line.accept()
                thread = Thread(target=self._serve, args=[line])
                self._threads.append(thread)
                thread.start()

    def _serve(self, line: socket.socket) -> None:
        line.settimeout(5)
        try:
            if self._context is not None:
                line = self._context.wrap_socket(line, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                part = line.recv(4096)
                if not part:
                    return
                head += part
            text = head.decode()
            self.requests.append(text)
            answer = self.answers[text.split(" ")[1]]
            if callable(answer):
                answer(line)
            else:
                line.sendall(answer)
        except OSError:
            pass
        finally:
            line.close()

    def dial(self, address: str, _port: int, seconds: float) -> socket.socket:
        self.dialled.append(address)
        return socket.create_connection(self._line.getsockname(), timeout=seconds)

    def fetch(self, url: str, limits: FetchLimits = SMALL, **names: str) -> FetchedImage:
        """Fetch; *names* are hosts (dots as underscores) that lead elsewhere."""
        known = {name.replace("_", "."): address for name, address in names.items()}
        return fetch_image(
            url, resolver=lambda host: [known.get(host, PUBLIC)], limits=limits, dial=self.dial
        )


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    said = {"Content-Length": str(len(body)), **{k.replace("_", "-"): v for k, v in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def leads_to(url: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, Location=url)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


def test_a_picture_is_fetched_by_the_name_of_its_host(web: Web) -> None:
    web.answers["/a.png?key=1"] = answer(picture(), Content_Type="text/plain", Set_Cookie="id=1")
    found = web.fetch("http://pictures.example.com/a.png?key=1")
    assert (found.bytes, found.media_type) == (picture(), "image/png")
    assert found.final_url == "http://pictures.example.com/a.png?key=1"
    assert "Host: pictures.example.com\r\n" in web.requests[0]
    assert web.dialled == [PUBLIC]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_a_picture_is_stands_in_its_bytes(web: Web, kind: str) -> None:
    web.answers["/a"] = answer(picture(kind), Content_Type="application/x-evil")
    assert web.fetch("http://example.com/a").media_type == f"image/{kind.lower()}"


def test_chunks_and_a_body_that_ends_with_the_connection(web: Web) -> None:
    body = picture()
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    web.answers["/chunks"] = answer(chunked, Content_Length="", Transfer_Encoding="chunked")
    web.answers["/close"] = answer(body, Content_Length="")
    assert web.fetch("http://example.com/chunks").bytes == body
    assert web.fetch("http://example.com/close").bytes == body


def test_each_redirect_is_checked_and_its_cookies_are_forgotten(web: Web) -> None:
    web.answers["/a"] = answer(b"", "301 Moved", Location="/b", Set_Cookie="secret=1")
    web.answers["/b"] = leads_to("http://other.example.com/c", "307 Temporary Redirect")
    web.answers["/c"] = answer(picture())
    found = web.fetch("http://example.com/a", other_example_com=ELSEWHERE)
    assert found.final_url == "http://other.example.com/c"
    assert web.dialled == [PUBLIC, PUBLIC, ELSEWHERE]
    assert not any("secret" in request for request in web.requests)


@pytest.mark.parametrize(
    "url", HOSTILE[:: len(HOSTILE) // 60], ids=range(len(HOSTILE[:: len(HOSTILE) // 60]))
)
def test_a_redirect_inside_is_not_followed(web: Web, url: str) -> None:
    if not url.isprintable() or "://" not in url:
        url = "http://127.0.0.1/"
    web.answers["/a"] = leads_to(url.encode().decode("latin-1"))
    with pytest.raises(DomainError):
        fetch_image(
            "http://example.com/a",
            resolver=lambda host: [PUBLIC] if host == "example.com" else innocent(host),
            limits=SMALL,
            dial=web.dial,
        )
    assert set(web.dialled) == {PUBLIC}
    assert len(web.requests) == 1


def test_a_name_that_changes_its_address_is_checked_again_at_every_hop(web: Web) -> None:
    answers = iter([PUBLIC, "127.0.0.1"])
    web.answers["/a"] = leads_to("/a")
    with pytest.raises(FetchRefused):
        fetch_image("http://rebind.example.com/a", resolver=lambda _host: [next(answers)], dial=web.dial)
    assert web.dialled == [PUBLIC]


def test_a_name_is_looked_up_once_for_a_request(web: Web) -> None:
    asked: list[str] = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return [PUBLIC if len(asked) == 1 else "127.0.0.1"]

    web.answers["/a"] = answer(picture())
    assert fetch_image("http://rebind.example.com/a", resolver=rebinding, dial=web.dial).bytes
    assert (len(asked), web.dialled) == (1, [PUBLIC])


def test_redirects_end(web: Web) -> None:
    web.answers["/a"] = leads_to("/a")
    with pytest.raises(FetchRefused):
        web.fetch("http://example.com/a")
    assert len(web.requests) == 4


def test_a_body_is_cut_off_at_the_limit_whatever_its_length_says(web: Web) -> None:
    def endless(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not web.stop.is_set():
            line.sendall(b"x" * 65536)

    web.answers["/huge"] = answer(b"", Content_Length=str(10 * 1024**3))
    web.answers["/endless"] = endless
    web.answers["/chunks"] = answer(
        b"fffff\r\n" + b"x" * 0xFFFFF, Content_Length="", Transfer_Encoding="chunked"
    )
    for path in ("huge", "endless", "chunks"):
        with pytest.raises(FetchRefused, match="larger"):
            web.fetch(f"http://example.com/{path}")


def drip(first: bytes) -> Callable[[socket.socket], None]:
    def send(line: socket.socket) -> None:
        line.sendall(first)
        for _second in range(100):
            line.sendall(b"a")
            time.sleep(0.05)

    return send


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_slow_answer_ends_with_the_whole_time(web: Web, first: bytes) -> None:
    web.answers["/slow"] = drip(first)
    began = time.monotonic()
    with pytest.raises(FetchFailed, match="too long"):
        web.fetch("http://example.com/slow", FetchLimits(seconds=0.4))
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (picture()[:-20], {"Content_Length": str(len(picture()))}),
        (b"<html>not found</html>", {}),
        (b"", {}),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"Content_Type": "image/svg+xml"}),
        (picture(), {"Content_Encoding": "gzip"}),
    ],
)
def test_what_is_no_picture_is_not_taken(web: Web, body: bytes, headers: dict[str, str]) -> None:
    web.answers["/a"] = answer(body, **headers)
    with pytest.raises((FetchRefused, FetchFailed)):
        web.fetch("http://example.com/a")


def test_a_picture_of_too_many_pixels_is_not_unfolded(web: Web) -> None:
    made = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG")
    web.answers["/bomb"] = answer(made.getvalue())
    with pytest.raises(FetchRefused, match="pixels"):
        web.fetch("http://example.com/bomb")


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content", "304 Not Modified"])
def test_an_error_page_is_no_picture(web: Web, status: str) -> None:
    web.answers["/a"] = answer(picture(), status)
    with pytest.raises(FetchFailed, match=status[:3]):
        web.fetch("http://example.com/a")


def test_an_answer_that_is_none(web: Web) -> None:
    web.answers["/a"] = b"SSH-2.0-OpenSSH\r\n"
    with pytest.raises(FetchFailed):
        web.fetch("http://example.com/a")


def test_messages_do_not_repeat_the_query_of_an_address(web: Web) -> None:
    web.answers["/a?signature=hush"] = answer(b"", "403 Forbidden")
    with pytest.raises(FetchFailed) as caught:
        web.fetch("http://example.com/a?signature=hush")
    assert "hush" not in f"{caught.value} {caught.value.record}"


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    present = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(present - timedelta(days=1))
        .not_valid_after(present + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(pem))
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return files


def test_tls_proves_the_name_although_the_address_is_dialled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = certificate(tmp_path, "pictures.example.com")
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    context.sni_callback = lambda _line, name, _context: names.append(name)
    with Web(context) as web:
        web.answers["/a.png"] = answer(picture())
        web.answers["/down"] = leads_to("http://pictures.example.com/a.png")
        with pytest.raises(FetchFailed, match="secure"):
            web.fetch("https://pictures.example.com/a.png")
        monkeypatch.setattr(fetch, "DEFAULT_CA_BUNDLE_PATH", str(cert))
        assert web.fetch("https://pictures.example.com/a.png").bytes == picture()
        with pytest.raises(FetchFailed, match="secure"):
            web.fetch("https://other.example.com/a.png")
        with pytest.raises(FetchRefused, match="secure"):
            web.fetch("https://pictures.example.com/down")
    assert names[1] == "pictures.example.com"


def test_pictures_of_a_product_from_addresses(db: Database, web: Web) -> None:
    with db.session(write=True) as session:
        product = Product(code="CUP")
        session.add(product)
        session.flush()
        product_id = product.id
    web.answers |= {"/1": answer(picture()), "/2": answer(picture(size=(9, 9))), "/3": answer(b"no")}
    urls = [f"http://example.com/{number}" for number in (1, 3, 2, 1)] + ["http://127.0.0.1/", " "]
    added = add_images_from_urls(product_id, urls, fetch=web.fetch)
    assert [one.image_id is not None for one in added.value] == [True, False, True, False]
    assert all(one.problem and one.remedy for one in added.value if one.image_id is None)
    assert [(one.width, one.height) for one in images(product_id)] == [(8, 6), (9, 9)]
    assert added.changes
    again = add_images_from_urls(product_id, urls[:1], fetch=web.fetch)
    assert again.value[0].image_id == added.value[0].image_id
