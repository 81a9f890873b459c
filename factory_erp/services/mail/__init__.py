"""Papers by e-mail: who gets which, in which words, and what was sent."""
