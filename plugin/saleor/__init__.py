"""Everything Saleor-shaped: its GraphQL API, its payloads, its signatures, its manifest."""
