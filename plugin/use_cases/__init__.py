"""Verbs: gather, decide, write down. The list of all the app can do."""
