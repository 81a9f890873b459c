"""A sandbox of Alibaba.com: orders, shipping, listings and requests in all four styles of call."""

from factory_erp.sync.sandbox.alibaba.payloads import line_payload, load_orders, order_payload
from factory_erp.sync.sandbox.alibaba.server import SandboxServer
from factory_erp.sync.sandbox.alibaba.state import SandboxState
from factory_erp.sync.sandbox.faults import FaultProfile

__all__ = ["FaultProfile", "SandboxServer", "SandboxState", "line_payload", "load_orders", "order_payload"]
