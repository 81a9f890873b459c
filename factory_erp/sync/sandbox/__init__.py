"""Sandbox platforms: real HTTP servers on loopback that speak the documented protocols."""
