"""What is asked for items: prices, their sheets and changes, and a family as a matrix."""
