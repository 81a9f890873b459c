"""What the customs and the tax office are told: declarations, origin, values and the export rebate."""
