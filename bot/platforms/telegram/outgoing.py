"""Messages in Telegram's dress: text with entities in UTF-16 units, and an inline keyboard. No parse mode."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.model.message import Choice, Message, Span
from bot.ports import Size

MOST_DATA_BYTES = 64
"""What a button's command may weigh."""
_MOST_DRESSED = 128
_BLANK = " \t\r\n"
_STYLES = ("blockquote", "text_link", "bold", "italic")
"""From the outermost to the innermost: an entity may hold another, but never cross it."""
_LINK = _STYLES.index("text_link")
_PLAIN = (False, None, False, False)
_END = Span(text="")


class Unfit(ValueError):
    """This message cannot be sent as it is: a mistake in the program or its words."""


def utf16(text: str) -> int:
    """The text's length as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


SIZE = Size(4096, utf16)
"""A message's text, after entities."""


def dress(message: Message) -> dict[str, Any]:
    """The parameters that sending and editing share. Unfit where a button or the whole is impossible."""
    text, entities = inscribe(message.spans)
    if not text:
        raise Unfit("nothing but blanks")
    body: dict[str, Any] = {"text": text, "link_preview_options": {"is_disabled": True}}
    if entities:
        body["entities"] = entities
    if rows := [[_button(choice) for choice in row] for row in message.choices if row]:
        body["reply_markup"] = {"inline_keyboard": rows}
    return body


class Wardrobe:
    """Dresses, and keeps what it dressed: a page of the statement is one and the same message for all its readers."""

    def __init__(self) -> None:
        self._dressed: dict[int, tuple[Message, dict[str, Any]]] = {}

    def dress(self, message: Message) -> dict[str, Any]:
        """As ``dress`` does. What it returns is shared, and not to be changed."""
        kept = self._dressed.get(id(message))
        if kept is None:
            if len(self._dressed) >= _MOST_DRESSED:
                self._dressed.clear()
            kept = self._dressed[id(message)] = message, dress(message)  # kept with it, so that its id stays its own
        return kept[1]


def inscribe(spans: Sequence[Span]) -> tuple[str, list[dict[str, Any]]]:
    """The words, without blanks at their ends, and their entities.

    Entities nest and none begins or ends with a blank: Telegram would move them otherwise, and refuse some.
    """
    whole = "".join([span.text for span in spans])
    text = whole.strip(_BLANK)
    lead = len(whole) - len(whole.lstrip(_BLANK))
    straight = text.isascii() or utf16(text) == len(text)
    entities = []
    for depth, begin, end, style in _runs(spans):
        begin, end = _shrink(text, begin - lead, end - lead)  # noqa: PLW2901 - the same run, in the trimmed text
        if begin >= end:
            continue
        offset = begin if straight else utf16(text[:begin])
        length = end - begin if straight else utf16(text[begin:end])
        entity: dict[str, Any] = {"type": _STYLES[depth], "offset": offset, "length": length}
        if depth == _LINK:
            entity["url"] = style
        entities.append(entity)
    return text, entities


def _runs(spans: Sequence[Span]) -> Iterator[tuple[int, int, int, bool | str]]:
    """Depth, begin, end and value of each stretch of one style, broken where an outer style changes."""
    open_styles: tuple[bool | str | None, ...] = _PLAIN
    begins = [0] * len(_PLAIN)
    at = 0
    for span in (*spans, _END):
        styles = (span.quote, span.link, span.bold, span.italic)
        if styles != open_styles:
            changed = next(depth for depth in range(len(_PLAIN)) if styles[depth] != open_styles[depth])
            for depth in range(changed, len(_PLAIN)):
                if style := open_styles[depth]:
                    yield depth, begins[depth], at, style
                begins[depth] = at
            open_styles = styles
        at += len(span.text)


def _shrink(text: str, begin: int, end: int) -> tuple[int, int]:
    begin, end = max(begin, 0), min(end, len(text))
    while begin < end and text[begin] in _BLANK:
        begin += 1
    while begin < end and text[end - 1] in _BLANK:
        end -= 1
    return begin, end


def _button(choice: Choice) -> dict[str, str]:
    if choice.url is not None:
        return {"text": choice.label, "url": choice.url}
    if choice.command is None:
        raise Unfit("a button with neither command nor URL")
    weight = len(choice.command.encode())
    if not 1 <= weight <= MOST_DATA_BYTES:
        raise Unfit(f"a button's command of {weight} bytes: Telegram takes 1 to {MOST_DATA_BYTES}")
    return {"text": choice.label, "callback_data": choice.command}
