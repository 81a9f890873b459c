import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.base import Connector, ConnectorSettings
from factory_erp.sync.connectors.registry import PLATFORMS, connect
from tests.sync.connectors.support import MemoryStore


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_each_connector_is_registered_under_its_own_name(platform: str) -> None:
    made: Connector = connect(platform, ConnectorSettings("key", "secret"), MemoryStore())
    with made as connector:
        assert connector.platform == platform


def test_an_unknown_platform_names_the_known_ones() -> None:
    with pytest.raises(InvalidValue) as caught:
        connect("nowhere", ConnectorSettings("key", "secret"), MemoryStore())
    assert "alibaba" in caught.value.remedy


def test_settings_hide_the_secret() -> None:
    assert "hush" not in repr(ConnectorSettings("key", "hush"))
