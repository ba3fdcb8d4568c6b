"""The bot's own words as they lie in ``interface/``: one Fluent file a language."""

from collections.abc import Sequence
from pathlib import Path

from bot.errors import Complaint, ContentError


def load_interface(content_dir: Path, languages: Sequence[str]) -> dict[str, str]:
    """Language → Fluent source. Raises ContentError naming every file that is missing or is no UTF-8."""
    sources: dict[str, str] = {}
    complaints: list[Complaint] = []
    for language in languages:
        try:
            sources[language] = (content_dir / "interface" / f"{language}.ftl").read_text("utf-8")
        except (OSError, UnicodeError) as error:
            complaints.append(
                Complaint(
                    where=f"interface/{language}.ftl",
                    problem=f"cannot be read ({type(error).__name__})",
                    remedy="Put the file back as it came along.",
                )
            )
    if complaints:
        raise ContentError(complaints)
    return sources
