"""What the cartons of a shipment weigh for each invoice line: net, gross, packages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from factory_erp.documents.facts import CartonLine, ShipmentFacts


@dataclass(frozen=True, slots=True)
class Load:
    """Net and gross grams, and packages; loads can be added."""

    net_g: int = 0
    gross_g: int = 0
    packages: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.net_g + other.net_g, self.gross_g + other.gross_g, self.packages + other.packages)


def loads(facts: ShipmentFacts) -> dict[int, Load]:
    """Line number → its load. A mixed carton's packages and gross weight stand with its first item.

    Cartons that do not name their line are shared out by quantity over the lines of their item.
    """
    found: dict[int, Load] = defaultdict(Load)
    for carton in facts.cartons:
        for line_no, load in _shares(carton, facts):
            found[line_no] += load
    return found


def _shares(carton: CartonLine, facts: ShipmentFacts) -> list[tuple[int, Load]]:
    packages = 0 if carton.mixed_with_previous else carton.cartons
    if carton.line_no:
        return [(carton.line_no, Load(carton.net_g, carton.gross_g, packages))]
    lines = [line for line in facts.lines if line.item_number == carton.item_number]
    quantities = [line.quantity for line in lines]
    parts = [shared_out(whole, quantities) for whole in (carton.net_g, carton.gross_g, packages)]
    return [(line.line_no, Load(*part)) for line, *part in zip(lines, *parts, strict=True)]


def shared_out(whole: int, by: Sequence[Decimal | int]) -> list[int]:
    """*whole* ≥ 0 in whole shares in proportion to *by*, largest remainders first; equal if all are zero."""
    weights = [Fraction(weight) for weight in by]
    if not any(weights):
        weights = [Fraction(1)] * len(weights)
    total = sum(weights)
    exact = [whole * weight / total for weight in weights]
    shares = [int(share) for share in exact]
    order = sorted(range(len(shares)), key=lambda index: shares[index] - exact[index])
    for index in order[: whole - sum(shares)]:
        shares[index] += 1
    return shares
