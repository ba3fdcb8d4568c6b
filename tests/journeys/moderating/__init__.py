"""Announcements on the networks: one program with both, as moderators and those who get them live it."""
