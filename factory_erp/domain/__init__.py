"""Pure values of the trade: money, quantities, weights, terms, numbers and words."""
