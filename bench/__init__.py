"""The performance tables: ``python -m bench`` measures the bot beside a plain python-telegram-bot application."""
