"""Which language a chat is spoken with in: its own choice, else what its app reports, else the configured one."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import langcodes

from bot.chat.place import onward
from bot.chat.turn import Rows, Turn, reply
from bot.model.message import Choice
from bot.model.people import ChatKind
from bot.model.speech import Reply

NAMES = {
    "en": ("english", "eng", "英文", "英语", "英語"),
    "zh-Hans": ("简体", "簡體", "简体中文", "簡體中文", "简中", "简体字", "simplified", "simplified chinese"),
    "zh-Hant": (
        "繁体",
        "繁體",
        "繁体中文",
        "繁體中文",
        "繁中",
        "正體",
        "正體中文",
        "traditional",
        "traditional chinese",
    ),
}
_BY_NAME = {name: tag for tag, names in NAMES.items() for name in names}
SCRIPTLESS = frozenset({"zh", "中文", "汉语", "漢語", "华语", "華語", "chinese", "zho", "chi"})
_TAG = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*", re.IGNORECASE)
_CHINESE = re.compile(r"(zh|yue|cmn)([-_][a-z0-9]{2,8})*|en([-_][a-z]{2})?", re.IGNORECASE)
_DISTANCE = 24  # langcodes: a script beside a region it is not usual in, and yue for zh-Hant, stay below


def normal(text: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@lru_cache(maxsize=1024)
def match(text: str, languages: Sequence[str]) -> str | None:
    """The language that a tag or a name means, or None. ``zh`` alone tells no script and means none."""
    name = normal(text)
    if name in SCRIPTLESS:
        return None
    tag = _BY_NAME.get(name)
    if tag is None and _TAG.fullmatch(name):
        found, _ = langcodes.closest_match(name.replace("_", "-"), list(languages), max_distance=_DISTANCE)
        tag = None if found == "und" else found
    return tag if tag in languages else None


def names_one(text: str) -> bool:
    """Whether a private text is just a language's name or tag."""
    name = normal(text)
    return name in _BY_NAME or name in SCRIPTLESS or _CHINESE.fullmatch(name) is not None


def own_names(turn: Turn, languages: Sequence[str] | None = None) -> Rows:
    """Each language in its own name, a row each."""
    phrases = turn.guide.phrases
    return tuple(
        (Choice(label=phrases.say(tag, "own-name"), command=f"{turn.scope}language {tag}"),)
        for tag in languages or turn.guide.languages
    )


def language(turn: Turn, argument: str) -> Reply:
    """Offers the languages, or takes one."""
    if not argument:
        return reply("language", turn.line("choose-language"), own_names(turn))
    if normal(argument) in SCRIPTLESS:
        scripts = [tag for tag in turn.guide.languages if tag.startswith("zh")]
        return reply("language zh", turn.line("choose-script"), own_names(turn, scripts))
    tag = match(argument, turn.guide.languages)
    if tag is None:
        return reply("language", turn.line("language-unknown"), own_names(turn))
    turn = turn.change(language=tag)
    spans = turn.line("language-chosen", language=turn.guide.phrases.say(tag, "own-name"))
    rows: Rows = ((turn.button("updates", "updates"), turn.button("settings", "settings")),)
    if turn.kind is ChatKind.PRIVATE:
        rows = ((onward(turn), turn.button("updates", "updates")), (turn.button("help", "help"),))
    return reply(f"language {tag}", spans, rows, chosen=tag)
