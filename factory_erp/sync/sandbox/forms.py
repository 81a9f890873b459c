"""Reading what a client posts: forms, and forms with files."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from urllib.parse import parse_qsl

LARGEST = 8 * 1024 * 1024
"""Bytes of a request's body that the sandbox takes."""

Posted = tuple[dict[str, str], dict[str, bytes]]
"""Text parameters and files by their names."""


def read_form(query: str) -> dict[str, str]:
    """The parameters of an address or of a form's body; an empty value counts as sent."""
    return dict(parse_qsl(query, keep_blank_values=True))


def read_body(body: bytes, content_type: str) -> Posted:
    """What a POST holds: ``multipart/form-data`` by its boundary, anything else as a plain form."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        return read_form(body.decode("utf-8", "replace")), {}
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for name, is_file, content in _parts(body, boundary.encode("latin-1", "replace")):
        if is_file:
            files[name] = content
        else:
            texts[name] = content.decode("utf-8", "replace")
    return texts, files


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, bool, bytes]]:
    """(name, whether it is a file, content) of each part (RFC 7578)."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        head, found, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
        name = headers.get_param("name", header="content-disposition")
        if found and isinstance(name, str):
            yield name, headers.get_filename() is not None, content
