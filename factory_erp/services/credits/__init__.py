"""Letters of credit: what the bank wrote, what they cover, and the days that matter."""
