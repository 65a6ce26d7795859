"""The web search as the user meets it: whether it is allowed, the switch, the key, and what was ever sent."""
