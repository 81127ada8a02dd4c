"""What is fitted to a shop's orders: rows of weights per product, and how much each ingredient says. Pure; arrays in, arrays out."""
