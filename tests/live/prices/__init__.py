"""The world of tests.sandbox.prices, built on a real Saleor."""
