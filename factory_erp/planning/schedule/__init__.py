"""Finite scheduling: the problem, what makes a schedule of it, and what judges and explains one."""
