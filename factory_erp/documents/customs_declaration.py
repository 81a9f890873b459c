"""The China export declaration 出口货物报关单, laid out as customs prints it.

Fields after GACC announcements 2018/60 and 2019/18. Every item has three lines of quantity: the first
statutory unit, the second where the tariff asks for one, and the unit of sale. What customs assigns
(entry numbers, seal) is left open. Values are Chinese whatever the language of the labels.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from factory_erp.documents.details.customs import (
    Coded,
    CountedIn,
    DeclarationDetails,
    DeclarationItem,
    FeeStated,
)
from factory_erp.documents.layout import (
    SMALL,
    Block,
    Column,
    Field,
    FieldRow,
    Line,
    Para,
    Row,
    Table,
    set_figure,
    set_lines,
    shortened,
    stacked,
)
from factory_erp.documents.page import A4_LANDSCAPE, INK, MM, MUTED, STRONG, Align, Page
from factory_erp.documents.parts import Draft, tail_height
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import figure, places
from factory_erp.domain.customs_codes import currency_name
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

_COLUMNS: tuple[tuple[str, float, Align], ...] = (
    ("cd_item", 10, "center"),
    ("cd_code", 24, "left"),
    ("cd_goods", 77, "left"),
    ("cd_quantity", 31, "right"),
    ("cd_price", 31, "right"),
    ("cd_origin", 22, "center"),
    ("cd_final_country", 26, "center"),
    ("cd_source", 28, "left"),
    ("cd_levy", 20, "left"),
)
"""Label, width in mm and alignment: 269 mm, an A4 page across."""

_EMPTY = Line(" ", SMALL, False, INK)


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The declaration as PDF bytes. Raises InvalidValue for a snapshot that declares nothing."""
    return _Declaration(snapshot, declared(snapshot), pictures).draw()


def declared(snapshot: DocumentSnapshot) -> DeclarationDetails:
    """What the snapshot declares; raises InvalidValue where it has no item."""
    details = snapshot.details
    if not isinstance(details, DeclarationDetails) or not details.items:
        raise InvalidValue(_("The declaration has no item."), record=snapshot.number, field=_("Items"))
    return details


