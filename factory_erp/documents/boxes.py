"""What contracts, bookings and certificates share beside the parts of invoices.

Titles that the paper itself gives, boxes in pairs, boxes to tick, numbered clauses, running text, and the
signatures of both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from factory_erp.documents.details.trade import PartialShipment
from factory_erp.documents.facts import GoodsLine, Party, ShipmentFacts
from factory_erp.documents.layout import (
    BODY,
    LABEL,
    PAD,
    Block,
    Column,
    Field,
    FieldRow,
    Line,
    Para,
    draw_lines,
    lines_height,
    set_lines,
)
from factory_erp.documents.page import A4, MM, MUTED, STRONG, Page
from factory_erp.documents.parts import SIGNATURE_FOOT, Draft, closing, party_field
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import Wording, figure, places, totals_by_unit

LETTER = 9.6
"""Size of running text on a certificate."""

_TICKED, _OPEN = "●", "○"
_INDENT = 6.5 * MM


def signed(snapshot: DocumentSnapshot) -> DocumentSnapshot:
    """*snapshot* as a paper that is worth nothing without our name and signature: it is never neutral."""
    return replace(snapshot, options=replace(snapshot.options, neutral=False))


class TitledDraft(Draft):
    """A draft whose title is not that of its kind, but for example the one that a letter of credit gives."""

    def __init__(
        self,
        snapshot: DocumentSnapshot,
        titles: Sequence[str],
        size: tuple[float, float] = A4,
        pictures: Pictures = NO_PICTURES,
    ) -> None:
        self.titles = tuple(titles)
        super().__init__(snapshot, size, pictures)

    @property
    def title(self) -> str:
        """The title in the languages of the document."""
        return "  ".join(self.titles)


def titles_field(titles: Iterable[str]) -> Field:
    """The box of a title: the first text large, the others below it."""
    first, *second = titles
    large = Para(first, 17 if len(first) < 30 else 13, bold=True, colour=STRONG)
    return Field("", (large, *(Para(text, 12, bold=True, colour=STRONG) for text in second)))


def stated(draft: Draft, key: str, *texts: str, share: float = 1, bold: bool = False) -> FieldRow:
    """The box *key* as part of a row; no box where there is nothing to state."""
    return [draft.field(key, *texts, share=share, bold=bold)] if any(texts) else []


def in_pairs(boxes: Iterable[Field], count: int = 2) -> list[FieldRow]:
    """The boxes, *count* beside each other."""
    known = list(boxes)
    return [known[i : i + count] for i in range(0, len(known), count)]


def number_and_date(draft: Draft, key: str) -> FieldRow:
    """Number and date of the paper."""
    return [
        draft.field(key, draft.number, bold=True),
        draft.field("date", draft.words.day(draft.snapshot.issued_on), bold=True),
    ]


def contract_boxes(draft: Draft, invoice_number: str = "") -> list[Field]:
    """What the paper refers to: invoice, and contract and letter of credit with their dates."""
    facts, words = draft.facts, draft.words
    known = (
        ("invoice_no", invoice_number or draft.snapshot.invoice_number, None),
        ("contract_no", facts.contract_number, facts.contract_date),
        ("lc_no", facts.lc_number, facts.lc_date),
    )
    return [draft.field(key, number, words.day(day) if day else "") for key, number, day in known if number]


def allowed(words: Wording, choice: PartialShipment) -> list[str]:
    """Whether a shipment may be split or change ships; nothing where nobody said."""
    return words.both("allowed" if choice == "allowed" else "not_allowed") if choice else []


def buyer_of(facts: ShipmentFacts) -> Party:
    """The buyer; where nobody else is named the consignee."""
    return facts.buyer or facts.consignee


def addressee_field(draft: Draft, addressee: str) -> Field:
    """Whom the paper is for: *addressee* as it was written, or the buyer."""
    if addressee:
        return draft.field("addressed_to", addressee, bold=True)
    return party_field(draft, "addressed_to", buyer_of(draft.facts))


def shipper_rows(draft: Draft) -> list[FieldRow]:
    """Shipper, consignee and notify party, as the papers of carriage call them."""
    facts = draft.facts
    rows: list[FieldRow] = [
        [party_field(draft, "shipper", facts.company, large=True)],
        [party_field(draft, "consignee", facts.consignee)],
    ]
    return [*rows, [party_field(draft, "notify", facts.notify)]] if facts.notify else rows


def columns(
    words: Wording, texts: Sequence[tuple[str, float]], figures: Sequence[tuple[str, float]] = ()
) -> list[Column]:
    """The columns of a table, label and width in mm of each: those of *texts*, then those of *figures*."""
    return [
        *(Column(tuple(words.both(key)), width, key=key) for key, width in texts),
        *(Column(tuple(words.both(key)), width, "right", key) for key, width in figures),
    ]


def counted(words: Wording, value: Decimal, unit: str, decimals: int) -> str:
    """A quantity with its unit: "1,800 PCS"."""
    return f"{figure(value, decimals)} {words.unit(unit)}"


def counted_totals(words: Wording, lines: Sequence[GoodsLine]) -> list[str]:
    """Total quantity per unit."""
    decimals = quantity_places(lines)
    sums = totals_by_unit((line.quantity, line.unit) for line in lines)
    return [counted(words, value, unit, decimals) for value, unit in sums]


def quantity_places(lines: Iterable[GoodsLine]) -> int:
    """Decimals that show every quantity of the lines exactly."""
    return places(line.quantity for line in lines)


def ticks(words: Wording, keys: Sequence[str], chosen: str) -> list[str]:
    """The labels *keys* on one line per language, the chosen one ticked: "● prepaid   ○ collect"."""
    named = [words.both(key) for key in keys]
    marked = [_TICKED if key == chosen else _OPEN for key in keys]
    return [
        "    ".join(f"{mark} {texts[index]}" for mark, texts in zip(marked, named, strict=True))
        for index in range(len(words.codes))
    ]


def plain_ticks(options: Sequence[str], chosen: str) -> str:
    """Codes that need no translation, the chosen one ticked: "● CY   ○ CFS"; an unknown one is added."""
    known = [*options, *([chosen] if chosen and chosen not in options else [])]
    return "    ".join(f"{_TICKED if option == chosen else _OPEN} {option}" for option in known)


@dataclass(frozen=True, slots=True)
class Article:
    """A numbered clause in the languages of the document."""

    headings: tuple[str, ...]
    texts: tuple[str, ...]


def place_articles(draft: Draft, articles: Iterable[Article], size: float = BODY) -> None:
    """The clauses one below the other, numbered from 1; each heading keeps two lines of its text."""
    width = draft.flow.width - _INDENT
    for number, article in enumerate(articles, 1):
        heading = set_lines([Para("  ".join(article.headings), size, bold=True, colour=STRONG)], width)
        lines = set_lines([Para(text, size) for text in article.texts], width)
        counted = set_lines([Para(f"{number}.", size, bold=True, colour=STRONG)], _INDENT)
        _place_kept(draft, [*heading, *lines], len(heading) + 2, counted[0])
        draft.flow.y += 1.4 * MM


def place_text(draft: Draft, texts: Iterable[str], size: float = LETTER, *, bold: bool = False) -> None:
    """Running text over the whole width; a paragraph's first two lines stay together."""
    for text in texts:
        _place_kept(draft, set_lines([Para(text, size, bold)], draft.flow.width), 2)
        draft.flow.y += 1.4 * MM


