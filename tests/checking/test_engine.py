from __future__ import annotations

import builtins
import socket
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import cycle
from typing import Any, get_args, get_type_hints

import pytest

from factory_erp.checking.credit import Credit
from factory_erp.checking.engine import CHECKS, check
from factory_erp.checking.findings import CREDIT, RULES
from factory_erp.checking.papers import (
    Cartons,
    Certificate,
    Charge,
    Container,
    Customs,
    Draft,
    Goods,
    Insurance,
    Paper,
    PaperKind,
    PaperSet,
    SupplierInvoice,
)
from factory_erp.checking.rules.reading import KIND_NAMES
from factory_erp.i18n import in_language
from tests.checking.samples import GOOD, with_line, with_paper

FIGURES = [
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    Decimal("-Infinity"),
    Decimal("1E+999999"),
    Decimal("1E-999999"),
    Decimal("-0"),
    Decimal(-5),
    Decimal("99999999999999999.999999999999"),
    Decimal("0.000000000001"),
]
COUNTS = [0, -1, 10**17, 10**5000, 7]
DAYS = [date.min, date.max, date(1970, 1, 1), date(2026, 2, 28), date(2199, 12, 31)]
PIECES = [
    "",
    " ",
    "\0",
    "\u202e",
    "\ud800",
    "😀" * 20,
    "<b>&amp;</b>",
    "../../etc/passwd",
    "http://example.com/x?y=z",
    "{name} {0} {} %s %(x)d",
    "'; DROP TABLE papers; --",
    "1-99999999999999",
    "1-999999, A1-A999999",
    "C/NO. 1-UP",
    "1/0",
    "NaN",
    "1e400",
    "US DOLLARS " + "HUNDRED " * 60,
    "人民币零元零角零分",
    "北京" * 50,
    "مرحبا 2026-0815",
    "ภาษาไทย",
    "\n\n\r\n\t",
    "(((((((((((",
    "[a-z]*+?{1,99}",
    "INCOTERMS 2020 INCOTERMS CIF CIF CIF",
    "+/- 99 PCT MORE OR LESS 5%",
    "9,999,999,999.999999 PCS USD0/PC",
    'ALL DOCUMENTS MUST BEAR "' + "X" * 500 + '"',
    "FULL SET OF 9/9 IN 99 ORIGINALS AND 99 COPIES",
    "ON OR ABOUT 99 FEBRUARY 0000",
    "0/0/0 -- 31-02-2026",
    "word " * 300,
    "A" * 3000,
    "ANY PORT IN ANY PORT OR / ; AND/OR",
]


