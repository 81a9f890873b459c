"""The material plan: what has to be made and bought by when, and who gets what from whom."""
