"""The canonical form of a post: the bytes that an approval is bound to, and that a signature will be made over.

Version 1 is JSON in UTF-8 without white space, keys in the order of their code points, non-ASCII characters as
themselves, exactly these members:

- ``v``: 1
- ``texts``: language tag → runs in order, each ``[style, text]`` or ``[style, text, link]``. ``style`` is the letters
  of ``b`` (bold), ``i`` (italic) and ``q`` (quotation) that hold, in this order. Neighbours of one style and one link
  are one run, and empty runs are left out, so that how a text was typed does not matter, only what it shows.
- ``attachments``: in order, each ``alt`` (language tag → words), ``kind``, ``media_type``, ``name`` and ``sha256``
  (64 hex digits, of the bytes that go out)
- ``urgent``: true or false
- ``audience``: its name
- ``hour``: the moment in UTC to the second, ``2026-12-01T10:00:00Z``, or null for as soon as it is approved

The post's number, its state and its authors are no part of it: approvals know the post by its row.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from bot.model.message import Span
from bot.model.post import Post, Wording

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def canonical(post: Post) -> bytes:
    """The canonical form, version 1."""
    form = {
        "v": 1,
        "texts": {language: [_run(span) for span in joined(wording)] for language, wording in post.texts.items()},
        "attachments": [
            {
                "alt": dict(attachment.alt),
                "kind": attachment.kind.value,
                "media_type": attachment.media_type,
                "name": attachment.name,
                "sha256": attachment.digest.hex(),
            }
            for attachment in post.attachments
        ],
        "urgent": post.urgent,
        "audience": post.audience.value,
        "hour": None if post.hour is None else post.hour.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return _ENCODER.encode(form).encode()


def digest(post: Post) -> bytes:
    """SHA-256 of the canonical form: 32 bytes. Any edit of what a reader or the clock would notice changes it."""
    return hashlib.sha256(canonical(post)).digest()


def joined(wording: Sequence[Span]) -> Wording:
    """The same text with neighbours of one style and link in one span, and no empty ones."""
    runs: list[Span] = []
    for span in wording:
        if runs and _style(runs[-1]) == _style(span):
            runs[-1] = replace(span, text=runs[-1].text + span.text)
        elif span.text:
            runs.append(span)
    return tuple(runs)


def _style(span: Span) -> tuple[str, str | None]:
    letters = zip("biq", (span.bold, span.italic, span.quote), strict=True)
    return "".join(letter for letter, holds in letters if holds), span.link


def _run(span: Span) -> list[Any]:
    style, link = _style(span)
    return [style, span.text] if link is None else [style, span.text, link]
