"""The last line of defence of the log: whatever reaches it, no id, name, text, token or key leaves it.

The rules of the program never log such things; these functions hold even where a rule is broken. What cannot be
told apart from an id is hidden too: a run of six digits, a long random word.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from enum import Enum
from pathlib import Path, PurePath
from traceback import walk_tb
from typing import Any

HIDDEN = "[hidden]"
ROOT = Path(__file__).parents[2]
"""The folder that holds the package: paths in frames begin beneath it."""

_PATTERNS = (
    re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}"),  # a bot token
    re.compile(r"[@!#$+][^\s@!#$+:]+:[^\s\"'<>,;)\]}]+"),  # a Matrix id with its server
    re.compile(r"[$!][A-Za-z0-9_+/=-]{16,}"),  # an event or room id of the newer forms
    re.compile(r"(?<![A-Za-z0-9])@[A-Za-z][A-Za-z0-9_]{3,}"),  # a public name
    re.compile(r"\b(?:syt|mct|mat|syr)_\S+"),  # an access token
    re.compile(r"(?=[A-Za-z0-9_+=-]*[0-9])(?=[A-Za-z0-9_+=-]*[A-Za-z])[A-Za-z0-9_+=-]{24,}"),  # key material
    re.compile(r"-?\d{6,}"),  # a chat, a person, a telephone number
)


class Redactor:
    """Hides in any value what must not be logged; ``secrets`` are hidden wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        words = sorted({word for word in secrets if len(word) >= 4}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, words))) if words else None

    def hide(self, value: Any) -> Any:
        """The value with plain types only. Objects become their type's name, since a repr may tell anything."""
        shown: Any
        match value:
            case None | bool():
                shown = value
            case Enum():
                shown = self.hide(value.value)
            case int() | float():
                shown = (round(value, 3) if isinstance(value, float) else value) if abs(value) < 100_000 else HIDDEN
            case str() | PurePath():
                shown = self._hide_text(str(value))
            case date() | time():
                shown = value.isoformat()
            case Mapping():
                shown = {self._hide_text(str(self.hide(key))): self.hide(item) for key, item in value.items()}
            case list() | tuple() | set() | frozenset():
                shown = [self.hide(item) for item in value]
            case _:
                shown = f"<{value.__name__ if isinstance(value, type) else type(value).__name__}>"
        return shown

    def _hide_text(self, text: str) -> str:
        if self._secrets:
            text = self._secrets.sub(HIDDEN, text)
        for pattern in _PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text


def shorten(filename: str) -> str:
    """A source file's path from its package on; never a folder of this machine's user."""
    path = PurePath(filename)
    if path.is_relative_to(ROOT / "bot"):
        return path.relative_to(ROOT).as_posix()
    if "site-packages" in path.parts:
        return PurePath(*path.parts[path.parts.index("site-packages") + 1 :]).as_posix()
    return path.name


def outline(error: BaseException | None) -> list[str]:
    """An exception, its causes and its group's members as type names and frames: no message, no values."""
    lines: list[str] = []
    seen: set[int] = set()
    pending = [error]
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        lines.append(type(current).__qualname__)
        frames = [(frame.f_code, line) for frame, line in walk_tb(current.__traceback__)]
        lines += [f"  {shorten(code.co_filename)}:{line} in {code.co_name}" for code, line in frames[-12:]]
        if isinstance(current, BaseExceptionGroup):
            pending += reversed(current.exceptions)
        pending.append(current.__cause__ or (None if current.__suppress_context__ else current.__context__))
    return lines
