import pytest

from factory_erp.sync.http.client import Retry, parse_json
from factory_erp.sync.http.limiter import Limiter


def test_no_number_of_an_answer_becomes_a_float() -> None:
    assert parse_json(b'{"a": 0.10, "b": 12, "c": NaN, "d": 1e400}') == {
        "a": "0.10",
        "b": 12,
        "c": "NaN",
        "d": "1e400",
    }


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\xff", b"[" * 100_000])
def test_what_is_not_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — any ValueError will do, the client turns it into its own
        parse_json(content)


def test_pauses_double_and_are_bounded() -> None:
    assert list(Retry(attempts=5, first_pause=1, longest_pause=3).pauses()) == [1, 2, 3, 3]


def test_a_burst_passes_and_the_rest_is_paced() -> None:
    clock = [0.0]
    waits: list[float] = []
    limiter = Limiter(2, 3, clock=lambda: clock[0], sleep=waits.append)
    for _call in range(5):
        limiter.take("a")
    assert waits == [0.5, 1.0]
    assert limiter.take("b") == 0
    clock[0] = 100.0
    assert [limiter.take("a") for _call in range(4)] == [0, 0, 0, 0.5]


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_limiter_that_lets_nothing_through_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Limiter(rate, burst)
