"""What holds the pages together: the rail, the stack, shortcuts, help."""
