"""The document library: dropping, progress, removing."""