class _Declaration:
    """One declaration being drawn."""

    def __init__(self, snapshot: DocumentSnapshot, details: DeclarationDetails, pictures: Pictures) -> None:
        self.details = details
        self.draft = Draft(snapshot, A4_LANDSCAPE, pictures)
        self.words = self.draft.words
        self.table = Table(
            [Column(tuple(self.words.both(key)), wide, align, key) for key, wide, align in _COLUMNS]
        )

    def draw(self) -> bytes:
        """Title, head, items, confirmations and signatures."""
        draft = self.draft
        flow = draft.flow
        flow.place(self._title())
        flow.place(stacked(draft.stack(self._head(), flow.width), flow.left))
        flow.y += 1.2 * MM
        tail = [stacked(draft.stack(self._foot(), flow.width), flow.left)]
        rows = (self._row(item) for item in self.details.items)
        self.table.flow(flow, rows, tail_height(flow, tail))
        draft.flow.place_together(tail)
        return draft.finish()

    def _title(self) -> Block:
        """The title in the middle, below it the numbers that customs assigns."""
        flow, texts = self.draft.flow, self.words.both("customs_declaration")
        numbers = [f"{self.words.label(key)}:" for key in ("cd_pre_entry", "cd_customs_number")]
        height = len(texts) * 5.4 * MM + 4.6 * MM

        def draw(page: Page, y: float) -> None:
            for index, text in enumerate(texts):
                size = 13 if index == 0 else 9.5
                line = shortened(text, size, flow.width, bold=True)
                middle = (flow.left + flow.right) / 2
                page.text(
                    middle, y + (4.4 + 5 * index) * MM, line, size, bold=True, colour=STRONG, align="center"
                )
            foot = y + height - 1.4 * MM
            page.text(flow.left, foot, numbers[0], SMALL, colour=MUTED)
            page.text(flow.left + flow.width * 0.32, foot, numbers[1], SMALL, colour=MUTED)
            right = shortened(self.draft.number, SMALL, flow.width * 0.3)
            page.text(flow.right, foot, right, SMALL, colour=MUTED, align="right")

        return Block(height, draw)

    def _head(self) -> list[FieldRow]:
        d = self.details
        vessel = " / ".join(part for part in (d.transport_name, d.voyage) if part)
        return [
            [
                self._box("cd_consignor", d.consignor, d.consignor_uscc, share=2.2),
                self._coded("cd_exit_customs", d.exit_customs),
                self._box("cd_export_on", _day(d.export_on)),
                self._box("cd_declared_on", _day(d.declared_on)),
                self._box("cd_record", d.record_number),
            ],
            [
                self._box("cd_overseas", d.overseas_consignee, share=2.2),
                self._coded("cd_transport_mode", d.transport_mode),
                self._box("cd_transport", vessel, share=1.6),
                self._box("cd_bill", d.bill_number, share=1.4),
            ],
            [
                self._box("cd_producer", d.producer, d.producer_uscc, share=2.2),
                self._coded("cd_supervision", d.supervision),
                self._coded("cd_levy_nature", d.levy_nature, share=1.6),
                self._box("cd_licence", d.licence, share=1.4),
            ],
            [
                self._box("cd_contract", d.contract_number, share=2.2),
                self._coded("cd_trade_country", d.trade_country),
                self._coded("cd_arrival_country", d.destination_country),
                self._coded("cd_destination_port", d.destination_port),
                self._coded("cd_exit_port", d.exit_port),
            ],
            [
                self._coded("cd_packing", d.packaging, share=1.7),
                self._box("cd_packages", str(d.packages), share=0.7),
                self._box("cd_gross", _kilograms(d.gross_g), share=1.25),
                self._box("cd_net", _kilograms(d.net_g), share=1.25),
                self._coded("cd_terms", d.terms, share=1.1),
                self._box("cd_freight", _fee(d.freight)),
                self._box("cd_insurance", _fee(d.insurance)),
                self._box("cd_other_costs", _fee(d.other_costs)),
            ],
            [self._box("cd_attached", self._attached())],
            [Field(self.words.label("cd_marks"), tuple(self._marks()), 1, 5, "cd_marks")],
        ]

    def _box(self, key: str, text: str, code: str = "", *, share: float = 1) -> Field:
        """A box; the code stands with the label, as on the form."""
        label = self.words.label(key) + (f" ({code})" if code else "")
        paras = (Para(text),) if text else (Para("\N{NO-BREAK SPACE}"),)
        return Field(label, paras, share, 3, key)

    def _coded(self, key: str, coded: Coded, *, share: float = 1) -> Field:
        return self._box(key, coded.name, coded.code, share=share)

    def _attached(self) -> str:
        return "；".join(f"{number}: {name}" for number, name in enumerate(self.details.attached, 1))

    def _marks(self) -> list[Para]:
        d = self.details
        paras = [Para(d.marks), Para(d.notes)]
        if d.container_numbers:
            stated = "；".join([*self._standard_boxes(), *d.container_numbers])
            paras.append(Para(f"{self.words.label('cd_containers')}: {stated}"))
        return [para for para in paras if para.text]

    def _standard_boxes(self) -> list[str]:
        """标箱数, in units of 20 feet: one of 40 or 45 feet counts two; nothing where a size is not known."""
        d = self.details
        known = [spec for spec in d.container_specs if spec.code]
        if len(known) < len(d.container_numbers):
            return []
        return [str(sum(2 if "2*" in spec.name else 1 for spec in known))]

    def _row(self, item: DeclarationItem) -> Row:
        widths = [column.inner for column in self.table.columns]
        goods = [Para(item.name, SMALL, bold=True), Para(item.elements_line, SMALL)]
        currency = currency_name(self.details.currency)
        prices = [_decimal(item.unit_price, 4), _decimal(item.total, 2), currency]
        return (
            set_figure(str(item.item_no), widths[0], SMALL),
            set_figure(item.hs_code, widths[1], SMALL),
            set_lines(goods, widths[2]),
            self._quantities(item, widths[3]),
            _figures(prices, widths[4]),
            set_lines(_named(item.origin), widths[5]),
            set_lines(_named(item.destination), widths[6]),
            set_lines(_named(item.source_place), widths[7]),
            set_lines(_named(item.levy), widths[8]),
        )

    def _quantities(self, item: DeclarationItem, width: float) -> list[Line]:
        """First statutory, second statutory and transaction quantity, each on its own line."""
        return _figures([_counted(one) for one in (item.first, item.second, item.transaction)], width)

    def _foot(self) -> list[FieldRow]:
        d, words = self.details, self.words
        flags = (
            ("cd_relation", d.special_relation),
            ("cd_price_affected", d.price_affected),
            ("cd_royalties", d.royalties),
            ("cd_formula", d.formula_price),
            ("cd_provisional", d.provisional_price),
            ("cd_self_declared", d.self_declared),
        )
        oath = tuple(Para(text, SMALL) for text in words.sentences("cd_oath"))
        declarant = (Para(d.declarant or "\N{NO-BREAK SPACE}"), Para(d.declarant_uscc))
        return [
            [self._box(key, words.label("cd_yes" if flag else "cd_no")) for key, flag in flags],
            [
                self._box("cd_person", d.person, share=0.8),
                self._box("cd_person_number", d.person_number, share=0.8),
                self._box("cd_person_phone", d.person_phone, share=0.8),
                Field("", oath, 1.7, 4),
                Field(words.label("cd_declarant"), declarant, 1.7, 4, "cd_declarant"),
                Field(words.label("cd_customs_use"), (Para("\N{NO-BREAK SPACE}"),), 1.7, 4, "cd_customs_use"),
            ],
        ]


def _named(coded: Coded) -> list[Para]:
    """The name and, below it, the code in brackets."""
    code = Para(f"({coded.code})", SMALL) if coded.code else Para("")
    return [Para(coded.name, SMALL), code]


def _figures(texts: Iterable[str], width: float) -> list[Line]:
    """Each text on a line of its own, an empty one where there is none: the lines mean different things."""
    return [line for text in texts for line in (set_figure(text, width, SMALL) or [_EMPTY])]


def _counted(counted: CountedIn | None) -> str:
    if counted is None or not counted.unit.code:
        return ""
    return f"{_decimal(counted.quantity)}{counted.unit.name}"


def _decimal(value: Decimal, least: int = 0) -> str:
    """*value* exactly, with at least *least* decimals and no thousands separators, as the form has it."""
    return figure(value, places([value], least)).replace(",", "")


def _kilograms(grams: int) -> str:
    return _decimal(Decimal(grams) / 1000)


def _fee(fee: FeeStated) -> str:
    """Currency/amount/mark, as the form has it; 000 for a percentage."""
    return f"{fee.currency or '000'}/{_decimal(fee.amount)}/{fee.mark}" if fee.mark else ""


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""
