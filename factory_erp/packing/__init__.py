"""Pure packing: pieces into numbered cartons, cartons into containers."""
