"""Numbers without a gap."""

import pytest

from factory_erp.models.database import Database
from factory_erp.services.numbering import next_number


def test_numbers_follow_one_another_per_series_and_year(db: Database) -> None:
    with db.session(write=True) as session:
        said = [
            next_number(session, "CI", 2026),
            next_number(session, "CI", 2026),
            next_number(session, "PL", 2026),
        ]
        said.append(next_number(session, "CI", 2027))
    assert said == ["CI-2026-00001", "CI-2026-00002", "PL-2026-00001", "CI-2027-00001"]


def test_a_rolled_back_number_is_given_again(db: Database) -> None:
    class Abandoned(Exception):
        pass

    def abandon() -> None:
        with db.session(write=True) as session:
            next_number(session, "CI", 2026)
            raise Abandoned

    with pytest.raises(Abandoned):
        abandon()
    with db.session(write=True) as session:
        assert next_number(session, "CI", 2026) == "CI-2026-00001"
