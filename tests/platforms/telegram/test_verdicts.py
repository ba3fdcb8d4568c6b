"""Telegram's errors as verdicts."""

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.model.delivery import Gone, Later, Moved, Refused, Unsure, Verdict
from bot.model.people import Address
from bot.platforms.telegram.transport import Limited, Unsent
from bot.platforms.telegram.verdicts import judge

WHERE = Address("telegram", "-5", "8")


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (Limited(7.5), Later(7.5)),
        (Unsent("ClientConnectorError"), Later(1.0, everyone=True)),
        (InvalidToken("Unauthorized"), Later(1.0, everyone=True)),
        (EndPointNotFound("x"), Later(1.0, everyone=True)),
        (ChatMigrated(-1009), Moved(Address("telegram", "-1009", "8"))),
        (Forbidden("Forbidden: bot was blocked by the user"), Gone()),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Gone()),
        (Forbidden("Forbidden: bot is not a member of the channel chat"), Gone()),
        (Forbidden("Forbidden: user is deactivated"), Gone()),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Gone()),
        (BadRequest("Bad Request: chat not found"), Gone()),
        (BadRequest("Bad Request: PEER_ID_INVALID"), Gone()),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Refused("no_rights")),
        (Forbidden("Forbidden: CHAT_WRITE_FORBIDDEN"), Refused("no_rights")),
        (BadRequest("Bad Request: need administrator rights in the channel chat"), Refused("no_rights")),
        (BadRequest("Bad Request: have no rights to send a message"), Refused("no_rights")),
        (BadRequest("Bad Request: CHAT_ADMIN_REQUIRED"), Refused("no_rights")),
        (BadRequest("Bad Request: CHAT_SEND_PLAIN_FORBIDDEN"), Refused("no_rights")),
        (Forbidden("Forbidden: the group chat was deleted"), Gone()),
        (Forbidden("Forbidden: group chat was deactivated"), Gone()),
        (Forbidden("Forbidden: bot can't send messages to bots"), Gone()),
        (Forbidden("Forbidden: something new about 12345"), Refused("forbidden")),
        (BadRequest("Bad Request: TOPIC_DELETED"), Refused("topic_gone")),
        (BadRequest("Bad Request: message is too long"), Refused("too_long")),
        (BadRequest("Bad Request: message text is empty"), Refused("empty")),
        (BadRequest("Bad Request: message thread not found"), Refused("topic_gone")),
        (BadRequest("Bad Request: TOPIC_CLOSED"), Refused("topic_closed")),
        (BadRequest("Bad Request: ENTITY_BOUNDS_INVALID"), Refused("entities")),
        (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Refused("buttons")),
        (BadRequest("Bad Request: something new about 12345"), Refused("bad_request")),
        (TimedOut(), Unsure()),
        (NetworkError("ServerDisconnectedError"), Unsure()),
        (NetworkError("HTTP 502"), Unsure()),
        (Conflict("x"), Unsure()),
        (TelegramError("x"), Unsure()),
    ],
)
def test_every_error_has_its_verdict(error: TelegramError, verdict: Verdict) -> None:
    """Each kind of failure means one thing, and no code holds an id or Telegram's words."""
    assert judge(error, WHERE) == verdict
