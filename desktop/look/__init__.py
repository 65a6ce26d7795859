"""How everything looks and reads: colour tokens, icons, shared controls and every word on screen."""
