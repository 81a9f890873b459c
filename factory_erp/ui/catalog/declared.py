"""How an item is declared, read together with the tariff code that it stands under."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.services.catalogue import customs, tariff
from factory_erp.services.catalogue.customs import CustomsSheet
from factory_erp.services.catalogue.tariff import ELEMENTS_OF_ALL, TariffView


@dataclass(frozen=True, slots=True)
class Declared:
    """How the item is declared, and the tariff code that it stands under."""

    sheet: CustomsSheet
    code: TariffView | None


def read_declared(item_id: int) -> Declared:
    """How the item is declared, and its tariff code. Raises NotFound."""
    sheet = customs.customs_sheet(item_id)
    return Declared(sheet, tariff.tariff_code(sheet.hs_code) if sheet.known else None)


def own_facts(sheet: CustomsSheet) -> tuple[object, ...]:
    """What of the item is edited here."""
    return sheet.hs_code, sheet.origin, sheet.values()


def asked_by(code: TariffView | None) -> tuple[str, ...]:
    """The elements that a code asks for; where they are not known, those of every declaration."""
    return (code.elements if code else ()) or ELEMENTS_OF_ALL
