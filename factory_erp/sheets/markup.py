"""XML parts read as a stream by expat, with everything refused that could make it run away.

No document type (so no entities at all), no endless tag, no abyss of nested elements, and a budget of
elements and text for the whole file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sys import getsizeof
from xml.parsers import expat

from factory_erp.sheets.refusals import bomb, damaged, dangerous
from factory_erp.sheets.table import MIB

MAX_ELEMENTS = 16_000_000
"""Elements of all parts together: three million cells of up to four elements, and a blank tail."""

MAX_TEXT = 256 * MIB
"""Memory for the texts of all cells: an emoji makes every character of its text four bytes wide."""

_MAX_DEPTH = 64
_MAX_TAG = 2 * MIB  # expat reads an unfinished tag again with every chunk
_TEXT_BUFFER = 64 * 1024
_BROKEN = (expat.ExpatError, ValueError, LookupError)


class Budget:
    """What reading one file may cost."""

    def __init__(self, elements: int = MAX_ELEMENTS, text: int = MAX_TEXT) -> None:
        self._elements = elements
        self._text = text

    def elements(self, count: int) -> None:
        """*count* more elements; raises SheetRefused when they are used up."""
        self._elements -= count
        if self._elements < 0:
            raise bomb()

    def keep(self, text: str) -> str:
        """*text*, which will be kept; raises SheetRefused when there is no room for it."""
        self._text -= getsizeof(text)
        if self._text < 0:
            raise bomb()
        return text


class Handler:
    """Takes the elements of a part in their order; names come without the root element's prefix.

    A subclass that overrides ``start`` or ``end`` counts ``opened`` and ``closed`` itself: a call
    less for each of many million elements.
    """

    opened = 0
    closed = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self.opened += 1

    def end(self, name: str) -> None:
        """An element ends."""
        self.closed += 1

    def text(self, data: str) -> None:
        """Some of the characters between two tags."""


def parse(chunks: Iterable[bytes], handler: Handler, budget: Budget) -> None:
    """Send the XML in *chunks* to *handler*; raises SheetRefused for broken or dangerous XML.

    A ValueError or LookupError of the handler means that the XML makes no sense, and is refused too.
    """
    parser = _parser()
    parser.StartElementHandler = lambda name, attributes: _begin(parser, handler, name, attributes)
    counted = 0
    try:
        for _chunk in _fed(parser, chunks):
            budget.elements(handler.opened - counted)
            counted = handler.opened
            if handler.opened - handler.closed > _MAX_DEPTH:
                raise bomb()
        parser.Parse(b"", True)
    except _BROKEN as error:
        raise damaged() from error


def refuse_document_type(chunks: Iterable[bytes]) -> None:
    """Read XML as far as its first element; raises SheetRefused if a document type comes before it."""
    parser = _parser()
    begun: list[str] = []
    parser.StartElementHandler = lambda name, _attributes: begun.append(name)
    try:
        for _chunk in _fed(parser, chunks):
            if begun:
                return
    except _BROKEN:
        return  # a broken part harms nobody unless it is read, and then it is refused


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _TEXT_BUFFER
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise dangerous()


def _fed(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Parse each of *chunks*, then yield it; raises SheetRefused for a tag without end."""
    fed = 0
    for chunk in chunks:
        parser.Parse(chunk)
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > _MAX_TAG:
            raise bomb()
        yield chunk


def _begin(parser: expat.XMLParserType, handler: Handler, name: str, attributes: Mapping[str, str]) -> None:
    """The root element: connect the handler, directly when names have no prefix (nearly always)."""
    prefix, colon, _local = name.rpartition(":")
    prefix += colon
    start, end = handler.start, handler.end
    if prefix:
        parser.StartElementHandler = lambda name, attrs: start(name.removeprefix(prefix), attrs)
        parser.EndElementHandler = lambda name: end(name.removeprefix(prefix))
    else:
        parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = handler.text
    start(name.removeprefix(prefix), attributes)
