"""Kinds of package against UNECE Recommendation 21 and the customs table."""

from __future__ import annotations

import csv

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.packages import PACKAGES, package
from tests.shared import shared_path


def codes(relative: str, column: str) -> set[str]:
    with shared_path(relative).open(encoding="utf-8-sig", newline="") as file:
        return {row[column] for row in csv.DictReader(file) if not row.get("Status")}


def test_codes_are_active_in_recommendation_21() -> None:
    assert set(PACKAGES) <= codes("reference/rec21/data/data.csv", "Code")


def test_customs_codes_exist() -> None:
    known = codes("reference/cn-customs/BaseWrapType.csv", "code")
    assert {kind.customs_cn for kind in PACKAGES.values()} <= known


def test_packages_are_found_by_their_code() -> None:
    assert (package("CT").en, package("CT").plural, package("CT").customs_cn) == ("carton", "cartons", "22")
    assert (package("BX").plural, package("PX").zh) == ("boxes", "托盘")


def test_names_are_complete() -> None:
    for kind in PACKAGES.values():
        assert kind.en.islower()
        assert kind.plural.endswith("s")
        assert kind.plural != kind.en
        assert kind.zh


@pytest.mark.parametrize("code", ["XCT", "ct", "", None])
def test_unknown_kinds_are_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match="package"):
        package(code)
