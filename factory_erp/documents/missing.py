"""What a document would have to say in another language than its own, told before it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from factory_erp.documents.facts import PortName, Texts
from factory_erp.documents.labels import LABELS, SENTENCES, missing
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import Wording


@dataclass(frozen=True, slots=True)
class MissingText:
    """A text that *language* lacks: where it stands ("facts.lines.3.description"), and what is printed."""

    where: str
    language: str
    shown: str


def missing_texts(snapshot: DocumentSnapshot) -> tuple[MissingText, ...]:
    """Texts of the document that are not there in its language (or in one of its two), in order.

    They are printed in English, or in what there is. Names of ports, firms and people are no such texts.
    """
    wording = Wording(snapshot.language)
    found = [
        MissingText(where, code, wording.inline(texts))
        for where, texts in _texts_in(snapshot, "")
        for code in wording.codes
        if texts and not dict(texts).get(code)
    ]
    english = {key: pair[0] for key, pair in (LABELS | SENTENCES).items()}
    words = [MissingText(key, code, english[key]) for code in wording.codes for key in missing(code)]
    return (*found, *words)


def _texts_in(record: object, path: str) -> Iterator[tuple[str, Texts]]:
    """The texts with languages in *record*, each with the way to it."""
    if isinstance(record, tuple):
        for number, part in enumerate(record, 1):
            yield from _texts_in(part, f"{path}{number}.")
    elif is_dataclass(record) and not isinstance(record, PortName | type):
        hints = _hints(type(record))
        for field in fields(record):
            value, name = getattr(record, field.name), f"{path}{field.name}"
            if hints[field.name] == Texts:
                yield name, value
            elif get_args(hints[field.name])[:1] == (Texts,):
                yield from ((f"{name}.{number}", text) for number, text in enumerate(value, 1))
            else:
                yield from _texts_in(value, f"{name}.")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
