"""The Excel twins of commercial invoice and packing list: the same figures, with formulas that make them.

Amount = quantity × price, totals = sums, volume = sides × cartons: whoever checks or continues them in
Excel sees how each figure came about. Results are stored beside the formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from factory_erp.documents.facts import CartonLine, GoodsLine, Party, Texts
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import Wording, places
from factory_erp.documents.twins.elements import writable
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import unscaled
from factory_erp.domain.money import Money, exponent
from factory_erp.i18n import _
from factory_erp.sheets.report import Entry, Look, Report, write

Cells = list[Entry | None]

KINDS = ("commercial_invoice", "packing_list")
"""Kinds that have an Excel form."""

_INVOICE_WIDTHS = (6, 18, 16, 46, 15, 9, 12, 8, 13, 16)
_PACKING_WIDTHS = (14, 18, 40, 9, 10, 12, 8, 11, 11, 8, 8, 8, 12, 12, 11)
_CBM_PLACES = 3


def workbook(snapshot: DocumentSnapshot) -> bytes:
    """The invoice or packing list as .xlsx; the same document gives the same bytes.

    Raises InvalidValue for another kind of document.
    """
    twins: dict[str, type[_Twin]] = dict(zip(KINDS, (_Invoice, _PackingList), strict=True))
    if snapshot.kind not in twins:
        raise InvalidValue(_("Only invoices and packing lists have an Excel form."), record=snapshot.number)
    return write(twins[snapshot.kind](snapshot).report())


class _Twin:
    """A document while it becomes a sheet."""

    widths: Sequence[int] = ()
    landscape = False

    def __init__(self, snapshot: DocumentSnapshot) -> None:
        self.snapshot, self.facts = snapshot, snapshot.facts
        self.words = Wording(snapshot.language)
        self.rows: list[Cells] = []

    def report(self) -> Report:
        """Head, table, sums, words."""
        self._head()
        head_row = len(self.rows) + 1
        self._table()
        language = "zh_CN" if "zh_CN" in self.words.codes else self.words.language
        title = f"{self.words.both(self.snapshot.kind)[0]} {self.snapshot.number}"
        return Report(title, self.rows, self.widths, head_row, self.landscape, language)

    def _table(self) -> None:
        raise NotImplementedError

    def _head(self) -> None:
        """Title, parties, references and terms, one line each: what is frozen above a table must be low."""
        facts, words, snapshot = self.facts, self.words, self.snapshot
        self.rows.append([_text(words.label(snapshot.kind), "title")])
        number = snapshot.number or words.label("draft_mark")
        references = [
            (self._number_key(), number),
            ("date", words.day(snapshot.issued_on)),
            ("invoice_no", snapshot.invoice_number),
            ("contract_no", facts.contract_number),
            ("lc_no", facts.lc_number),
            ("order_no", ", ".join(facts.order_numbers)),
        ]
        self.rows.append(
            [_text("    ".join(f"{words.label(key)}: {text}" for key, text in references if text))]
        )
        parties = [("exporter", facts.company), ("consignee", facts.consignee), ("notify", facts.notify)]
        if facts.buyer and facts.buyer != facts.consignee:
            parties.insert(2, ("buyer", facts.buyer))
        if snapshot.options.neutral:
            parties = parties[1:]
        self.rows += [[_text(f"{words.label(key)}: {self._party(one)}")] for key, one in parties if one]
        self.rows += [[_text(f"{words.label(key)}: {text}")] for key, text in self._terms() if text]
        self.rows.append([])

    def _number_key(self) -> str:
        return "invoice_no" if self.snapshot.kind == "commercial_invoice" else "packing_list_no"

    def _terms(self) -> Iterable[tuple[str, str]]:
        facts, words = self.facts, self.words
        ports = (words.port(facts.port_of_loading), words.port(facts.port_of_discharge))
        yield "vessel", facts.vessel_voyage
        yield "port_of_loading", " → ".join(port for port in ports if port)
        yield "marks", " / ".join(facts.marks) or "N/M"

    def _party(self, party: Party) -> str:
        named = (party.name, party.name_local, *party.address_lines, self.words.country(party.country))
        return ", ".join(part for part in named if part)

    def _labels(self, *keys: str) -> Cells:
        return [_text("\n".join(self.words.both(key)), "head") for key in keys]

    def _goods(self, texts: Texts) -> str:
        return "\n".join(self.words.pick(texts))


class _Invoice(_Twin):
    """Goods with prices."""

    widths = _INVOICE_WIDTHS

    def _terms(self) -> Iterable[tuple[str, str]]:
        yield "trade_term", str(self.facts.trade_term)
        yield "payment", self.words.inline(self.facts.payment_terms)
        yield from super()._terms()

    def _table(self) -> None:
        facts, currency = self.facts, self.facts.currency
        money = _format(exponent(currency))
        keys = (
            "line",
            "item",
            "buyers_item",
            "description",
            "hs_code",
            "origin",
            "quantity",
            "unit_of_measure",
        )
        self.rows.append([*self._labels(*keys), *self._money_heads("unit_price", "amount")])
        quantity = _format(places(line.quantity for line in facts.lines))
        price = _format(places((line.unit_price for line in facts.lines), exponent(currency)))
        first = len(self.rows) + 1
        for line in facts.lines:
            self.rows.append(self._line(line, quantity, price, money))
        last = len(self.rows)
        added = [self._sum("goods_value", f"SUM(J{first}:J{last})", facts.goods_minor, money)]
        for charge in facts.charges:
            label, minor = self.words.inline(charge.label), charge.amount_minor
            added.append(self._under(label, Entry(self._amount(minor), "body", money)))
        self.rows += added if facts.charges else []
        top = last + 1 if facts.charges else first
        total = f"SUM(J{top}:J{len(self.rows)})"
        self.rows.append(self._sum("total", total, facts.total_minor, money, "total"))
        self.rows.append([])
        worded = self.words.amount_in_words(Money(facts.total_minor, currency))
        self.rows += [[_text(text)] for text in worded]

    def _money_heads(self, *keys: str) -> Cells:
        return [_text("\n".join(self.words.both(key)) + f"\n({self.facts.currency})", "head") for key in keys]

    def _line(self, line: GoodsLine, quantity: str, price: str, money: str) -> Cells:
        row = len(self.rows) + 1
        formula = f"ROUND(G{row}*I{row},{exponent(self.facts.currency)})"
        texts = (line.item_number, line.customer_item_number, self._goods(line.description), line.hs_code)
        return [
            Entry(line.line_no, "body"),
            *(_text(text, "body") for text in texts),
            _text(line.origin_country, "body"),
            Entry(line.quantity, "body", quantity),
            _text(self.words.unit(line.unit), "body"),
            Entry(line.unit_price, "body", price),
            Entry(self._amount(line.amount_minor), "body", money, formula),
        ]

    def _sum(self, key: str, formula: str, minor: int, money: str, look: Look = "body") -> Cells:
        label = self.words.label(key)
        if key == "total":
            label = f"{label}  {self.facts.trade_term}"
        return self._under(label, Entry(self._amount(minor), look, money, formula), look)

    def _under(self, label: str, amount: Entry, look: Look = "body") -> Cells:
        """*amount* in the last column, its label under the descriptions."""
        blank = _text("", look)
        return [blank, blank, blank, _text(label, look), *([blank] * 5), amount]

    def _amount(self, minor: int) -> Decimal:
        return Money(minor, self.facts.currency).amount


class _PackingList(_Twin):
    """Cartons with weights and sizes, never a price."""

    widths = _PACKING_WIDTHS
    landscape = True

    def _table(self) -> None:
        facts = self.facts
        keys = (
            "carton_no",
            "item",
            "description",
            "cartons",
            "per_carton",
            "total_quantity",
            "unit_of_measure",
        )
        more = ("net_per_carton", "gross_per_carton")
        sides = [_text(f"{name} (cm)", "head") for name in "LWH"]
        self.rows.append([
            *self._labels(*keys), *self._labels(*more), *sides,
            *self._labels("net_total", "gross_total", "cbm"),
        ])  # fmt: skip
        first = len(self.rows) + 1
        own = first
        formats = self._formats()
        for line in facts.cartons:
            own = own if line.mixed_with_previous else len(self.rows) + 1
            self.rows.append(self._line(line, own, formats))
        self.rows.append(self._totals(first, len(self.rows), formats))
        self.rows.append([])
        self.rows += [[_text(text)] for text in self.words.cartons_in_words(facts.carton_count)]

    def _formats(self) -> Callable[[str], str]:
        """Number format of each kind of figure: all digits of a column line up."""
        lines = self.facts.cartons
        weights = [unscaled(g, 3) for line in lines for g in (line.net_g_per_carton, line.gross_g_per_carton)]
        known = {
            "each": _format(places(line.per_carton for line in lines)),
            "quantity": _format(places(line.quantity for line in lines)),
            "kg": _format(places(weights, 2)),
            "cm": _format(places(Decimal(s) / 10 for one in lines for s in _sides(one))),
            "cbm": _format(_CBM_PLACES),
            "count": _format(0),
        }
        return known.__getitem__

    def _line(self, line: CartonLine, own: int, formats: Callable[[str], str]) -> Cells:
        """A row; cartons of a mixed one are counted in row *own*, with its weight and size."""
        row = len(self.rows) + 1
        blank = _text("", "body")
        counted = not line.mixed_with_previous

        def only(entry: Entry) -> Entry:
            return entry if counted else blank

        sides = [only(Entry(Decimal(side) / 10, "body", formats("cm"))) for side in _sides(line)]
        volume = Entry(
            unscaled(line.volume_mm3, 9), "body", formats("cbm"), f"D{row}*J{row}*K{row}*L{row}/1000000"
        )
        return [
            _text(line.carton_ranges, "body"),
            _text(line.item_number, "body"),
            _text(self._goods(line.description), "body"),
            only(Entry(line.cartons, "body", formats("count"))),
            Entry(line.per_carton, "body", formats("each")),
            Entry(line.quantity, "body", formats("quantity"), f"D{own}*E{row}"),
            _text(self.words.unit(line.unit), "body"),
            Entry(unscaled(line.net_g_per_carton, 3), "body", formats("kg")),
            only(Entry(unscaled(line.gross_g_per_carton, 3), "body", formats("kg"))),
            *sides,
            Entry(unscaled(line.net_g, 3), "body", formats("kg"), f"D{own}*H{row}"),
            only(Entry(unscaled(line.gross_g, 3), "body", formats("kg"), f"D{row}*I{row}")),
            only(volume),
        ]

    def _totals(self, first: int, last: int, formats: Callable[[str], str]) -> Cells:
        facts = self.facts
        blank = _text("", "total")

        def summed(column: str, value: int | Decimal, kind: str) -> Entry:
            return Entry(value, "total", formats(kind), f"SUM({column}{first}:{column}{last})")

        one_unit = len({line.unit for line in facts.cartons}) == 1
        pieces = sum((line.quantity for line in facts.cartons), Decimal(0))
        return [
            blank, blank, _text(self.words.label("total"), "total"),
            summed("D", facts.carton_count, "count"), blank,
            summed("F", pieces, "quantity") if one_unit else blank,
            _text(self.words.unit(facts.cartons[0].unit), "total") if one_unit else blank,
            *([blank] * 5),
            summed("M", unscaled(facts.net_g, 3), "kg"),
            summed("N", unscaled(facts.gross_g, 3), "kg"),
            summed("O", unscaled(facts.volume_mm3, 9), "cbm"),
        ]  # fmt: skip


def _text(text: str, look: Look = "plain") -> Entry:
    return Entry(writable(text), look)


def _format(decimals: int) -> str:
    """Thousands separators and a fixed number of decimals."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _sides(line: CartonLine) -> tuple[int, int, int]:
    return line.length_mm, line.width_mm, line.height_mm
