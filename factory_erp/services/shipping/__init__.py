"""Shipments from ready goods to the moment they leave, with their papers and marks."""
