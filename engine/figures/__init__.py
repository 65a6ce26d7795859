"""Quantities in Chinese text: found, normalized, and held against the sources they are said to come from."""
