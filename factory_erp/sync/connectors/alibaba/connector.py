"""The connector of Alibaba.com: the contract's methods over client, orders and shipping."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from factory_erp.sync.connectors.alibaba.client import AlibabaClient
from factory_erp.sync.connectors.alibaba.gateway import Gateway
from factory_erp.sync.connectors.alibaba.oauth import TokenKeeper
from factory_erp.sync.connectors.alibaba.orders import Orders
from factory_erp.sync.connectors.alibaba.shipping import Shipping
from factory_erp.sync.connectors.base import ConnectorSettings, TokenStore


class AlibabaConnector:
    """One seller account on Alibaba.com; safe to use from several threads."""

    platform = "alibaba"

    def __init__(self, settings: ConnectorSettings, tokens: TokenStore) -> None:
        self._gateway = Gateway(settings)
        self._tokens = TokenKeeper(self._gateway, tokens)
        client = AlibabaClient(self._gateway, self._tokens)
        self._orders = Orders(client, settings.page_size)
        self._shipping = Shipping(client)

    @property
    def sign_in(self) -> TokenKeeper:
        """OAuth with a code that a person pastes."""
        return self._tokens

    @property
    def orders(self) -> Orders:
        """Orders by time of change."""
        return self._orders

    @property
    def shipments(self) -> Shipping:
        """Whole and partial shipments."""
        return self._shipping

    @property
    def listings(self) -> None:
        """Not yet."""
        return None

    @property
    def inquiries(self) -> None:
        """Not yet."""
        return None

    def close(self) -> None:
        """Release the connections."""
        self._gateway.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
