"""Counting all orders of a shop anew, in SQLite, DuckDB or Spark: one text of statements, three engines that carry it out."""
