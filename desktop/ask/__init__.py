"""The conversation: question box, streamed answers, their sources."""
