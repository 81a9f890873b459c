"""What the material plan suggests, and what follows when a person accepts it."""
