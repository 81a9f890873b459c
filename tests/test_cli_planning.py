"""Material, schedule and promise without a window."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.test_cli import Run, cups, run

__all__ = ["cups", "run"]


def test_the_material_plan_is_suggested_and_accepted(cups: Path, run: Run) -> None:
    planned = run("plan", "run", "--data", cups, "--json").json
    assert (planned["make"], planned["problems"]) == (2, [])
    rows = run("plan", "suggestions", "--data", cups, "--json").json["suggestions"]
    found = {row["sku"]: Decimal(row["quantity"]) for row in rows}
    assert found == {"CUP": 100, "LID": 80, "STEEL": 29, "BOX": 100}
    done = run("plan", "accept", "--all", "--data", cups, "--json").json
    assert (len(done["production_orders"]), len(done["purchase_orders"])) == (2, 1)
    again = run("plan", "run", "--data", cups, "--json").json
    assert (again["make"], again["buy"]) == (0, 0), "what was accepted is not suggested a second time"


def test_only_what_is_as_it_was_shown_is_accepted(cups: Path, run: Run) -> None:
    run("plan", "run", "--data", cups, "--json")
    rows = run("plan", "suggestions", "--view", "make", "--data", cups, "--json").json["suggestions"]
    one = rows[0]
    sentence, remedy = run("plan", "accept", f"{one['id']}:{one['version'] + 1}", "--data", cups).refused()
    assert one["sku"] in sentence
    assert remedy
    sentence, remedy = run("plan", "accept", f"{one['id']}:new", "--data", cups).refused()
    assert f"'{one['id']}:new'" in sentence
    assert "42:3" in remedy
    done = run("plan", "accept", f"{one['id']}:{one['version']}", "--data", cups, "--json").json
    assert len(done["production_orders"]) == 1


def test_it_has_to_be_said_which_suggestions(cups: Path, run: Run) -> None:
    sentence, remedy = run("plan", "accept", "--data", cups).refused()
    assert sentence == "It is not clear which suggestions are meant."
    assert "--all" in remedy
    sentence, remedy = run("plan", "suggestions", "--view", "nonsense", "--data", cups).refused()
    assert "nonsense" in sentence
    assert "late" in remedy


def test_the_schedule_is_searched_and_says_what_is_late(cups: Path, run: Run) -> None:
    run("plan", "order", "--data", cups, "--json")
    outcome = run("schedule", "run", "--seconds", "0.5", "--data", cups, "--json").json
    assert outcome["operations"] == 3
    assert 0 <= outcome["lower_bound"] <= outcome["cost_after"]
    late = run("schedule", "late", "--data", cups, "--json").json["late_orders"]
    assert [row["number"] for row in late] == [row["number"] for row in outcome["late_orders"]]
    assert all(row["reasons"] for row in late)


def test_a_date_is_promised(cups: Path, run: Run) -> None:
    offer = run("promise", "CUP", "300", "--data", cups, "--json").json
    assert date.fromisoformat(offer["day"]) > date(2026, 11, 1)
    assert offer["binding"]
    wanted = run("promise", "CUP", "300", "--date", offer["day"], "--data", cups, "--json").json
    assert (wanted["day"], wanted["feasible"]) == (offer["day"], True)


def test_a_promise_of_nothing_is_refused(cups: Path, run: Run) -> None:
    for words, part in (
        (("CUP", "many"), "'many' is no quantity."),
        (("CUP", "5", "--date", "tomorrow"), "'tomorrow' is no day."),
        (("NOBODY", "5"), "NOBODY"),
    ):
        sentence, remedy = run("promise", *words, "--data", cups).refused()
        assert part in sentence
        assert remedy
