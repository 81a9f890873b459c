"""Papers: which kinds there are, what was typed for them, how they are numbered, issued, sent and checked."""
