"""The schedule (排程): the planning board, the same as a table, and what follows from it."""

from factory_erp.ui.board.page import BoardPage

__all__ = ["BoardPage"]
