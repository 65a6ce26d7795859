"""Answers and texts as files, labelled as made by AI."""
