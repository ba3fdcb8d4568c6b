"""Telegram's HTML, turned into entities."""

import re
from html.parser import HTMLParser

from tests.wires.telegram.answers import Json, malformed, unsimulated
from tests.wires.telegram.entities import measure

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
    "a": "text_link",
}
_STRAY = re.compile(r"<(?!/?[A-Za-z])")


def parse(text: str, mode: str) -> tuple[str, list[Json]]:
    """The bare text and its entities. Refuses what Telegram refuses; Markdown is not simulated."""
    if mode.lower() != "html":
        raise unsimulated(f"parse_mode {mode}")
    if stray := _STRAY.search(text):
        raise malformed(f"can't parse entities: Unsupported start tag at offset {stray.start()}")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open_tags:
        raise malformed(f"can't parse entities: Can't find end tag for \"{reader.open_tags[-1][0]}\"")
    return "".join(reader.texts), reader.entities


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.entities: list[Json] = []
        self.open_tags: list[tuple[str, Json]] = []
        self._length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind = _TAGS.get(tag)
        if tag == "span" and given.get("class") == "tg-spoiler":
            kind = "spoiler"
        if kind is None:
            raise malformed(f'can\'t parse entities: Unsupported start tag "{tag}"')
        if tag == "blockquote" and "expandable" in given:
            kind = "expandable_blockquote"
        entity: Json = {"type": kind, "offset": self._length, "length": 0}
        if tag == "a":
            entity["url"] = given.get("href") or ""
        self.open_tags.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags[-1][0] != tag:
            raise malformed(f'can\'t parse entities: Unexpected end tag "{tag}"')
        entity = self.open_tags.pop()[1]
        entity["length"] = self._length - entity["offset"]
        if entity["length"] and entity.get("url", "kept"):
            self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        self._length += measure(data)
