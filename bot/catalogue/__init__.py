"""The statement and the bot's own words, ready to be shown."""
