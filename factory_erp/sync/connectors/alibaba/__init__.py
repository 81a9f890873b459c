"""Alibaba.com International Station."""

from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.alibaba.gateway import PRODUCTION
from factory_erp.sync.connectors.spec import Capability, PlatformSpec

SPEC = PlatformSpec(
    code="alibaba",
    title="Alibaba.com",
    connect=AlibabaConnector,
    capabilities=frozenset(
        {Capability.SIGN_IN, Capability.ORDERS, Capability.SHIPMENTS, Capability.PARTIAL_SHIPMENTS}
    ),
    gateway=PRODUCTION,
)
"""What the program knows of the platform before any call."""

__all__ = ["SPEC", "AlibabaConnector"]
