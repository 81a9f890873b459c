"""What the day brings: what is late, due, lapsing, or waiting for a person."""
