"""What-if scenarios: the factory with changes that are only imagined, until one is made real."""
