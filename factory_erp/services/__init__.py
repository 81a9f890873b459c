"""Use cases: each one function, one transaction, values in and frozen dataclasses out."""
