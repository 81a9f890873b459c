"""How each item is declared to customs: its code, origin, and answers to the declaration elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.countries import country
from factory_erp.domain.errors import InvalidValue
from factory_erp.models.catalog import Item
from factory_erp.models.customs import ItemDeclaration
from factory_erp.services.base import get, query, use_case
from factory_erp.services.catalogue.index import index_item
from factory_erp.services.catalogue.tariff import (
    BRAND_TYPE,
    ELEMENT_LENGTH,
    ELEMENTS_OF_ALL,
    PREFERENCE,
    SEPARATOR,
    RateView,
    TariffView,
    check_answer,
    check_code,
    digits_of,
    tariff_of,
)
from factory_erp.services.master_data import assign, changed_since, differs, same_version, under
from factory_erp.services.names import CHINESE

ELEMENT_CHOICES: Mapping[str, tuple[str, ...]] = {
    BRAND_TYPE: ("无品牌", "境内自主品牌", "境内收购品牌", "境外品牌(贴牌生产)", "境外品牌(其它)"),
    PREFERENCE: (
        "出口货物在最终目的国(地区)不享受优惠关税",
        "出口货物在最终目的国(地区)享受优惠关税",
        "出口货物不能确定在最终目的国(地区)享受优惠关税",
    ),
}
"""Elements that are answered from a list, in the order of the customs codes 0, 1, 2 …"""

ANSWER_LENGTH = 300


@dataclass(frozen=True, slots=True)
class ElementValue:
    """What the item answers to a declaration element; *choices* where it is answered from a list."""

    element: str
    value: str
    choices: tuple[str, ...]

    @property
    def missing(self) -> bool:
        """Whether nothing has been answered."""
        return not self.value


@dataclass(frozen=True, slots=True)
class CustomsSheet:
    """How an item is declared. *known* says whether its code is in the list of tariff codes.

    *line* is what the declaration prints; *others* are answers that this code does not ask for.
    """

    item_id: int
    version: int
    sku: str
    hs_code: str
    code_name: str
    known: bool
    declaration_name: str
    origin: str
    elements: tuple[ElementValue, ...]
    others: tuple[ElementValue, ...]
    unit_1: str
    unit_2: str
    rate: RateView | None
    line: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Elements that have no answer yet."""
        return tuple(answer.element for answer in self.elements if answer.missing)

    def values(self) -> dict[str, str]:
        """Element → answer, as a form hands them back."""
        return {answer.element: answer.value for answer in (*self.elements, *self.others) if answer.value}


@query
def customs_sheet(session: Session, item_id: int) -> CustomsSheet:
    """How the item is declared, and what is missing. Raises NotFound."""
    item = get(session, Item, item_id)
    tariff, answers = tariff_of(session, item.hs_code), _answers(session, item_id)
    asked = _asked(tariff)
    names = {text.language: text.declaration_name for text in item.texts if text.declaration_name}
    return CustomsSheet(
        item_id=item.id,
        version=item.version,
        sku=item.sku,
        hs_code=item.hs_code,
        code_name=tariff.name if tariff else "",
        known=tariff is not None,
        declaration_name=names.get(CHINESE) or next(iter(names.values()), ""),
        origin=item.origin,
        elements=tuple(_answer(element, answers) for element in asked),
        others=tuple(_answer(element, answers) for element in sorted(answers.keys() - set(asked))),
        unit_1=tariff.unit_1 if tariff else "",
        unit_2=tariff.unit_2 if tariff else "",
        rate=tariff.rate if tariff else None,
        line=_line(asked, answers),
    )


def _asked(tariff: TariffView | None) -> tuple[str, ...]:
    """The elements of the tariff code; where they are not known, those that every declaration has."""
    return (tariff.elements if tariff else ()) or ELEMENTS_OF_ALL


def _answers(session: Session, item_id: int) -> dict[str, str]:
    rows = select(ItemDeclaration.element, ItemDeclaration.value).where(ItemDeclaration.item_id == item_id)
    return dict(session.execute(rows).all())


def _answer(element: str, answers: Mapping[str, str]) -> ElementValue:
    return ElementValue(element, answers.get(element, ""), ELEMENT_CHOICES.get(element, ()))


def _line(asked: Sequence[str], answers: Mapping[str, str]) -> str:
    """The answered elements in the tariff's order: "品牌类型:境内自主品牌|出口享惠情况:…"."""
    return SEPARATOR.join(f"{element}:{answers[element]}" for element in asked if answers.get(element))


@use_case
def save_declaration(
    session: Session,
    item_id: int,
    hs_code: str,
    origin: str,
    values: Mapping[str, str],
    version: int | None = None,
    read: Mapping[str, str] | None = None,
) -> None:
    """Write an item's HS code, origin (alpha-2) and answers; an element not in *values* loses its own.

    *version* is the item's and *read* the answers that the form showed. Raises InvalidValue under the field
    (an answer's is its element), and Conflict where somebody else changed either since.
    """
    item = get(session, Item, item_id, lock=True)
    wanted = {element.strip(): value.strip() for element, value in values.items() if value.strip()}
    facts = {"hs_code": digits_of(hs_code), "origin": origin.strip().upper()}
    _check_declaration(item.sku, facts, wanted)
    if differs(item, facts):
        same_version(item, version, item.sku)
        assign(item, facts)
        index_item(session, item)
    now = _answers(session, item_id)
    if now != wanted:
        if read is not None and now != {element: value for element, value in read.items() if value}:
            raise changed_since(item.sku)
        _put_answers(session, item_id, wanted)


def _check_declaration(sku: str, facts: Mapping[str, str], answers: Mapping[str, str]) -> None:
    if facts["hs_code"]:
        check_code(facts["hs_code"], "hs_code", sku)
    try:
        country(facts["origin"])
    except InvalidValue as error:
        raise under(error, "origin", sku) from None
    for element, value in answers.items():
        check_answer(element, element, sku, element, most=ELEMENT_LENGTH)
        check_answer(value, element, sku, element, most=ANSWER_LENGTH)


def _put_answers(session: Session, item_id: int, wanted: Mapping[str, str]) -> None:
    rest = dict(wanted)
    for row in session.scalars(select(ItemDeclaration).filter_by(item_id=item_id)):
        value = rest.pop(row.element, None)
        if value is None:
            session.delete(row)
        else:
            row.value = value
    session.add_all(
        ItemDeclaration(item_id=item_id, element=element, value=value) for element, value in rest.items()
    )
