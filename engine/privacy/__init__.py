"""Personal data in text: found by its own check digits and its surroundings, and masked."""
