"""solidarity-bot: a statement, and the updates that follow it, on Telegram and Matrix."""
