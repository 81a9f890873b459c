"""The widgets that every page is made of: one table, one form, one way to run work, one look."""
