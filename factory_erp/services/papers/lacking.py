"""What a paper would have to print in another language than its own, told before it is issued."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.documents import missing_texts
from factory_erp.documents.missing import MissingText
from factory_erp.documents.snapshot import DocumentSnapshot


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a paper lacks in *language*.

    *goods* are the numbers of items without a name in it, *texts* others as they are printed instead (terms,
    remarks, clauses; of a paper in two languages both can be read in one), *words* how many of the printed
    form's own.
    """

    language: str
    goods: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    words: int = 0


def lacking(snapshot: DocumentSnapshot) -> tuple[Lacking, ...]:
    """For each language of the paper that something lacks, what; each item and text once, in order."""
    found = [_of(snapshot, language, missing) for language, missing in _by_language(snapshot).items()]
    return tuple(one for one in found if one != Lacking(one.language))


def _by_language(snapshot: DocumentSnapshot) -> dict[str, list[MissingText]]:
    found: dict[str, list[MissingText]] = {}
    for one in missing_texts(snapshot):
        found.setdefault(one.language, []).append(one)
    return found


def _of(snapshot: DocumentSnapshot, language: str, missing: list[MissingText]) -> Lacking:
    goods: dict[str, None] = {}
    others: dict[str, None] = {}
    words = 0
    for one in missing:
        if "." not in one.where:
            words += 1
        elif item := _item(snapshot, one.where):
            goods[item] = None
        elif snapshot.language != "bilingual":
            others[one.shown] = None
    return Lacking(language, tuple(goods), tuple(others), words)


def _item(snapshot: DocumentSnapshot, where: str) -> str:
    """The item that a text at "facts.lines.3.description" is the name of, "" for any other text."""
    *way, last = where.split(".")
    record: object = snapshot
    for step in way if last == "description" else ():
        if step.isdecimal():
            assert isinstance(record, tuple)  # the way counts the parts of tuples from 1
            record = record[int(step) - 1]
        else:
            record = getattr(record, step)
    return str(getattr(record, "item_number", ""))
