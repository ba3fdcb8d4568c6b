"""What every answer needs to know of the house: immutable, handed to the router by ``app.py``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.broadcast.decisions import Publishing
from bot.catalogue.catalogue import Catalogue
from bot.catalogue.phrases import Phrases
from bot.model.message import Message
from bot.ports import Size


@dataclass(frozen=True, slots=True)
class Network:
    """What the rules know of a platform: a message's size, and what is written before a command."""

    size: Size
    sigil: str
    knows_repeats: bool = False
    """Whether it tells an answer that is given again from a new one, so that nobody sees it twice."""
    proves_devices: bool = False
    """Whether it proves which device said something: then only pinned ones may publish."""
    link: Callable[[str], str | None] = lambda _: None
    """A URL into a private chat with the bot, for what follows ``start``; None where there is no such thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The statement, the words, and the operator's choices that are told to readers."""

    catalogue: Catalogue
    phrases: Phrases
    default_language: str
    languages: tuple[str, ...]
    timezone: str
    networks: Mapping[str, Network]
    identity: Mapping[str, str | None] = field(default_factory=dict)
    fingerprint: Callable[[], str | None] = lambda: None
    database: str = "SQLite"
    keep_hours: int = 48
    publishing: Publishing = field(default_factory=Publishing)
    panels: dict[tuple[object, ...], tuple[str, Message]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Pages of the statement as they were shown before, each with its first passage: at hand for the next reader."""
