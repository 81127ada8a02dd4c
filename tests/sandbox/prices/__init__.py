"""Checkouts priced step by step, the same way on a real Saleor and on the sandbox; what each answers, written down."""
