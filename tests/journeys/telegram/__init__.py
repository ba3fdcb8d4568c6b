"""Life in Telegram's groups and channels: the whole program against a strict server."""
