"""A paper of an order or of a purchase: its draft beside its terms, issued, and what was issued before."""

from factory_erp.ui.paper_dialog.dialog import PaperDialog
from factory_erp.ui.paper_dialog.look import PaperLook
from factory_erp.ui.paper_dialog.source import PaperSource, Terms
from factory_erp.ui.paper_dialog.view import PaperView

__all__ = ["PaperDialog", "PaperLook", "PaperSource", "PaperView", "Terms"]
