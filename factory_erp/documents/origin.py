"""Data sheets for certificates of origin: general (CCPIT), Form E, RCEP and Form A.

Boxes carry the numbers of the forms, so that the sheet can be typed into the issuing authority's system
box by box. The number of packages stands in words and figures, and the goods are closed by "***", so that
nothing can be added. Form E and RCEP state the FOB value only where regional value content confers origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from factory_erp.documents.details.origin import OriginDetails, OriginItem
from factory_erp.documents.facts import PortName
from factory_erp.documents.layout import (
    BODY,
    PAD,
    SMALL,
    Block,
    Column,
    Field,
    FieldRow,
    Line,
    Para,
    Row,
    Stack,
    Table,
    set_lines,
    side_by_side,
    stacked,
)
from factory_erp.documents.origin_forms import FORMS
from factory_erp.documents.origin_rules import states_value
from factory_erp.documents.page import MM, MUTED, STRONG, Page
from factory_erp.documents.parts import (
    GAP,
    Draft,
    kilograms,
    party_paras,
    tail_height,
    weight_places,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import country_name, figure, places
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.hs import HsCode
from factory_erp.domain.money import Money
from factory_erp.domain.packages import PACKAGES
from factory_erp.domain.words import cardinal_english, number_in_chinese
from factory_erp.i18n import _

CLOSED = "***"


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The sheet as PDF bytes. Raises InvalidValue for a snapshot without items."""
    details = snapshot.details
    if not isinstance(details, OriginDetails) or not details.items:
        raise InvalidValue(_("The certificate has no item."), record=snapshot.number, field=_("Items"))
    return _Certificate(snapshot, details, pictures).draw()


