"""The bill of exchange 汇票: the drawer orders the drawee to pay, in a first and a second copy.

Each copy is unpaid while the other is paid. Figures and words come from one amount. The tenor is written
where the form leaves it open: at sight with dashes before "sight"; counted from the bill of lading with
"sight" struck out and the date of that bill stated (ISBP B2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from factory_erp.documents.boxes import signed, stated
from factory_erp.documents.details.trade import DraftDetails
from factory_erp.documents.layout import (
    BODY,
    LABEL,
    PAD,
    Block,
    Field,
    FieldRow,
    Line,
    Para,
    draw_lines,
    lines_height,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.page import INK, MM, MUTED, STRONG, Page
from factory_erp.documents.parts import Draft, clauses_row, closing, party_field
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.typeset import text_width
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money
from factory_erp.i18n import _

_DASHES = "— — — — — —"
_AT_SIGHT = re.compile(r"(?:at\s+)?sight|即期", re.IGNORECASE)
_AFTER_SIGHT = re.compile(r"\s*\bsight$", re.IGNORECASE)
_AT = re.compile(r"^at\s+", re.IGNORECASE)
_COPIES = (("first_of_exchange", "exchange_of_first"), ("second_of_exchange", "exchange_of_second"))
_BIG = 9.4


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """Both copies as PDF bytes. Raises InvalidValue for a snapshot of another kind."""
    if not isinstance(snapshot.details, DraftDetails):
        raise InvalidValue(_("The stored document cannot be read."), record=snapshot.number)
    return BillOfExchange(signed(snapshot), snapshot.details, pictures).draw()


def tenor_written(tenor: str, bill_day: str = "") -> tuple[str, bool]:
    """What is written between "At" and "sight" for *tenor*, and whether "sight" is struck out.

    "sight" → dashes; "60 days after sight" → "60 days after"; any other → the tenor with the date it
    counts from, where that is known, and "sight" struck out.
    """
    plain = _AT.sub("", tenor.strip())
    if _AT_SIGHT.fullmatch(tenor.strip()):
        return _DASHES, False
    if _AFTER_SIGHT.search(plain):
        return _AFTER_SIGHT.sub("", plain), False
    return f"{plain} ({bill_day})" if bill_day else plain, True


class BillOfExchange:
    """One bill of exchange being drawn."""

    def __init__(
        self, snapshot: DocumentSnapshot, exchange: DraftDetails, pictures: Pictures = NO_PICTURES
    ) -> None:
        self.draft = Draft(snapshot, pictures=pictures)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.exchange = exchange
        self.money = Money(exchange.amount_minor, snapshot.facts.currency)

    def draw(self) -> bytes:
        """The first copy, a line to cut along, the second copy."""
        flow = self.draft.flow
        first, second = (self._copy(title, sentence) for title, sentence in _COPIES)
        flow.place_together([first])
        if second.height + 12 * MM <= flow.room:
            flow.place(_cut(flow.left, flow.width))
        flow.place_together([second])
        return self.draft.finish()

    def _copy(self, title: str, sentence: str) -> Block:
        """One copy as one block, which no page break divides."""
        draft = self.draft
        above = draft.stack(self._above(title), draft.flow.width)
        below = draft.stack(self._below(), draft.flow.width)
        end = closing(draft, [[party_field(draft, "drawee", self.exchange.drawee)], clauses_row(draft)])
        parts = [
            stacked(above, draft.flow.left),
            self._order(self.words.sentences(sentence)),
            stacked(below, draft.flow.left),
            end,
        ]

        def draw(page: Page, y: float) -> None:
            for part in parts:
                part.draw(page, y)
                y += part.height

        return Block(sum(part.height for part in parts), draw)

    def _above(self, title: str) -> list[FieldRow]:
        """Title; number, amount, place and date; under which credit it is drawn."""
        draft, words, exchange = self.draft, self.words, self.exchange
        on = words.day(draft.snapshot.issued_on)
        first, *others = words.both(draft.snapshot.kind)
        titles = (
            Para(first, 15, bold=True, colour=STRONG),
            *(Para(text, 11, bold=True, colour=STRONG) for text in others),
        )
        copy = tuple(Para(text, 11, bold=True) for text in words.both(title))
        dated = words.day(exchange.lc_date) if exchange.lc_date else ""
        amount = Para(f"{self.money.currency} {self.money.format()}", _BIG, bold=True)
        return [
            [Field("", titles, 1.6), Field("", copy)],
            [
                draft.field("draft_no", draft.number, bold=True),
                Field(words.label("exchange_for"), (amount,), key="exchange_for"),
                draft.field("place_and_date", ", ".join(part for part in (exchange.place, on) if part)),
            ],
            [
                draft.field("drawn_under", exchange.drawn_under or self.facts.lc_issuing_bank, share=2),
                draft.field("lc_no", exchange.lc_number or self.facts.lc_number),
                draft.field("dated", dated),
                draft.field("interest", _DASHES),
            ],
        ]

    def _below(self) -> list[FieldRow]:
        """To whom, how much in words, for which invoice."""
        draft, words, exchange = self.draft, self.words, self.exchange
        invoice = exchange.invoice_number or draft.snapshot.invoice_number
        percent = f"{exchange.invoice_percent.normalize():f}"
        value = words.sentences("for_invoice", percent=percent, invoice=invoice) if invoice else []
        in_words = tuple(Para(text, _BIG, bold=True) for text in words.amount_in_words(self.money))
        return [
            [draft.field("pay_to", exchange.pay_to, bold=True)],
            [Field(words.label("sum_of"), in_words, key="sum_of")],
            stated(draft, "value_received", *value),
        ]

    def _order(self, sentences: Sequence[str]) -> Block:
        """At … sight of this FIRST of exchange: the tenor underlined, "sight" struck where it is not so."""
        exchange, words = self.exchange, self.words
        bill_day = words.day(exchange.bill_date) if exchange.bill_date else ""
        tenor, struck = tenor_written(exchange.tenor, bill_day)
        left, width = self.draft.flow.left, self.draft.flow.width
        label = set_lines([Para(words.label("tenor"), LABEL, colour=MUTED)], width - 2 * PAD)
        pieces = _on_one_line((words.label("draft_at"), tenor, words.label("draft_sight")), width - 8 * PAD)
        below = set_lines([Para(text) for text in sentences], width - 2 * PAD)
        height = lines_height(label) + pieces[0].height + lines_height(below) + 2.5 * PAD

        def draw(page: Page, y: float) -> None:
            page.box(left, y, width, height)
            draw_lines(page, label, left + PAD, y + PAD * 0.75)
            top = y + PAD * 0.75 + lines_height(label) + 1
            _draw_tenor(page, pieces, left + PAD, top, struck=struck)
            draw_lines(page, below, left + PAD, top + pieces[0].height + PAD * 0.5)

        return Block(height, draw)


def _on_one_line(texts: Sequence[str], width: float) -> list[Line]:
    """The texts, the middle one bold, at one size at which they fit beside each other."""
    whole = set_figure("  ".join(texts), width, _BIG, bold=True)
    size = whole[0].size if whole else BODY
    return [
        line for index, text in enumerate(texts) for line in set_figure(text, width, size, bold=index == 1)
    ]


def _draw_tenor(page: Page, pieces: Sequence[Line], x: float, y: float, *, struck: bool) -> None:
    for index, piece in enumerate(pieces):
        piece.draw(page, x, y)
        end = x + text_width(piece.text, piece.size, piece.bold)
        baseline = y + piece.size * 1.04
        if index == 1:
            page.rule(x - PAD, baseline + 1.6, end + PAD, baseline + 1.6, 0.5, STRONG)
        if index == 2 and struck:
            page.rule(x - 1, baseline - piece.size * 0.32, end + 1, baseline - piece.size * 0.32, 1, INK)
        x = end + 2.5 * PAD


def _cut(left: float, width: float) -> Block:
    """A dashed line to cut along."""
    step = 3 * MM

    def draw(page: Page, y: float) -> None:
        for index in range(int(width / step)):
            x = left + index * step
            page.rule(x, y + 6 * MM, x + step / 2, y + 6 * MM, 0.5, MUTED)

    return Block(12 * MM, draw)
