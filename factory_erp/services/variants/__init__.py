"""Option axes and rules of a product, and the items that follow from them."""
