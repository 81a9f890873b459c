"""Tests of the services behind export papers."""
