"""Purchase orders: placed, received in parts, and waited for."""
