"""What Telegram answers: results, and refusals in the words that clients of the real thing meet."""

import json
from enum import Enum
from typing import Any

Json = dict[str, Any]
"""One JSON object, as it goes over the wire."""


class Kind(Enum):
    """Why a call was refused, so that a test can tell the bot's own mistakes from the ways of the world."""

    MALFORMED = "malformed"
    """No state of the world makes this call right: a schema, a length, a keyboard, an entity."""
    STATE = "state"
    """Well formed, but not now: chat not found, message not modified, query too old."""
    FORBIDDEN = "forbidden"
    """That person or group does not let the bot in (403)."""
    PACE = "pace"
    """Sent faster than the limits allow (429). A scripted 429 is no violation."""
    CREDENTIAL = "credential"
    """Wrong, malformed or revoked token (401, 404)."""
    CONFLICT = "conflict"
    """A second poll, or a poll beside a webhook (409)."""
    UNSIMULATED = "unsimulated"
    """Right on Telegram, but this server does not know how (501): a gap of the tests, not of the bot."""


class Refusal(Exception):
    """One refusal: HTTP status, Telegram's description, and the parameters that some carry."""

    def __init__(
        self,
        code: int,
        description: str,
        kind: Kind,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:
        self.code = code
        self.description = description
        self.kind = kind
        self.retry_after = retry_after
        self.migrate_to = migrate_to
        super().__init__(f"{code} {description}")

    def body(self) -> bytes:
        """The JSON of the reply."""
        reply: Json = {"ok": False, "error_code": self.code, "description": self.description}
        parameters = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to}
        if given := {name: value for name, value in parameters.items() if value is not None}:
            reply["parameters"] = given
        return json.dumps(reply).encode()


def success(result: object) -> bytes:
    """The JSON of a granted call."""
    return b'{"ok":true,"result":%s}' % json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()


def malformed(text: str) -> Refusal:
    """A call that no state of the world makes right."""
    return Refusal(400, f"Bad Request: {text}", Kind.MALFORMED)


def untimely(text: str) -> Refusal:
    """A well-formed call that the state of the chat does not bear."""
    return Refusal(400, f"Bad Request: {text}", Kind.STATE)


def forbidden(text: str) -> Refusal:
    """The bot is not let in."""
    return Refusal(403, f"Forbidden: {text}", Kind.FORBIDDEN)


def conflict(text: str) -> Refusal:
    """Two ways of listening at once."""
    return Refusal(409, f"Conflict: {text}", Kind.CONFLICT)


def unauthorized() -> Refusal:
    """A token that is well formed, but not ours or no longer."""
    return Refusal(401, "Unauthorized", Kind.CREDENTIAL)


def too_many(seconds: int) -> Refusal:
    """Faster than the limits allow."""
    text = f"Too Many Requests: retry after {seconds}"
    return Refusal(429, text, Kind.PACE, retry_after=seconds)


def unsimulated(what: str) -> Refusal:
    """A gap of this server, told loudly so that the test notices."""
    return Refusal(501, f"Not Implemented: the test server does not simulate {what}", Kind.UNSIMULATED)
