"""Bundles: products sold together at one exact price. What they are, what a basket is entitled to, what every line should cost."""
