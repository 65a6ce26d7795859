"""Calculators as forms: in an answer, for correction, and in a window of their own."""
