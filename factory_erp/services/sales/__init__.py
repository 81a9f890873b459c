"""Sales orders: typed in, confirmed, held, and where each stands."""
