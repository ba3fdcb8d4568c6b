"""Moderators in a private chat: what they may say, and what comes of it."""
