"""The register of issued documents: found, looked at, saved, printed."""

from factory_erp.ui.documents.page import DocumentsPage

__all__ = ["DocumentsPage"]
