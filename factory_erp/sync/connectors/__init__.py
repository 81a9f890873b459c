"""Connectors: one folder per sales platform, all behind the contract in ``base``."""
