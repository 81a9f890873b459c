"""The main window and what belongs to it: navigation, command palette, shortcut sheet, first start."""
