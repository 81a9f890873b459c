"""The connector of Alibaba.com: the contract's methods over client, orders and shipping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

from factory_erp.sync.connectors.alibaba.client import AlibabaClient
from factory_erp.sync.connectors.alibaba.gateway import Gateway
from factory_erp.sync.connectors.alibaba.oauth import TokenKeeper
from factory_erp.sync.connectors.alibaba.orders import Orders
from factory_erp.sync.connectors.alibaba.shipping import Shipping
from factory_erp.sync.connectors.base import (
    ConnectorSettings,
    OrderPage,
    PlatformOrder,
    ShipmentNotice,
    Token,
    TokenStore,
)


class AlibabaConnector:
    """One seller account on Alibaba.com; safe to use from several threads."""

    platform = "alibaba"

    def __init__(self, settings: ConnectorSettings, tokens: TokenStore) -> None:
        self._gateway = Gateway(settings)
        self._tokens = TokenKeeper(self._gateway, tokens)
        client = AlibabaClient(self._gateway, self._tokens)
        self._orders = Orders(client, settings.page_size)
        self._shipping = Shipping(client)

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[OrderPage]:
        """Orders changed in the fixed window, page by page, each with its detail."""
        return self._orders.pages(modified_from, modified_to)

    def order(self, external_id: str) -> PlatformOrder:
        """One order; InvalidValue if its payload cannot be read."""
        return self._orders.order(external_id)

    def push_shipment(self, notice: ShipmentNotice) -> str:
        """Report the shipment once; the platform's voucher id. OutcomeUnknown if the answer was lost."""
        return self._shipping.push(notice)

    def find_shipment(self, notice: ShipmentNotice) -> str | None:
        """The voucher id (or tracking number) under which the platform already knows the shipment."""
        return self._shipping.find(notice)

    def authorise_url(self, redirect_uri: str, state: str) -> str:
        """The page on which a person permits the program to act for the account."""
        return self._tokens.authorise_url(redirect_uri, state)

    def exchange_code(self, code: str) -> Token:
        """The token for the code that the page gave; saved in the store."""
        return self._tokens.create(code)

    def refresh_token(self) -> Token:
        """A fresh token, saved in the store; ReauthoriseNeeded when only a person can help."""
        return self._tokens.refresh()

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
