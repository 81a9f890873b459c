"""Reading our own papers for the checker: what stands on the page, and no more.

What a customer's options hide is not stated; a text in several languages is stated in the first that is
printed. Weights are exact, volumes as they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Charge, Container, Goods, Paper, PaperKind
from factory_erp.documents.boxes import buyer_of
from factory_erp.documents.facts import ContainerFacts, GoodsLine, Party, PortName, Texts
from factory_erp.documents.parts import common_purchase_orders
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import Wording
from factory_erp.domain.money import Money

CHECKED: Mapping[str, PaperKind] = MappingProxyType(
    {
        "commercial_invoice": "commercial_invoice",
        "packing_list": "packing_list",
        "shipping_marks": "carton_label",
        "carton_labels": "carton_label",
        "booking_note": "booking_note",
        "shippers_instruction": "booking_note",
        "vgm_declaration": "vgm_declaration",
        "origin_general": "certificate_of_origin",
        "origin_form_e": "certificate_of_origin",
        "origin_rcep": "certificate_of_origin",
        "origin_form_a": "certificate_of_origin",
        "beneficiary_certificate": "beneficiary_certificate",
        "inspection_certificate": "certificate",
        "weight_certificate": "certificate",
        "bill_of_exchange": "draft",
        "shipping_advice": "shipping_advice",
        "customs_declaration": "customs_declaration",
    }
)
"""Our kind of paper → what the checker takes it for; other kinds state nothing that is checked."""

_VOYAGE = re.compile(
    r"^(?P<vessel>.*?[^\s/,])[\s/,]+(?:V(?:OY)?\W*(?:NO\W*)?)?(?P<voyage>[A-Z]{0,2}[0-9]{2,5}[A-Z]{0,2})\s*$",
    re.IGNORECASE,
)
_KEPT_NUMBERS = re.compile(r"\d")
_MM3_IN_LITRE = 10**6
_OFF = 100
"""A volume that rounding to the litre would change by more than a hundredth part is stated as it is."""


def ref_of(kind: str, variant: str = "") -> str:
    """What findings call our paper: its kind, and which of several."""
    return f"{kind}-{variant}" if variant else kind


def firm(party: Party | None) -> Firm | None:
    """A party as the checker compares it."""
    if party is None:
        return None
    return Firm(party.name, party.address_lines, party.country, party.name_local)


def kilograms(grams: int) -> Decimal:
    """*grams* in kilograms, exactly and without idle zeros."""
    return _plain(Decimal(grams).scaleb(-3))


def cubic_metres(volume_mm3: int) -> Decimal:
    """Cubic metres with the three decimals that papers print; with all for what is too small for them."""
    litres = (volume_mm3 + _MM3_IN_LITRE // 2) // _MM3_IN_LITRE
    if abs(litres * _MM3_IN_LITRE - volume_mm3) * _OFF > volume_mm3:
        return _plain(Decimal(volume_mm3).scaleb(-9))
    return Decimal(litres).scaleb(-3)


def _plain(value: Decimal) -> Decimal:
    return Decimal(f"{value.normalize():f}")


def vessel_and_voyage(text: str) -> tuple[str, str]:
    """The two parts of "EVER GIVEN / 021W", "EVER GIVEN V.021W" or "EVER GIVEN 021W"."""
    both = _VOYAGE.match(text.strip())
    return (both["vessel"], both["voyage"]) if both else (text.strip(), "")


class Reading:
    """One paper of ours being read: its facts, its words, and which of its boxes are printed."""

    def __init__(self, snapshot: DocumentSnapshot) -> None:
        self.snapshot = snapshot
        self.facts = snapshot.facts
        self.words = Wording(snapshot.language)
        self.neutral = snapshot.options.neutral

    def shows(self, key: str) -> bool:
        """Whether the box or column *key* is printed."""
        return key not in self.snapshot.options.hidden

    def said(self, key: str, value: str) -> str:
        """*value*, where its box is printed."""
        return value if self.shows(key) else ""

    def pick(self, texts: Texts) -> str:
        """*texts* in the first language that is printed."""
        return next(iter(self.words.pick(texts)), "")

    def port(self, key: str, port: PortName | None) -> str:
        """The port's name, where its box is printed."""
        return self.pick(port.names) or port.code if port is not None and self.shows(key) else ""

    def clauses(self, *more: str) -> str:
        """What the paper says in sentences: *more*, the customer's clauses and the remarks."""
        wanted = [text for clause in self.snapshot.options.clauses for text in self.words.pick(clause)]
        remarks = self.words.pick(self.facts.remarks)
        return "\n".join(text for text in (*more, *wanted, *remarks) if text)

    def start(self, variant: str = "") -> Paper:
        """Kind, name, heading, number, day, issuer: what every paper has.

        Credits name papers in English: a heading in another language alone is none that they could ask for.
        """
        snapshot = self.snapshot
        return Paper(
            CHECKED[snapshot.kind],
            ref=ref_of(snapshot.kind, variant),
            title=self.words.both(snapshot.kind)[0] if "en" in self.words.codes else "",
            number=snapshot.number if _KEPT_NUMBERS.search(snapshot.number) else "",
            date=snapshot.issued_on,
            issuer=firm(self.facts.company),
            text=self.clauses(),
        )

    def references(self) -> dict[str, Any]:
        """Contract and letter of credit."""
        facts = self.facts
        lc = self.shows("lc_no")
        return {
            "contract_number": self.said("contract_no", facts.contract_number),
            "lc_number": facts.lc_number if lc else "",
            "lc_date": facts.lc_date if lc else None,
        }

    def orders(self) -> tuple[str, ...]:
        """The buyer's order numbers and ours."""
        theirs = common_purchase_orders(self.facts) if self.shows("customer_po") else []
        ours = self.facts.order_numbers if self.shows("order_no") else ()
        return tuple(dict.fromkeys((*theirs, *ours)))

    def way(self) -> dict[str, Any]:
        """Vessel, ports and departure."""
        facts = self.facts
        vessel, voyage = vessel_and_voyage(self.said("vessel", facts.vessel_voyage))
        return {
            "vessel": vessel,
            "voyage": voyage,
            "port_of_loading": self.port("port_of_loading", facts.port_of_loading),
            "port_of_discharge": self.port("port_of_discharge", facts.port_of_discharge),
            "etd": facts.etd if self.shows("etd") else None,
        }

    def countries(self) -> dict[str, Any]:
        """Origin and destination."""
        return {
            "origin_country": self.said("origin", self.facts.origin_country),
            "destination_country": self.said("destination", self.facts.destination_country),
        }

    def marks(self) -> tuple[str, ...]:
        """The shipping marks; N/M where there are none."""
        return (self.facts.marks or ("N/M",)) if self.shows("marks") else ()

    def load(self) -> dict[str, Any]:
        """Packages, weights and volume, once the goods are packed."""
        facts = self.facts
        if not facts.cartons:
            return {}
        return {
            "packages": facts.carton_count if self.shows("packages") else None,
            "net_kg": kilograms(facts.net_g) if self.shows("net_weight") else None,
            "gross_kg": kilograms(facts.gross_g) if self.shows("gross_weight") else None,
            "volume_m3": cubic_metres(facts.volume_mm3) if self.shows("measurement") else None,
        }

    def numbered(self) -> tuple[Container, ...]:
        """The containers by their numbers."""
        numbers = self.facts.container_numbers if self.shows("containers") else ()
        return tuple(Container(number) for number in numbers)

    def sealed(self) -> tuple[Container, ...]:
        """The containers with seals and types."""
        known = tuple(_container(one) for one in self.facts.containers)
        return known or tuple(Container(number) for number in self.facts.container_numbers)

    def amount(self, minor: int) -> Decimal:
        """Minor units as the paper prints them."""
        return Money(minor, self.facts.currency).amount

    def in_words(self, minor: int) -> str:
        """An amount in words, in the first language."""
        return next(iter(self.words.amount_in_words(Money(minor, self.facts.currency))), "")

    def goods(self, *, codes: bool = True) -> tuple[Goods, ...]:
        """The lines of goods without prices; with HS *codes* and origins or without."""
        return tuple(self._line(line, codes) for line in self.facts.lines)

    def _line(self, line: GoodsLine, codes: bool) -> Goods:
        return Goods(
            line_no=line.line_no,
            item_number=line.item_number,
            description=self.pick(line.description),
            quantity=line.quantity,
            unit=line.unit,
            hs_code=line.hs_code if codes else "",
            origin=line.origin_country if codes else "",
        )


