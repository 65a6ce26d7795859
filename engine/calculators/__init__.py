"""Formulas of retail banking in exact decimals, reached from a form or from a question in Chinese."""
