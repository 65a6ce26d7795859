"""Markdown files, with the implicit label as a field of their front matter."""

from __future__ import annotations

from engine.labels import METADATA_FIELD, implicit_label_json


def markdown_file(text: str) -> bytes:
    """UTF-8. The front matter is YAML; its value in single quotes, which JSON's own quotes do not end."""
    label = implicit_label_json(text).replace("'", "''")
    return f"---\n{METADATA_FIELD}: '{label}'\n---\n\n{text}".encode()
