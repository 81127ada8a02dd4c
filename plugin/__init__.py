"""Tandem: cross-sell and upsell for Saleor. Imports nothing, so that the floors of the house stay acyclic."""
