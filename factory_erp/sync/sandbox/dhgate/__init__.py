"""A sandbox of DHgate: orders, listings, messages and sign-in of its gateway, with faults on demand."""

from factory_erp.sync.sandbox.dhgate.payloads import contact_payload, line_payload, load_orders, order_payload
from factory_erp.sync.sandbox.dhgate.server import SandboxServer
from factory_erp.sync.sandbox.dhgate.state import SandboxState, Wire

__all__ = [
    "SandboxServer",
    "SandboxState",
    "Wire",
    "contact_payload",
    "line_payload",
    "load_orders",
    "order_payload",
]
