"""Nouns as JSON, for what is sealed: small, and the same on every machine."""

import json
from collections.abc import Mapping
from typing import Any

from bot.model.message import Span
from bot.model.post import Attachment, AttachmentKind, Wording

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def pack(value: Any) -> bytes:
    """Plain lists, mappings, texts and numbers."""
    return ENCODER.encode(value).encode()


def unpack(packed: bytes) -> Any:
    """What was packed."""
    return json.loads(packed)


def pack_wording(wording: Wording) -> bytes:
    """A text as spans."""
    return pack([(span.text, span.bold, span.italic, span.quote, span.link) for span in wording])


def unpack_wording(packed: bytes) -> Wording:
    """The same spans."""
    return tuple(
        Span(text=text, bold=bold, italic=italic, quote=quote, link=link)
        for text, bold, italic, quote, link in unpack(packed)
    )


def pack_attachment(attachment: Attachment) -> bytes:
    """What is known of an attachment."""
    one = attachment
    return pack((one.kind, one.media_type, one.name, one.digest.hex(), one.size, dict(one.alt)))


def unpack_attachment(packed: bytes) -> Attachment:
    """The same attachment."""
    kind, media_type, name, digest, size, alt = unpack(packed)
    words: Mapping[str, str] = alt
    return Attachment(
        kind=AttachmentKind(kind), media_type=media_type, name=name, digest=bytes.fromhex(digest), size=size, alt=words
    )
