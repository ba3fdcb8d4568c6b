"""The rules by which markdown-it reads a paragraph here: emphasis, links, backslashes, and what stands as typed."""

import re
from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, backtick
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from bot.catalogue.flanking import flanks

SIGNS = "\\*_[]`<>"
"""What a backslash makes literal."""

_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>")
_TARGET = re.compile(r"\(((?:[^\s()<>]|\([^\s()<>]*\))++)\)")
_ADDRESS = re.compile(r"https?://[^\x00-\x20\x7f\"\\^`{|}]+", re.IGNORECASE)


def read_inline(text: str) -> list[Token]:
    """The tokens of one paragraph: text, and the openings and closings of strong, em and link."""
    parser = _parser()
    return parser.inline.parse(text, parser, {}, [])


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero")
    rules = {"escape": _escape, "backticks": _code, "emphasis": _emphasis, "link": _link, "html_inline": _tag}
    for name, rule in rules.items():
        parser.inline.ruler.at(name, rule)
    parser.inline.ruler.enable(list(rules))
    parser.inline.ruler2.enable(["emphasis"])
    return parser


def _escape(state: StateInline, silent: bool) -> bool:
    sign = state.src[state.pos + 1 : state.pos + 2]
    if state.src[state.pos] != "\\" or not sign or sign not in SIGNS:
        return False
    if not silent:
        state.append_pending(sign)
    state.pos += 2
    return True


def _code(state: StateInline, silent: bool) -> bool:
    start = state.pos
    return backtick(state, True) and _as_typed(state, start, silent)


def _tag(state: StateInline, silent: bool) -> bool:
    start = state.pos
    match = _TAG.match(state.src, start, state.posMax)
    if match is None:
        return False
    state.pos = match.end()
    return _as_typed(state, start, silent)


def _emphasis(state: StateInline, silent: bool) -> bool:
    start, marker = state.pos, state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = start
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before = state.src[start - 1 : start] if start else ""
    may = flanks(before, state.src[end : end + 1] if end < state.posMax else "", marker)
    for _ in range(end - start):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=end - start,
                token=len(state.tokens) - 1,
                end=-1,
                open=may.opens,
                close=may.closes,
            )
        )
    state.pos = end
    return True


def _link(state: StateInline, silent: bool) -> bool:
    """A link, or as typed what has the form of one: an image, an address that is no http or https."""
    start = state.pos
    image = state.src.startswith("![", start)
    opening = start + image
    if state.src[opening] != "[" or (closing := _labels(state).get(opening)) is None or closing >= state.posMax:
        return False
    target = _TARGET.match(state.src, closing + 1, state.posMax)
    if target is None:
        return False
    address, end = target.group(1), target.end()
    state.pos = end
    if image or closing == opening + 1 or not _is_address(address):
        return _as_typed(state, start, silent)
    if not silent:
        limit = state.posMax
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.pos, state.posMax = opening + 1, closing
        state.md.inline.tokenize(state)
        state.push("link_close", "a", -1)
        state.pos, state.posMax = end, limit
    return True


def _as_typed(state: StateInline, start: int, silent: bool) -> bool:
    if not silent:
        state.append_pending(state.src[start : state.pos])
    return True


def _labels(state: StateInline) -> dict[int, int]:
    """Each ``[`` that may begin a link → its ``]``. The innermost of nested ones alone may."""
    found: dict[int, int] | None = state.env.get("labels")
    if found is not None:
        return found
    found = state.env["labels"] = {}
    open_ones: list[tuple[int, bool]] = []
    for match in re.finditer(r"\\[\s\S]|[\[\]]", state.src):
        if match.group() == "[":
            open_ones.append((match.start(), False))
        elif match.group() == "]" and open_ones:
            opening, holds_link = open_ones.pop()
            is_link = state.src.startswith("(", match.end())
            if is_link and not holds_link:
                found[opening] = match.start()
            if (is_link or holds_link) and open_ones:
                open_ones[-1] = (open_ones[-1][0], True)
    return found


def _is_address(address: str) -> bool:
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
