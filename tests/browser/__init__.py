"""Real Chromium: what a merchant and a shopper see."""
