"""The content store: files that people write, read strictly, and turned into nouns.

Every mistake is found at once and raised as one ContentError, whose complaints name file (relative to the content
store), line and remedy. A store with a mistake yields nothing, so that what served before goes on serving.
"""

from bot.storage.files.folder import content_directory
from bot.storage.files.interface import load_interface
from bot.storage.files.statement import load_statement

__all__ = ["content_directory", "load_interface", "load_statement"]
