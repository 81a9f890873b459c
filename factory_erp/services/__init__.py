"""Use cases: each one function, one transaction, values in and frozen dataclasses out.

They stand in rooms by topic, each with a line on what it is for; what every room uses lies beside them.
"""
