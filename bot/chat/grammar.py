"""What was said, as a command: one grammar for typed words, mentions and buttons."""

import re
import unicodedata
from dataclasses import dataclass

from bot.model.speech import Ask

NEXT_SIGN, BACK_SIGN = "➡", "⬅"

ALIASES = {"stop": "unsubscribe", "menu": "help"} | dict.fromkeys(
    ("停止", "退订", "退訂", "取消订阅", "取消訂閱"), "unsubscribe"
)
SIGNS = {NEXT_SIGN: "next", BACK_SIGN: "back"}

_BARE = {
    "read": r"(\d+(\.\d+)?)?",
    "start": r"\S*",
    "language": r"\S*( \S+)?",
    "updates": r"(all|urgent|off)?",
    "sound": r"(on|off)?",
    "discreet": r"(on|off)?",
    "quiet": r"\S*",
    "timezone": r"\S*",
}
"""Arguments with which a bare word is a command and no remark ("read this!" is a remark)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A command's name, in lower case, and its argument, normalised (NFKC) and trimmed."""

    name: str
    argument: str


def parse(ask: Ask, known: frozenset[str]) -> Said | None:
    """The command in the ask, or None where it holds none. A bare word counts only where it can be meant so."""
    text = " ".join(unicodedata.normalize("NFKC", ask.text).split())
    if ask.pressed and text in SIGNS:
        return Said(SIGNS[text], "")
    head, _, argument = text.partition(" ")
    name = ALIASES.get(head.casefold(), head.casefold())
    if name not in known:
        return None
    if not ask.addressed and not re.fullmatch(_BARE.get(name, ""), argument, re.IGNORECASE):
        return None
    return Said(name, argument)
