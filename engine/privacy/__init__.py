"""Personal data in text: found by its own check digits and its surroundings, and masked."""

from engine.privacy.detection import PersonalData, PersonalKind, find, mask

__all__ = ["PersonalData", "PersonalKind", "find", "mask"]
