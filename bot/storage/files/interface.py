"""The bot's own words as they lie in ``interface/``: one Fluent file a language."""

from collections.abc import Sequence
from pathlib import Path

from bot.errors import Complaint, ContentError
from bot.storage.files.folder import read_text


def load_interface(content_dir: Path, languages: Sequence[str]) -> dict[str, str]:
    """Language → Fluent source. Raises ContentError for every file that ``read_text`` refuses, together."""
    sources: dict[str, str] = {}
    complaints: list[Complaint] = []
    for language in languages:
        try:
            sources[language] = read_text(content_dir, f"interface/{language}.ftl")
        except ContentError as error:
            complaints.extend(error.complaints)
    if complaints:
        raise ContentError(complaints)
    return sources
