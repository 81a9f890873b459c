"""The connector of Alibaba.com: the contract's ports, each an object of its own."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from factory_erp.sync.connectors.alibaba.client import AlibabaClient
from factory_erp.sync.connectors.alibaba.gateway import Gateway
from factory_erp.sync.connectors.alibaba.inquiries import Inquiries
from factory_erp.sync.connectors.alibaba.listings import Listings
from factory_erp.sync.connectors.alibaba.oauth import AlibabaTokens
from factory_erp.sync.connectors.alibaba.orders import Orders
from factory_erp.sync.connectors.alibaba.shipping import Shipping
from factory_erp.sync.connectors.base import ConnectorSettings, TokenStore
from factory_erp.sync.connectors.common.tokens import TokenKeeper


class AlibabaConnector:
    """One seller account on Alibaba.com; safe to use from several threads."""

    platform = "alibaba"

    def __init__(self, settings: ConnectorSettings, tokens: TokenStore) -> None:
        self._gateway = Gateway(settings)
        self._tokens = TokenKeeper(AlibabaTokens(self._gateway), tokens)
        client = AlibabaClient(self._gateway, self._tokens)
        every_fund = settings.options.get("refunds", "") == "all"
        self._orders = Orders(client, settings.page_size, every_fund=every_fund)
        self._shipping = Shipping(client)
        self._listings = Listings(client, settings.options.get("stock_shape", ""))
        self._inquiries = Inquiries(client, settings.options.get("rfq_words", ""))

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
    def listings(self) -> Listings:
        """Listings by the product calls of version 2."""
        return self._listings

    @property
    def inquiries(self) -> Inquiries:
        """Requests for quotation; the platform has no interface for messages."""
        return self._inquiries

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
