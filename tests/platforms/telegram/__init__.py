"""Telegram, against the Bot API server of the tests' own."""
