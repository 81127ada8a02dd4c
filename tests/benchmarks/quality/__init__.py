"""Which products are found again: our ranking beside tuned peers, on real baskets and on made-up ones with known truth."""
