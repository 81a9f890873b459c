"""Offers on platforms: composed from the catalogue, published, and kept up to date."""
