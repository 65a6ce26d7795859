"""The cited page beside the conversation."""
