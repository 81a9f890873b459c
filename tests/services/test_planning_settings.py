"""The settings of planning: kept whole, checked by field, saved over the version that was read."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.models.database import Database
from factory_erp.services.floor.planning_settings import (
    PlanningSettings,
    planning_settings,
    save_planning_settings,
    settings_sheet,
)


def test_a_new_factory_plans_as_usual(db: Database) -> None:
    sheet = settings_sheet()
    assert (sheet.settings, sheet.version, sheet.currency) == (PlanningSettings(), 0, "")


def test_settings_are_kept_and_the_same_again_changes_nothing(db: Database) -> None:
    given = PlanningSettings(late_percent=Decimal("0.75"), class_a=Decimal(5), frozen_hours=8, replan=False)
    assert save_planning_settings(given, 0).changes
    assert planning_settings() == given
    assert not save_planning_settings(given, 0).changes


def test_what_somebody_else_changed_is_not_written_over(db: Database) -> None:
    save_planning_settings(PlanningSettings(hold_days=9), 0)
    with pytest.raises(Conflict, match="somebody else"):
        save_planning_settings(PlanningSettings(hold_days=3), 0)
    sheet = settings_sheet()
    assert sheet.settings.hold_days == 9
    save_planning_settings(replace(sheet.settings, hold_days=3), sheet.version)
    assert settings_sheet().version == sheet.version + 1


@pytest.mark.parametrize("name", [one.name for one in fields(PlanningSettings) if one.name != "replan"])
def test_a_figure_that_makes_no_sense_is_named(db: Database, name: str) -> None:
    kind = type(getattr(PlanningSettings(), name))
    for wrong in (-1, 1_000_001):
        with pytest.raises(InvalidValue) as refused:
            save_planning_settings(replace(PlanningSettings(), **{name: kind(wrong)}))
        assert refused.value.field == name
        assert refused.value.remedy
    assert planning_settings() == PlanningSettings()
