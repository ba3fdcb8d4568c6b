"""What was said, as a command: one grammar for typed words, mentions and buttons."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.model.speech import Ask

NEXT_SIGN, BACK_SIGN, HOLD_SIGN = "➡", "⬅", "✋"

ALIASES = {"stop": "unsubscribe", "menu": "help"} | dict.fromkeys(
    ("停止", "退订", "退訂", "取消订阅", "取消訂閱"), "unsubscribe"
)
SIGNS = {NEXT_SIGN: "next", BACK_SIGN: "back", HOLD_SIGN: "hold"}

_BARE = {
    "read": r"(\d+(\.\d+)?)?",
    "start": r"\S*",
    "language": r"\S*( \S+)?",
    "updates": r"(all|urgent|off)?",
    "sound": r"(on|off)?",
    "discreet": r"(on|off)?",
    "quiet": r"\S*",
    "timezone": r"\S*",
    "here": r"(off)?",
    "in": r"\d+ .+",
}
"""Arguments with which a bare word is a command and no remark ("read this!" is a remark)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A command's name, in lower case, and its argument: normalised (NFKC) and trimmed, and as it was typed."""

    name: str
    argument: str
    typed: str = field(default="", repr=False)


def parse(ask: Ask, known: frozenset[str], bare: Mapping[str, str] = _BARE) -> Said | None:
    """The command in the ask, or None where it holds none. A bare word counts only where it can be meant so."""
    text = " ".join(unicodedata.normalize("NFKC", ask.text).split())
    if ask.pressed and text in SIGNS:
        return Said(SIGNS[text], "") if SIGNS[text] in known else None
    said = _split(text)
    if said.name not in known:
        return None
    if not ask.addressed and not re.fullmatch(bare.get(said.name, ""), said.argument, re.IGNORECASE):
        return None
    return replace(said, typed="".join(ask.text.lstrip().split(maxsplit=1)[1:]))


def named_chat(argument: str) -> tuple[int, Said]:
    """The chat that ``in`` names and what is said of it: ``17 updates all``. Number 0 where it names none."""
    number, _, rest = argument.partition(" ")
    return (int(number) if number.isdecimal() and len(number) <= 18 else 0), _split(rest)


def _split(text: str) -> Said:
    head, _, argument = text.partition(" ")
    return Said(ALIASES.get(head.casefold(), head.casefold()), argument)
