"""What a person formatted in the app, as spans. Offsets on the wire count UTF-16 units."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from bot.model.message import Span

_FIELDS = {
    "bold": "bold",
    "italic": "italic",
    "blockquote": "quote",
    "expandable_blockquote": "quote",
    "text_link": "link",
}
"""What is kept; all other formatting is left out, its words stay."""


def read_spans(text: str, entities: Sequence[Mapping[str, Any]]) -> tuple[Span, ...] | None:
    """The text as spans that join to it; None where nothing that is kept was formatted.

    LookupError or TypeError where the entities are not built as Telegram builds them.
    """
    kept = [entity for entity in entities if entity["type"] in _FIELDS]
    if not kept:
        return None
    units = text.encode("utf-16-le")
    edges = {0, len(units) // 2}
    for entity in kept:
        edges |= {entity["offset"], entity["offset"] + entity["length"]}
    spans = []
    ordered = sorted(edge for edge in edges if 0 <= edge <= len(units) // 2)
    for begin, end in pairwise(ordered):
        style: dict[str, Any] = {
            _FIELDS[entity["type"]]: entity["url"] if entity["type"] == "text_link" else True
            for entity in kept
            if entity["offset"] <= begin and end <= entity["offset"] + entity["length"]
        }
        spans.append(Span(text=units[2 * begin : 2 * end].decode("utf-16-le", "replace"), **style))
    return tuple(spans)
