"""Spans and choices as lines for a terminal."""

from bot.model.message import Message, Span

_RESET = "\x1b[0m"


def render(message: Message, *, styled: bool) -> str:
    """The text, then each choice as ``[label] command`` on a line of its own. Styles only where a person looks."""
    text = ""
    for span in message.spans:
        opens = span.quote and (not text or text.endswith("\n"))
        text += ("> " if opens else "") + (_style(span) if styled else _plain(span))
    choices = [f"[{choice.label}] {choice.command or choice.url}" for row in message.choices for choice in row]
    return "\n".join([text, *(["", *choices] if choices else [])])


def _plain(span: Span) -> str:
    words = f"{span.text} ({span.link})" if span.link and span.link != span.text else span.text
    return words[:-1].replace("\n", "\n> ") + words[-1:] if span.quote else words  # the next line is the next span's


def _style(span: Span) -> str:
    code = ("\x1b[1m" if span.bold else "") + ("\x1b[3m" if span.italic else "")
    return f"{code}{_plain(span)}{_RESET}" if code else _plain(span)
