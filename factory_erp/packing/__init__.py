"""Pure packing: pieces into numbered cartons, cartons onto pallets and into containers."""
