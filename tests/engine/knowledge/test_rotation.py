from __future__ import annotations

import numpy as np

from engine.knowledge.rotation import secret_rotation


def test_rotation_keeps_cosines() -> None:
    rotation = secret_rotation(b"k" * 32, 96)
    vectors = np.random.default_rng(1).standard_normal((20, 96)).astype(np.float32)
    rotated = vectors @ rotation
    assert np.allclose(rotated @ rotated.T, vectors @ vectors.T, atol=1e-3)


def test_rotation_is_the_same_for_the_same_key_only() -> None:
    assert np.array_equal(secret_rotation(b"k" * 32, 32), secret_rotation(b"k" * 32, 32))
    assert not np.allclose(secret_rotation(b"k" * 32, 32), secret_rotation(b"l" * 32, 32), atol=0.1)


def test_rotation_never_changes_between_versions() -> None:
    """An index made yesterday must be searchable tomorrow: these figures may not move."""
    corner = secret_rotation(bytes(range(32)), 16)[0, :3]
    assert np.allclose(corner, EXPECTED, atol=1e-5), corner.tolist()


EXPECTED = [0.219105572, 0.116580859, 0.247669771]
