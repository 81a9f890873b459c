"""Units of measure as printed beside a quantity: ``unit_`` and the UN/ECE Rec 20 code."""

from __future__ import annotations

from factory_erp.domain.quantity import UNITS

LABELS: dict[str, tuple[str, str]] = {f"unit_{unit.code}": (unit.abbr_en, unit.zh) for unit in UNITS.values()}
"""Key → (English, Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {}
"""Units need no sentences."""
