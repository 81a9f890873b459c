"""The shop floor as it stands: machines, open operations, what they weigh, and the steps of work."""
