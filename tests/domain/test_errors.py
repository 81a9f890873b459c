"""Domain errors carry what a person needs to act."""

from __future__ import annotations

import pytest

from factory_erp.domain.errors import Conflict, DomainError, InvalidValue, NotAllowed, NotFound


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = NotAllowed("It is shipped.", record="SO-2026-00042", field="Status", remedy="Reverse it.")
    assert (error.message, error.record, error.field, error.remedy) == (
        "It is shipped.",
        "SO-2026-00042",
        "Status",
        "Reverse it.",
    )
    assert str(error) == "It is shipped. Reverse it."
    assert str(NotFound("Gone.")) == "Gone."


@pytest.mark.parametrize("kind", [InvalidValue, NotFound, NotAllowed, Conflict])
def test_every_kind_is_caught_as_a_domain_error(kind: type[DomainError]) -> None:
    with pytest.raises(DomainError):
        raise kind("No.")


def test_an_invalid_value_is_a_value_error() -> None:
    assert issubclass(InvalidValue, ValueError)
