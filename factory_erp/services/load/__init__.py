"""The load of work centres against the time they are open."""