class _Certificate:
    """One certificate being drawn."""

    def __init__(self, snapshot: DocumentSnapshot, details: OriginDetails, pictures: Pictures) -> None:
        self.details = details
        self.kind = snapshot.kind
        self.form = FORMS[snapshot.kind]
        self.draft = Draft(snapshot, pictures=pictures)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.table = Table(
            [
                Column(self._heading(self.form.first + index, key), wide, align, key)
                for index, (key, wide, align) in enumerate(self.form.columns)
            ]
        )
        self.quantity_places = places(item.quantity for item in details.items)
        self.weight_places = weight_places([item.gross_g for item in details.items])

    def draw(self) -> bytes:
        """Head, goods, then remarks, ticks, declaration and certification."""
        draft, flow = self.draft, self.draft.flow
        half = flow.width / 2
        columns = [draft.stack(rows, half) for rows in (self._left(), self._right())]
        flow.place(side_by_side(columns, flow.left))
        flow.y += GAP / 2
        tail = [*self._remarks_box(), self._signing(), *self._tick_box()]
        rows = (self._row(index, item) for index, item in enumerate(self.details.items))
        self.table.flow(flow, rows, tail_height(flow, tail))
        flow.place_together(tail)
        return draft.finish()

    # -- head

    def _left(self) -> list[FieldRow]:
        """Parties and transport, in the order of their numbers."""
        consignee = self.details.consignee or self.facts.consignee
        paras = [
            party_paras(self.facts.company, self.words),
            party_paras(consignee, self.words),
            self._producer(),
        ]
        rows: list[FieldRow] = [
            [self._field(number, key, shown)]
            for number, (key, shown) in enumerate(zip(self.form.parties, paras, strict=False), 1)
        ]
        transport = len(rows) + 1
        return [*rows, [self._field(transport, "co_transport", self._transport())]]

    def _producer(self) -> tuple[Para, ...]:
        """As it was written; where nobody else is named the exporter, with address and country."""
        told = [text for text in self.details.producer.splitlines() if text.strip()]
        if told:
            return tuple(Para(text) for text in told)
        company = self.facts.company
        return party_paras(replace(company, contact="", phone="", email="", tax_id=""), self.words)

    def _right(self) -> list[FieldRow]:
        draft, details = self.draft, self.details
        official = len(self.form.parties) + 2
        rows: list[FieldRow] = [
            [self._title()],
            [draft.field("co_number", details.certificate_number or "\N{NO-BREAK SPACE}", bold=True)],
            [
                draft.field("co_sheet", draft.number),
                draft.field("date", self.words.day(draft.snapshot.issued_on)),
            ],
        ]
        if self.kind == "origin_general":
            country = self.words.country(details.importing_country or self.facts.destination_country)
            rows.append([self._field(4, "co_destination", (Para(country, bold=True),))])
            return [*rows, [self._field(5, "co_authority", ())]]
        return [*rows, [self._field(official, "co_official", ())]]

    def _title(self) -> Field:
        """CERTIFICATE OF ORIGIN, and below it which form."""
        paras = []
        for index, text in enumerate(self.words.both(self.kind)):
            first, *form = text.split(" – ")
            paras.append(Para(first, 17 if index == 0 else 11, bold=True, colour=STRONG))
            paras += [Para(part, 12 if index == 0 else 11, bold=True, colour=STRONG) for part in form]
        return Field("", tuple(paras))

    def _field(self, number: int, key: str, paras: Sequence[Para]) -> Field:
        return Field(
            f"{number}. {self.words.label(key)}", tuple(para for para in paras if para.text), key=key
        )

    def _heading(self, number: int, key: str) -> tuple[str, ...]:
        first, *rest = self.words.both(key)
        return (f"{number}. {first}", *rest)

    def _transport(self) -> list[Para]:
        if self.form.route:
            return [Para(text) for text in self._route()]
        details, words = self.details, self.words
        departure = details.departure or self.facts.etd
        told = (
            ("co_departure", words.day(departure) if departure else ""),
            ("co_vessel", details.vessel or self.facts.vessel_voyage),
            ("co_discharge", self._place(self.facts.port_of_discharge, self.facts.destination_country)),
        )
        return [Para(f"{words.label(key)}: {text}") for key, text in told if text]

    def _route(self) -> list[str]:
        """FROM NINGBO, CHINA TO AARHUS, DENMARK ON 18 Sep 2026 BY …, one sentence per language."""
        facts, details, words = self.facts, self.details, self.words
        departure = details.departure or facts.etd
        pieces = (
            ("co_route_from", "place", self._places(facts.port_of_loading, facts.company.country)),
            ("co_route_to", "place", self._places(facts.port_of_discharge, facts.destination_country)),
            ("co_route_on", "day", words.days(departure) if departure else ""),
            ("co_route_by", "vessel", details.vessel or facts.vessel_voyage),
            ("co_route_via", "place", details.route_via),
        )
        told = [
            words.sentences(key, **{name: value})
            for key, name, value in pieces
            if (any(value.values()) if isinstance(value, dict) else value)
        ]
        return [" ".join(sentence) for sentence in zip(*told, strict=True)]

    def _places(self, port: PortName | None, country: str) -> dict[str, str]:
        """Port and country in each language shown."""
        named = dict(port.names) if port else {}
        parts = {code: (named.get(code) or named.get("en", ""), country) for code in self.words.codes}
        return {
            code: ", ".join(text for text in (name, country_name(of, code) if of else "") if text)
            for code, (name, of) in parts.items()
        }

    def _place(self, port: PortName | None, country: str) -> str:
        return "  ".join(dict.fromkeys(self._places(port, country).values()))

    # -- goods

    def _row(self, index: int, item: OriginItem) -> Row:
        cells = {
            "co_item": [Para(str(item.item_no))],
            "co_marks": self._marks() if index == 0 else [],
            "co_goods": self._goods(index, item),
            "co_hs": [Para(_hs(item.hs_code))],
            "co_criterion": [Para(item.criterion, bold=True)],
            "co_origin": [Para(text) for text in self._countries(item.origin_country)],
            "co_quantity": [Para(self._quantity(item))],
            "co_weight": self._weight(item),
            "co_weight_value": [*self._weight(item), *self._value(item)],
            "co_quantity_value": [Para(self._quantity(item)), *self._value(item)],
            "co_invoice": self._invoice() if index == 0 else [],
        }
        return [set_lines(cells[column.key], column.inner) for column in self.table.columns]

    def _marks(self) -> list[Para]:
        return [Para(text, SMALL) for text in self.facts.marks or ("N/M",)]

    def _countries(self, code: str) -> list[str]:
        return list(dict.fromkeys(country_name(code, language) for language in self.words.codes))

    def _goods(self, index: int, item: OriginItem) -> list[Para]:
        """The packages in words and the goods, on Form E with HS code and quantity; the last is closed."""
        paras = [Para(text) for text in self._packed(item)]
        if self.kind == "origin_form_e":
            paras.append(Para(f"H.S. {_hs(item.hs_code)}   {self._quantity(item)}", SMALL, colour=MUTED))
        if index < len(self.details.items) - 1:
            return paras
        if len(self.details.items) > 1:
            paras += [Para(text, bold=True) for text in self._total()]
        if self.kind == "origin_form_e" and self.details.third_party_invoicer:
            name = self.details.third_party_invoicer
            paras += [Para(text, bold=True) for text in self.words.sentences("co_third_party", name=name)]
        remarks = [] if self.form.remarks else self.details.remarks.splitlines()
        return [*paras, Para(CLOSED, bold=True), *(Para(text) for text in remarks if text.strip())]

    def _packed(self, item: OriginItem) -> list[str]:
        goods = self._by_language(dict(item.description))
        if not item.packages:
            return self.words.sentences("co_packed_before", goods=goods)
        return self.words.sentences(
            "co_packages",
            words=self._counts(item.packages),
            count=str(item.packages),
            package=self._package(item, item.packages),
            goods=goods,
        )

    def _total(self) -> list[str]:
        """All packages in words; a mixed kind is called packages."""
        items = [item for item in self.details.items if item.packages]
        count = sum(item.packages for item in items)
        if not count:
            return []
        package = self._package(items[0], count)
        if len({item.package_word for item in items}) > 1:
            package = {code: "件" if code == "zh_CN" else "PACKAGES" for code in self.words.codes}
        return self.words.sentences(
            "co_packages_total", words=self._counts(count), count=str(count), package=package
        )

    def _by_language(self, texts: dict[str, str]) -> dict[str, str]:
        other = next(iter(texts.values()), "")
        return {code: texts.get(code) or texts.get("en") or other for code in self.words.codes}

    def _counts(self, count: int) -> dict[str, str]:
        """The number in words. The forms are filled in English; only a Chinese sheet has Chinese words."""
        return {
            code: number_in_chinese(count) if code == "zh_CN" else cardinal_english(count)
            for code in self.words.codes
        }

    def _package(self, item: OriginItem, count: int) -> dict[str, str]:
        named = self._by_language(dict(item.package_word))
        return {
            code: word if code == "zh_CN" else _plural(word, count).upper() for code, word in named.items()
        }

    def _quantity(self, item: OriginItem) -> str:
        return f"{figure(item.quantity, self.quantity_places)} {self.words.unit(item.unit)}"

    def _weight(self, item: OriginItem) -> list[Para]:
        """Gross weight; where the item has none of its own, its quantity."""
        if not item.gross_g:
            return [Para(self._quantity(item))]
        label = self.words.both("co_gross")[0]
        return [Para(f"{kilograms(item.gross_g, self.weight_places)} kg {label}")]

    def _value(self, item: OriginItem) -> list[Para]:
        """The FOB value, where the form asks for it."""
        if item.fob_minor is None or not states_value(item.criterion):
            return []
        money = Money(item.fob_minor, self.facts.currency)
        return [Para(f"{money.currency} {money.format()} {self.words.both('co_fob')[0]}")]

    def _invoice(self) -> list[Para]:
        details = self.details
        number = details.invoice_number or self.draft.snapshot.invoice_number
        day = self.words.day(details.invoice_date) if details.invoice_date else ""
        return [Para(number, bold=True), Para(day)]

    # -- foot

    def _remarks_box(self) -> list[Block]:
        return self._across(self.form.remarks, "co_remarks", self._remarks()) if self.form.remarks else []

    def _tick_box(self) -> list[Block]:
        return (
            self._across(self.form.declaration + 2, "co_ticks", [Para(self._ticks())])
            if self.form.ticks
            else []
        )

    def _across(self, number: int, key: str, paras: list[Para]) -> list[Block]:
        flow = self.draft.flow
        return [stacked(self.draft.stack([[self._field(number, key, paras)]], flow.width), flow.left)]

    def _remarks(self) -> list[Para]:
        told = [self.details.remarks]
        if self.details.third_party_invoicer:
            told += self.words.sentences("co_third_party", name=self.details.third_party_invoicer)
        return [Para(text) for text in told if text] or [Para("\N{NO-BREAK SPACE}")]

    def _ticks(self) -> str:
        return "      ".join(
            f"[{'X' if tick in self.details.ticks else '  '}] {self.words.label(f'tick_{tick}')}"
            for tick in self.form.ticks
        )

    def _signing(self) -> Block:
        """The exporter's declaration beside the authority's certification, with room to sign."""
        draft, flow, number = self.draft, self.draft.flow, self.form.declaration
        half = flow.width / 2
        countries = {
            code: country_name(self.details.items[0].origin_country, code) for code in self.words.codes
        }
        declares = self.words.sentences("co_declares", country=countries)
        certifies = self.words.sentences("co_certifies")
        left = [
            *(Para(text, SMALL) for text in declares),
            Para(self.facts.company.name, BODY, bold=True),
            Para(self.details.declared_at),
        ]
        boxes = [
            draft.stack([[self._field(number, "co_declaration", left)]], half),
            draft.stack(
                [[self._field(number + 1, "co_certification", [Para(text, SMALL) for text in certifies])]],
                half,
            ),
        ]
        return self._with_room(boxes)

    def _with_room(self, boxes: list[Stack]) -> Block:
        flow, half = self.draft.flow, self.draft.flow.width / 2
        label = set_lines([Para(self.words.label("co_sign"), SMALL, colour=MUTED)], half - 2 * PAD)[:1]
        height = max(box.height for box in boxes) + 17 * MM

        def draw(page: Page, y: float) -> None:
            for index, box in enumerate(boxes):
                x = flow.left + index * half
                box.draw(page, x, y, height)
                _sign_line(page, x, y + height - 5.4 * MM, half, label)

        return Block(height, draw)


def _sign_line(page: Page, x: float, y: float, width: float, label: list[Line]) -> None:
    page.rule(x + PAD, y, x + width - PAD, y, 0.5, STRONG)
    for line in label:
        line.draw(page, x + PAD, y + 0.6 * MM)


def _hs(code: str) -> str:
    """Six digits as 9617.00, which all countries share; what is no code as it stands."""
    try:
        return HsCode(HsCode.parse(code).six).format()
    except InvalidValue:
        return code


def _plural(word: str, count: int) -> str:
    """*count* of the package *word*: 1 carton, 2 cartons."""
    if count == 1:
        return word
    known = {kind.en: kind.plural for kind in PACKAGES.values()}
    return known.get(word.lower(), word if word.lower().endswith("s") else f"{word}s")
