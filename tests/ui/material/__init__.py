"""Tests of the material page."""
