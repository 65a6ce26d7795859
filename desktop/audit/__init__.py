"""The audit log in a window: what was asked and done, whether anybody changed it, a file for the auditors."""
