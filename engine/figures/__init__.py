"""Quantities in Chinese text: found, normalized, and held against the sources they are said to come from."""

from engine.figures.compare import holds, same, unsupported
from engine.figures.quantity import Kind, Quantity
from engine.figures.scan import quantities

__all__ = ["Kind", "Quantity", "holds", "quantities", "same", "unsupported"]
