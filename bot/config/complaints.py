"""The words of a configuration mistake: pydantic's error codes in the operator's language, and nearest names.

No complaint repeats a value that could be secret or name a person: only a ``Mistake`` may quote what was written,
and only for words such as a zone or a language tag.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

KeyPath = tuple[str | int, ...]


def spell(path: KeyPath) -> str:
    """A key path as the operator reads it: ``moderators[0].role``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be; case does not matter."""
    by_case = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy that names the nearest known word, or ``otherwise`` where none is near."""
    near = nearest(word, known)
    return f"Did you mean {near}?" if near else otherwise


_ELSE = "Correct it; config.example.yaml shows how."
_NUMBER = ("must be a number", "Write a number, such as 1.")
_WHOLE = ("must be a whole number", "Write a whole number, such as 1.")
_SECTION = ("must be a section of keys", "Write its keys beneath it, as config.example.yaml does.")
_LIST = ("must be a list", "Write it as [one, two].")
_WORD = ("is not one of the known words", "Write one of: {expected}.")
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("is missing", "Add it; config.example.yaml shows how."),
    "string_type": ("must be text", "Put the value in quotes."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "path_type": ("must be a path", "Put the path in quotes."),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _SECTION,
    "mapping_type": _SECTION,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
    "enum": _WORD,
    "literal_error": _WORD,
    "greater_than_equal": ("is too small", "Write a number of at least {ge}."),
    "greater_than": ("is too small", "Write a number above {gt}."),
    "less_than_equal": ("is too large", "Write a number of at most {le}."),
    "less_than": ("is too large", "Write a number below {lt}."),
    "too_short": ("is too short or empty", "Give at least {min_length}."),
    "string_too_short": ("is too short or empty", "Give at least {min_length} characters."),
    "too_long": ("is too long", "Give at most {max_length}."),
    "string_too_long": ("is too long", "Give at most {max_length} characters."),
}
"""Problem and remedy by pydantic's code; the remedy may name what the rule expects, never what was written."""


def explain(error: ErrorDetails) -> tuple[str, str]:
    """The problem and the remedy of one pydantic error, without the value that caused it."""
    context: dict[str, Any] = error.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, ValueError):
        problem = getattr(cause, "problem", None) or f"is refused: {str(cause).rstrip('.')}"
        remedy = getattr(cause, "remedy", None) or _ELSE
        return problem, remedy if remedy.endswith((".", "?")) else f"{remedy}."
    kind = error["type"]
    problem, remedy = _WORDS.get(kind, (f"is refused ({kind})", _ELSE))
    return problem, remedy.format_map(context)
