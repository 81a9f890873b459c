"""The planning board: the schedule as a picture, moves by hand, and why orders are late."""
