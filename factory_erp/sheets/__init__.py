"""Tables of files and the clipboard: .xlsx and .csv into rows of text, and back.

Nothing here knows the database or the window. ``reading`` opens any file that people call an Excel
file and either answers a ``Sheet`` or refuses it with what to do; ``writing`` puts a table on the disk.
"""
