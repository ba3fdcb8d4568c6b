"""The terminal: the same bot for one person at a keyboard, or a pipe."""
