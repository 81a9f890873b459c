from decimal import Decimal

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.common.countries import country_code
from factory_erp.sync.connectors.common.reader import rows_of, without_noise
from factory_erp.sync.connectors.dhgate import SPEC
from factory_erp.sync.connectors.dhgate.gateway import VERSIONS, router_address
from factory_erp.sync.connectors.dhgate.units import WORDS, unit_code
from factory_erp.sync.connectors.registry import PLATFORMS
from factory_erp.sync.connectors.spec import Capability
from tests.shared import shared_path


def test_the_platform_is_registered_with_its_rules() -> None:
    assert PLATFORMS["dhgate"] is SPEC
    assert SPEC.rules is not None
    assert SPEC.rules.discount_tiers
    assert SPEC.rules.listing_days == (14, 30, 90)
    assert SPEC.rules.images_least == 3
    assert Capability.MESSAGES in SPEC.capabilities
    assert Capability.RFQS not in SPEC.capabilities
    assert {option.name for option in SPEC.options} == {
        "zone", "zone_certain", "clock_offset", "locale", "token_address",
    }  # fmt: skip


def test_versions_are_those_of_the_documentation() -> None:
    contract = shared_path("platforms/dhgate/dhgate_contract_from_php_sdk.json").read_text("utf-8")
    for method, version in VERSIONS.items():
        assert f'"method": "{method}"' in contract or f'"method":"{method}"' in contract
        assert version in {"1.0", "2.1"}


def test_the_router_follows_from_a_host() -> None:
    assert router_address("") == "https://api.dhgate.com/dop/router"
    assert router_address("http://127.0.0.1:8/") == "http://127.0.0.1:8/dop/router"
    assert router_address("https://x.example/y") == "https://x.example/y"


@pytest.mark.parametrize(
    ("name", "code"),
    [("United States", "US"), ("china", "CN"), ("DE", "DE"), ("Viet Nam", "VN"), ("USA", "US"), ("UK", "GB")],
)
def test_countries_by_name(name: str, code: str) -> None:
    assert country_code(name) == code


def test_a_country_that_is_none() -> None:
    with pytest.raises(InvalidValue):
        country_code("Atlantis")


def test_units_both_ways() -> None:
    for code, words in WORDS.items():
        assert {unit_code(word.upper()) for word in words} == {code}
    assert unit_code("件") == "H87"


def test_noise_of_doubles_is_dropped_and_nothing_else() -> None:
    assert without_noise(Decimal("19.990000000000002")) == Decimal("19.99")
    assert without_noise(Decimal("19.999999999999998")) == Decimal(20)
    assert without_noise(Decimal("0.1234567")) == Decimal("0.1234567")
    assert without_noise(Decimal("0.12345678901")) == Decimal("0.12345678901")


def test_the_list_of_an_answer() -> None:
    assert rows_of({"a": [1], "b": [2]}, "b") == [2]
    assert rows_of({"a": [1], "n": 3}, "x") == [1]
    assert rows_of({"x": None, "a": []}, "x") == []
    assert rows_of({"a": [1], "b": [2]}) is None
