"""When an order could ship, why not sooner, and keeping that promise for a buyer."""
