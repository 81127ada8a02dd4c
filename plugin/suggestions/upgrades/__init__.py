"""Upgrades: what better means in a shop's catalogue, and which variant is a step up from another. Pure."""
