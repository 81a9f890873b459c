"""Production orders: written, released, reported, resized, and their papers."""
