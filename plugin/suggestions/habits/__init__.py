"""What the kept orders say of people's habits: what they choose and keep, buy again, buy together or instead."""
