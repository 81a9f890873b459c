"""A shipment as its page shows it: goods, cartons, containers, papers."""
