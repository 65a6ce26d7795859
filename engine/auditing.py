"""What the audit log is told of: questions, answers and actions, masked, as they happen."""
