"""Papers against each other, the letter of credit and the rules, before a bank or the customs do it."""
