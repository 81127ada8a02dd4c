"""How well suggestions find what people buy: one product of each later order is hidden, and must be named."""
