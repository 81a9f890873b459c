"""Goods and whom they are kept for: moves, pegs, promises, and what has come of purchases."""
