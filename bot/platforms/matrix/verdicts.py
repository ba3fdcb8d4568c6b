"""What a failed request means. The one place that reads the homeserver's error codes.

The two exceptions are all that leaves the client. Neither carries a word of the server's: its error texts hold ids
and keys. A request that may have arrived is simply made again, since its transaction id makes it one event.
"""

from http import HTTPStatus
from typing import Any

from bot.model.delivery import Gone, Later, Refused, Verdict

OUTAGE_SECONDS = 2.0
"""Before a further try where no answer came: the sync loop finds out when the server is back."""
LIMIT_SECONDS = 5.0
"""Of silence, where the homeserver limits without saying for how long."""
_PATIENCE_SECONDS = 60.0

_GONE = frozenset({"M_FORBIDDEN", "M_NOT_FOUND", "M_GUEST_ACCESS_FORBIDDEN", "M_UNSUPPORTED_ROOM_VERSION"})
MUTED = "MUTED"
"""No code of Matrix's: what is forbidden is forbidden only to say, since we are in the room."""
_BROKEN = frozenset({"M_TOO_LARGE", "M_BAD_JSON", "M_NOT_JSON", "M_INVALID_PARAM", "M_BAD_STATE"})


class Unanswered(Exception):
    """No answer came: the homeserver, or the way to it, is down, or the answer was none of Matrix."""


class Declined(Exception):
    """The homeserver said no. ``code`` is Matrix's (``M_FORBIDDEN``), ``body`` the whole answer: never to be logged."""

    def __init__(self, status: int, code: str, retry_after: float = LIMIT_SECONDS, body: Any = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.body = body if isinstance(body, dict) else {}

    @property
    def limited(self) -> bool:
        """It may be asked again, after ``retry_after`` seconds."""
        return self.code == "M_LIMIT_EXCEEDED" or self.status == HTTPStatus.TOO_MANY_REQUESTS

    @property
    def token_refused(self) -> bool:
        """The login has ended: the device was signed out, or the server wants it renewed."""
        return self.code in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}


def read_refusal(status: int, body: Any) -> Unanswered | Declined:
    """The exception for an answer that is no success. What a proxy or a crashed server says is no answer."""
    fields: dict[str, Any] = body if isinstance(body, dict) else {}
    code = fields.get("errcode")
    if not isinstance(code, str) or not code.isascii() or not code.replace("_", "").replace(".", "").isalnum():
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return Declined(status, "M_LIMIT_EXCEEDED", _read_wait(fields))
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
            return Declined(status, "M_TOO_LARGE" if status != HTTPStatus.UNAUTHORIZED else "M_UNAUTHORIZED", body=body)
        return Unanswered()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unanswered()
    return Declined(status, code[:64], _read_wait(fields), body)


def judge(error: Exception) -> Verdict:
    """The verdict on a message that ended in this error."""
    match error:
        case Declined() if error.limited or error.token_refused:  # either is the account's matter, not the room's
            return Later(error.retry_after if error.limited else OUTAGE_SECONDS, everyone=True)
        case Declined() if error.code in _GONE:
            return Gone()
        case Declined() if error.code == MUTED:
            return Refused("muted")
        case Declined() if error.code in _BROKEN:
            return Refused(error.code.removeprefix("M_").lower())
        case Declined():
            return Refused("declined")
        case _:
            return Later(OUTAGE_SECONDS, everyone=isinstance(error, Unanswered))


def _read_wait(fields: dict[str, Any]) -> float:
    """``retry_after_ms`` in seconds, kept within reason."""
    wait = fields.get("retry_after_ms")
    if isinstance(wait, bool) or not isinstance(wait, int | float):
        return LIMIT_SECONDS
    return min(max(wait / 1000, 0.1), _PATIENCE_SECONDS * 60)