def _place_kept(draft: Draft, lines: Sequence[Line], kept: int, number: Line | None = None) -> None:
    """Place *lines*, the first *kept* of them on one page, behind the *number* of their clause."""
    left = draft.flow.left + (_INDENT if number else 0)
    first = lines[:kept]

    def draw_first(page: Page, y: float) -> None:
        if number:
            number.draw(page, draft.flow.left, y)
        draw_lines(page, first, left, y)

    draft.flow.place(Block(lines_height(first), draw_first))
    for line in lines[kept:]:
        draft.flow.place(Block(line.height, partial(_draw_at, line, left)))


def _draw_at(line: Line, x: float, page: Page, y: float) -> None:
    line.draw(page, x, y)


def two_signatures(draft: Draft, other: Party, key: str) -> Block:
    """The other side (label *key*) signs at the left, we at the right."""
    label = "  ".join([draft.words.label(key), draft.words.label("for")])
    names = tuple(Para(text, BODY, bold=True) for text in (other.name, other.name_local) if text)
    ours = closing(draft, [[Field(label, names, max_lines=4)]], left_share=0.5)
    left, wide = draft.flow.left, draft.flow.width / 2

    def draw(page: Page, y: float) -> None:
        ours.draw(page, y)
        foot = y + ours.height - SIGNATURE_FOOT
        page.rule(left + PAD, foot, left + wide - PAD, foot, 0.5, STRONG)
        page.text(left + PAD, foot + 3 * MM, draft.words.label("signature"), LABEL, colour=MUTED)

    return Block(ours.height, draw)
