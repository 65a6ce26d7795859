"""The conversations that were kept: a list to search, and what opens them again."""
