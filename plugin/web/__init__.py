"""Doors for people, one blueprint per audience: Saleor, merchant, shopper, operator."""
