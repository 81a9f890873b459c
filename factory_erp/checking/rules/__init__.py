"""The 45 rules of the checker, by subject.

Every module has a table ``CHECKS: dict[int, Check]`` from the rule's number to the function that looks for
what breaks it; ``engine`` joins the tables.
"""
