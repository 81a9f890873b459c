"""Structured twins: the same facts as a document states, in the form that other programs read.

Pure: a snapshot or its details in, bytes out. Nothing is read from or written to a file here.
"""
