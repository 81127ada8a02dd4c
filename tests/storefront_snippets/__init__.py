"""The snippets a storefront pastes: the schema, the client in Node, the element in real Chromium."""
