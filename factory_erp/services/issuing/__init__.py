"""Papers from facts to files: composed, issued, looked up, and saved as a set."""
