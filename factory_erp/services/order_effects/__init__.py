"""Orders that changed after they were planned, and what to do about what is under way for them."""
