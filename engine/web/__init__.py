"""Web search: the last rung of the ladder, off unless policy and user allow it."""