def _container(one: ContainerFacts) -> Container:
    return Container(one.number, one.seal, one.type_code)


def invoice(read: Reading, paper: Paper) -> Paper:
    """The commercial invoice: goods with prices, charges, total in figures and words."""
    facts = read.facts
    items = read.shows("item") and read.shows("our_item")
    priced = tuple(
        replace(
            goods,
            item_number=goods.item_number if items else "",
            unit_price=line.unit_price,
            amount=read.amount(line.amount_minor),
        )
        for goods, line in zip(read.goods(codes=read.shows("hs_origin")), facts.lines, strict=True)
    )
    stated = replace(
        paper,
        issuer=None if read.neutral else paper.issuer,
        signed=False if read.neutral else None,
        addressee=firm(buyer_of(facts)) if read.shows("buyer") else firm(facts.consignee),
        consignee=firm(facts.consignee),
        notify=firm(facts.notify) if read.shows("notify") else None,
        currency=facts.currency,
        total=read.amount(facts.total_minor),
        words=read.in_words(facts.total_minor) if read.shows("amount_in_words") else "",
        trade_term=str(facts.trade_term),
        payment_terms=read.said("payment", read.pick(facts.payment_terms)),
        goods=priced,
        charges=tuple(Charge(read.pick(one.label), read.amount(one.amount_minor)) for one in facts.charges),
        containers=read.numbered(),
        order_numbers=read.orders(),
        marks=read.marks() if facts.cartons or facts.marks else (),
        **read.load(),
    )
    return replace(stated, **read.references(), **read.way(), **read.countries())


def marks_sheet(read: Reading, paper: Paper) -> Paper:
    """Shipping marks and carton labels: the marks, and where the goods come from."""
    return replace(paper, issuer=None, number="", marks=read.marks(), **read.countries())


def on_day(read: Reading, day: date | None) -> dict[str, Any]:
    """The day *day* that a paper names for the departure: as booked, or as it was."""
    booked = day is not None and day == read.facts.etd
    return {"etd": day if booked else None, "on_board": None if booked else day}
