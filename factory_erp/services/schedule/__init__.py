"""When each operation runs: the problem, the search for a better answer, and writing it back."""
