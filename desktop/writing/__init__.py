"""Texts that a branch writes from templates and documents, with the checks of an answer."""