def hostile(number: int) -> str:
    """One of at least a thousand texts that nobody would write on a paper."""
    first, second = PIECES[number % len(PIECES)], PIECES[(number // len(PIECES)) % len(PIECES)]
    return f"{first}{second}" if number % 2 else f"{second} {number} {first}"


class Filler:
    """Fills every field of the records with hostile values, other ones each time."""

    def __init__(self, start: int) -> None:
        self.number = start

    def record(self, kind: type[Any]) -> Any:
        hints = get_type_hints(kind)
        return kind(**{field.name: self.value(hints[field.name]) for field in fields(kind)})

    def value(self, kind: Any) -> Any:
        self.number += 1
        inner = [part for part in get_args(kind) if part is not type(None)]
        if kind is str:
            return hostile(self.number)
        if kind is Decimal or Decimal in inner:
            return FIGURES[self.number % len(FIGURES)]
        if kind is bool or bool in inner:
            return bool(self.number % 2)
        if kind is int or int in inner:
            return COUNTS[self.number % len(COUNTS)]
        if kind is date or (date in inner and Ellipsis not in inner):
            return DAYS[self.number % len(DAYS)]
        if Ellipsis in inner:
            return tuple(self.value(inner[0]) for _place in range(2))
        if is_dataclass(kind):
            return self.record(kind)
        if inner and is_dataclass(inner[0]):
            return self.record(inner[0])
        return inner[self.number % len(inner)]


@pytest.fixture
def _sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file and no network from here on."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"opened {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(builtins, "open", refuse)


def test_the_good_set_has_no_finding() -> None:
    assert check(GOOD) == ()


def test_the_good_set_without_its_credit_has_no_finding() -> None:
    assert check(replace(GOOD, credit=None)) == ()


def test_nothing_to_check_is_no_finding() -> None:
    assert check(PaperSet()) == ()


def test_every_rule_has_its_check_its_title_and_its_source() -> None:
    assert set(CHECKS) == set(RULES) == set(range(1, 46))
    assert all(rule.title and rule.article for rule in RULES.values())


def test_every_kind_of_paper_has_a_name() -> None:
    assert set(KIND_NAMES) == set(get_args(PaperKind))


def test_findings_come_in_the_order_of_the_rules() -> None:
    broken = with_paper("commercial_invoice", currency="EUR", packages=1, trade_term="")
    numbers = [finding.rule for finding in check(broken)]
    assert numbers == sorted(numbers)
    assert {1, 7, 19} <= set(numbers)


def test_findings_speak_the_language_of_the_user() -> None:
    with in_language("zh_CN"):
        (found,) = [one for one in check(with_paper("commercial_invoice", currency="EUR")) if one.rule == 1]
    assert found.message


@pytest.mark.parametrize("figure", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+30"), Decimal("1E-30")])
def test_an_absurd_figure_is_said_and_not_calculated_with(figure: Decimal) -> None:
    (found,) = check(with_line("customs_declaration", 0, second_quantity=figure))
    assert (found.rule, found.severity) == (41, "W")
    assert found.places[0].field == "goods[0].second_quantity"


def test_an_absurd_date_is_said() -> None:
    found = check(with_paper("booking_note", date=date(1, 1, 1)))
    assert [(one.rule, one.fields) for one in found] == [(41, ("date",))]


@pytest.mark.usefixtures("_sealed")
def test_a_thousand_hostile_texts_in_every_field_raise_nothing() -> None:
    kinds = cycle(get_args(PaperKind))
    filler = Filler(0)
    while filler.number < 5_000:
        papers = tuple(replace(filler.record(Paper), kind=next(kinds)) for _paper in range(3))
        found = check(replace(filler.record(PaperSet), papers=papers, credit=filler.record(Credit)))
        assert all(finding.rule in RULES for finding in found)


@pytest.mark.usefixtures("_sealed")
def test_hostile_texts_on_one_paper_of_the_good_set_raise_nothing() -> None:
    texts = [field.name for field in fields(Paper) if get_type_hints(Paper)[field.name] is str]
    for number, paper in enumerate(GOOD.papers):
        spoilt = replace(paper, **{name: hostile(31 * number + len(name)) for name in texts if name != "ref"})
        papers = tuple(spoilt if one is paper else one for one in GOOD.papers)
        assert all(one.message for one in check(replace(GOOD, papers=papers)))


def test_the_credit_is_named_among_the_documents() -> None:
    (found,) = [one for one in check(with_paper("commercial_invoice", currency="EUR")) if one.rule == 1]
    assert CREDIT in found.documents


def test_a_paper_of_every_kind_with_nothing_on_it_raises_nothing() -> None:
    empty = (Goods(), Cartons(), Charge(), Container())
    papers = tuple(
        Paper(
            kind,
            goods=empty[:1],
            cartons=empty[1:2],
            charges=empty[2:3],
            containers=empty[3:],
            insurance=Insurance(),
            draft=Draft(),
            certificate=Certificate(),
            customs=Customs(),
        )
        for kind in get_args(PaperKind)
    )
    found = check(PaperSet(papers, Credit(), supplier_invoices=(SupplierInvoice(),)))
    assert all(finding.message for finding in found)
