"""Talking to the platforms: HTTP, connectors, sandbox servers, and the engine that drives them."""
