"""What the bot says, as Matrix events: plain words beside the HTML of the specification's subset.

Answers are ``m.notice``, which ring no phone. Choices stand in words under the text, each with what to type; signs
that are also given as reactions stand before their words.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from bot.model.message import Choice, Message, Span
from bot.model.people import ChatKind
from bot.model.speech import Ask
from bot.ports import Size

SIGIL = "!"
SIZE = Size(16_000, lambda text: len(text.encode()))
"""UTF-8 bytes. An event may have 65,536 in all, and encryption makes 3 bytes 4: some 47,000 are left for the content,
which holds the text twice, as words and as HTML, with tags, escapes and choices. An edit's fallback is cut short."""
_CONTENT_BYTES = 47_000
_FALLBACK_CHARACTERS = 300
_SCHEMES = frozenset({"https", "http", "mailto", "matrix"})
Content = dict[str, Any]


@dataclass(slots=True)
class _Line:
    """One line of a message: its runs, and whether all of them are quoted."""

    runs: list[Span] = field(default_factory=list)
    quote: bool = False


def derive_transaction(ask: Ask, role: str) -> str:
    """The transaction id of one event that belongs to the answer to this ask: repeats of it are the same event."""
    return hashlib.sha256(f"{ask.id}\0{role}".encode()).hexdigest()


def write_answer(message: Message, ask: Ask, *, edits: str | None = None) -> Content:
    """The event's content: a new notice, in the ask's thread if it came from one, or an edit of that event.

    In a room of several nothing is a button, so that its signs are left out of the words.
    """
    content = write_post(message if ask.kind is ChatKind.PRIVATE else _drop_signs(message), silent=True)
    if edits is not None:
        return write_edit(content, edits)
    if ask.address.topic is not None:
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": ask.address.topic,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": ask.id},
        }
    return content


def write_post(message: Message, *, silent: bool) -> Content:
    """The content of a new event that belongs to no other. Notices ring no phone."""
    return {
        "msgtype": "m.notice" if silent else "m.text",
        "body": write_words(message),
        "format": "org.matrix.custom.html",
        "formatted_body": write_html(message),
        "m.mentions": {},
    }


def write_edit(content: Content, edits: str) -> Content:
    """The content that puts this one in place of that event's, cut short for apps that know no edits."""
    return {
        "msgtype": content["msgtype"],
        "body": f"* {_shorten(content['body'])}",
        "m.mentions": {},
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": edits},
    }


def write_seed(panel: str, sign: str) -> Content:
    """A reaction of the bot's own, which a person's tap joins."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": panel, "key": sign}}


def fits(content: Content) -> bool:
    """Whether the event stays within the homeserver's limit, encrypted or not."""
    return len(write_json(content)) <= _CONTENT_BYTES


def write_json(value: Any) -> bytes:
    """Compact JSON in UTF-8: escapes would make each Chinese character twice as long."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def write_words(message: Message) -> str:
    """The message as plain text. A link's address stands behind its words."""
    words = "".join(_write_run_words(span) for span in message.spans)
    choices = [_write_choice_words(choice) for choice in _all(message.choices)]
    return "\n\n".join(filter(None, (words.strip("\n"), "\n".join(choices))))


def write_html(message: Message) -> str:
    """The message as HTML: p, br, blockquote, strong, em, a and code; everything else is escaped."""
    blocks = list(_write_blocks(message.spans))
    choices = [_write_choice_html(choice) for choice in _all(message.choices)]
    if choices:
        blocks.append(f"<p>{'<br/>'.join(choices)}</p>")
    return "".join(blocks)


def list_signs(message: Message) -> list[str]:
    """The signs of its choices, in order, each once."""
    return list(dict.fromkeys(choice.sign for choice in _all(message.choices) if choice.sign and choice.command))


def _write_run_words(span: Span) -> str:
    address = _check_link(span.link)
    if address is None or address == span.text:
        return span.text
    return f"{span.text} ({address})"


def _write_choice_words(choice: Choice) -> str:
    return f"{_label(choice)} — {choice.url or SIGIL + (choice.command or '')}"


def _write_choice_html(choice: Choice) -> str:
    label = escape(_label(choice))
    if choice.url is not None:
        address = _check_link(choice.url)
        return f'<a href="{escape(address)}">{label}</a>' if address else label
    return f"{label} — <code>{escape(SIGIL + (choice.command or ''))}</code>"


def _label(choice: Choice) -> str:
    return f"{choice.sign} {choice.label}" if choice.sign else choice.label


def _write_blocks(spans: Sequence[Span]) -> Iterator[str]:
    """Paragraphs, divided by empty lines, and quotations."""
    for quote, lines in groupby(_split_lines(spans), key=lambda line: line.quote):
        paragraphs = "".join(
            f"<p>{'<br/>'.join(''.join(map(_write_run_html, line.runs)) for line in group)}</p>"
            for filled, group in groupby(lines, key=lambda line: bool(line.runs))
            if filled
        )
        if paragraphs:
            yield f"<blockquote>{paragraphs}</blockquote>" if quote else paragraphs


def _split_lines(spans: Sequence[Span]) -> list[_Line]:
    """The spans, line by line. An empty line belongs to the quotation that it stands in."""
    lines = [_Line()]
    for span in spans:
        for number, piece in enumerate(span.text.split("\n")):
            if number:
                lines.append(_Line())
            line = lines[-1]
            if piece or not line.runs:
                line.quote = span.quote and (line.quote or not line.runs)
            if piece:
                line.runs.append(replace(span, text=piece))
    return lines


def _write_run_html(span: Span) -> str:
    html = escape(span.text)
    if span.italic:
        html = f"<em>{html}</em>"
    if span.bold:
        html = f"<strong>{html}</strong>"
    address = _check_link(span.link)
    return f'<a href="{escape(address)}">{html}</a>' if address else html


def _check_link(address: str | None) -> str | None:
    """The address, if it is of a scheme that a reader may follow."""
    return address if address is not None and urlsplit(address).scheme in _SCHEMES else None


def _drop_signs(message: Message) -> Message:
    rows = tuple(tuple(replace(choice, sign=None) for choice in row) for row in message.choices)
    return replace(message, choices=rows)


def _shorten(words: str) -> str:
    return words if len(words) <= _FALLBACK_CHARACTERS else f"{words[:_FALLBACK_CHARACTERS].rstrip()}…"


def _all(rows: Sequence[Sequence[Choice]]) -> list[Choice]:
    return [choice for row in rows for choice in row]
