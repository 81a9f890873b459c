"""Products and items: what they are called, look like and count in, how they are packed and declared."""
