"""The first run: what this is, where data stays, samples to try, the model that answers."""
