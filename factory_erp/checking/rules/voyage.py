"""Rule 35: vessel, voyage and day of departure, the same on every paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from factory_erp.checking.findings import Check, Finding, found
from factory_erp.checking.papers import Paper, PaperKind, PaperSet
from factory_erp.checking.rules.reading import at, kind_name, of_kind, shown
from factory_erp.checking.texts import folded, keys
from factory_erp.i18n import _

_KINDS: tuple[PaperKind, ...] = (
    "bill_of_lading",
    "commercial_invoice",
    "packing_list",
    "insurance",
    "certificate_of_origin",
    "shipping_advice",
    "booking_note",
    "customs_declaration",
    "beneficiary_certificate",
    "certificate",
    "vgm_declaration",
)
_BEFORE_NAME = re.compile(
    r"^\W*(?:M\s?[/.]?\s?V\b\.?|M\s?[/.]?\s?S\b\.?|S\s?[/.]\s?S\b\.?|VESSEL\b:?|PER\b|BY\b)\s*"
)
_BEFORE_VOYAGE = re.compile(r"^\W*(?:VOYAGE|VOY|V)\W*(?:NO\b\W*)?(?=[0-9])")
_NO_VESSEL = frozenset(("SEA", "VESSEL", "TBA", "TBN", "AIR", "SEAFREIGHT", "TRAIN", "TRUCK"))
_VESSEL_AND_VOYAGE = re.compile(
    r"^(?P<vessel>.*?\S)[\s/,]+V(?:OY)?\W*(?:NO\b\W*)?(?P<voyage>[0-9][0-9A-Z]*)\s*$"
)


def voyages_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 35: every paper names the vessel, voyage and departure of the bill of lading."""
    listed = sorted(of_kind(papers, *_KINDS), key=lambda paper: _KINDS.index(paper.kind))
    for field, read in _FIELDS:
        told = [(paper, value, key) for paper in listed for value, key in [read(paper)] if key]
        for paper, value, key in told[1:]:
            other, wanted, expected = told[0]
            if key != expected:
                message = _(
                    "The {paper} says {value}, the {other} {wanted}.",
                    paper=kind_name(paper.kind),
                    value=shown(value),
                    other=kind_name(other.kind),
                    wanted=shown(wanted),
                )
                yield found(35, message, at(paper, field, value), at(other, field, wanted))


def _vessel(paper: Paper) -> tuple[str, str]:
    name, _voyage = _parted(paper)
    plain = _BEFORE_NAME.sub("", folded(name).strip())
    key = "".join(keys(plain))
    return paper.vessel, "" if key in _NO_VESSEL else key


def _voyage(paper: Paper) -> tuple[str, str]:
    _name, voyage = _parted(paper)
    key = "".join(keys(_BEFORE_VOYAGE.sub("", folded(voyage).strip())))
    return voyage, key.lstrip("0")


def _parted(paper: Paper) -> tuple[str, str]:
    """Vessel and voyage, which often stand in one field: "EVER GIVEN V.0123W"."""
    both = _VESSEL_AND_VOYAGE.match(folded(paper.vessel)) if not paper.voyage.strip() else None
    return (both["vessel"], both["voyage"]) if both else (paper.vessel, paper.voyage)


def _departure(paper: Paper) -> tuple[date | str, str]:
    return (paper.etd, paper.etd.isoformat()) if paper.etd else ("", "")


_FIELDS: tuple[tuple[str, Callable[[Paper], tuple[date | str, str]]], ...] = (
    ("vessel", _vessel),
    ("voyage", _voyage),
    ("etd", _departure),
)

CHECKS: dict[int, Check] = {35: voyages_agree}
