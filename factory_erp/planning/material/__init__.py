"""Material plan: demands netted through all bills, with pegging."""
