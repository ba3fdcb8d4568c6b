"""The statement: parts of passages, each text in the languages that it has.

Languages are BCP-47 tags ("en", "zh-Hans", "zh-Hant"). A language that is absent from a mapping is a text that does
not exist; nothing here translates or converts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Texts = Mapping[str, str]
"""Language tag → text. Never empty where the loader made it."""


def _frozen(texts: Texts) -> Texts:
    return MappingProxyType(dict(texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """A sentence that the publishers set as a pull quote: a verbatim piece of its passage in one language."""

    language: str
    text: str
    before: bool
    """Whether the source prints it before its passage; otherwise after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One paragraph of the statement. Its id is stable: readers' places hang on it."""

    id: str
    texts: Texts
    highlights: tuple[Highlight, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", _frozen(self.texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and its passages. Numbers begin at 1, without gaps."""

    number: int
    heading: Texts
    passages: tuple[Passage, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "heading", _frozen(self.heading))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The whole. ``languages`` are those that it is laid out in, in their fixed order."""

    languages: tuple[str, ...]
    title: Texts
    standfirst: Texts
    credit: Texts
    origin: Texts
    note: Texts
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        for name in ("title", "standfirst", "credit", "origin", "note"):
            object.__setattr__(self, name, _frozen(getattr(self, name)))
