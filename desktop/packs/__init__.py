"""Which model pack answers, and changing it."""
