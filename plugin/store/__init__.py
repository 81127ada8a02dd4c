"""What we remember, in SQLite. One module per concern, and the only place with SQL."""
