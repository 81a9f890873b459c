"""How each kind of outbox message is delivered to a platform."""
