"""The benchmark of flexible job shops: its reader, its judge, and one public instance."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import fjsp
from benchmarks.fjsp_check import Row, judge
from tests.shared import shared_path

TEXT = "2 2 1.5\n2  2 1 3 2 4  1 2 5\n1  1 1 2\n"
GOOD: list[Row] = [(0, 0, 0, 2, 5), (0, 1, 1, 5, 10), (1, 0, 0, 0, 2)]


def asked(**more: object) -> argparse.Namespace:
    """A request with its defaults."""
    known = {"seconds": 2.0, "seed": 0, "workers": 1, "only": None, "alone": True, "json": True}
    return argparse.Namespace(**(known | more))


def test_machines_may_be_numbered_from_one_or_from_nought() -> None:
    jobs = [[[(0, 3), (1, 4)], [(1, 5)]], [[(0, 2)]]]
    assert fjsp.read(TEXT) == (2, jobs)
    assert fjsp.read("2 2\n2 2 0 3 1 4 1 1 5\n1 1 0 2\n") == (2, jobs)


def test_the_judge_accepts_a_good_schedule() -> None:
    assert judge(TEXT, GOOD) == []


def test_the_judge_finds_every_kind_of_error() -> None:
    assert "missing" in judge(TEXT, GOOD[:2])[0]
    assert "twice" in judge(TEXT, [*GOOD, GOOD[2]])[0]
    assert "cannot take 2" in judge(TEXT, [(0, 0, 0, 2, 4), *GOOD[1:]])[0]
    assert "cannot take 2 on machine 1" in judge(TEXT, [*GOOD[:2], (1, 0, 1, 0, 2)])[0]
    assert "before step 0 ends" in judge(TEXT, [GOOD[0], (0, 1, 1, 4, 9), GOOD[2]])[0]
    assert "at once" in judge(TEXT, [*GOOD[:2], (1, 0, 0, 3, 5)])[0]
    assert "before time 0" in judge(TEXT, [*GOOD[:2], (1, 0, 0, -1, 1)])[0]


def test_a_single_file_is_solved_to_the_proven_best(tmp_path: Path) -> None:
    (tmp_path / "tiny.txt").write_text(TEXT)
    answer, rows = fjsp.solve(tmp_path / "tiny.txt", asked())
    assert (answer["makespan"], answer["lower_bound"], answer["valid"]) == (8, 8, True)
    assert judge(TEXT, rows) == []


def test_a_folder_gives_rows_with_gaps(tmp_path: Path) -> None:
    (tmp_path / "tiny.txt").write_text(TEXT)
    listing = [
        {"name": "tiny", "path": "tiny.txt", "optimum": None, "bounds": {"upper": 5}},
        {"name": "absent", "path": "absent.txt", "optimum": 3},
    ]
    (tmp_path / "instances.json").write_text(json.dumps(listing))
    found = fjsp.compare(tmp_path, asked())
    assert found["mean_gap"] == 60.0
    assert found["valid"] is True


def test_a_public_instance_reaches_its_best_known_end() -> None:
    path = shared_path("benchmarks/fjsp/brandimarte/mk03.txt")
    answer, _rows = fjsp.solve(path, asked(seconds=4.0))
    assert answer["valid"]
    assert answer["makespan"] == 204
