from __future__ import annotations

from decimal import Decimal

from factory_erp.ui.catalog.routing_revisions import next_name
from factory_erp.ui.catalog.routing_time import lot_words, step_times


def test_batches_and_subcontractors_count_as_plans_count_them() -> None:
    blank = dict.fromkeys(("name_zh", "queue_minutes", "move_minutes", "setup_minutes"))
    oven = {**blank, "sequence": 10, "name_en": "Firing", "run_seconds": Decimal(3600),
            "batch_size": Decimal(48), "subcontract_days": 0}  # fmt: skip
    away = {**oven, "sequence": 20, "name_en": "Plating", "subcontract_days": 3}
    times = step_times([oven, away], Decimal(100))

    assert [(one.run, one.days) for one in times] == [(180, 0), (0, 3)]
    assert lot_words(times, Decimal(100), "H87") == "100 PCS: 3 h, of which set-up 0 min · 3 days away"
    assert times[1].words == "20 Plating: 3 days away"


def test_names_of_revisions_go_on() -> None:
    assert [next_name(taken) for taken in (["A"], ["B", "A"], ["2026"], ["Z"])] == ["B", "C", "", ""]
