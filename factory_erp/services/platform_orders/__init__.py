"""Orders that platforms send: taken in once, changed there later, waiting for a person."""
