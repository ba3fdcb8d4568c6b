"""What a homeserver's answers mean, and that none of its words are kept to be shown."""

from typing import Any

import pytest

from bot.model.delivery import Gone, Later, Refused, Verdict
from bot.platforms.matrix.verdicts import (
    LIMIT_SECONDS,
    MUTED,
    OUTAGE_SECONDS,
    Declined,
    Unanswered,
    judge,
    read_refusal,
)


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, Later(2.5, everyone=True)),
        (429, {"errcode": "M_LIMIT_EXCEEDED"}, Later(LIMIT_SECONDS, everyone=True)),
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": True}, Later(LIMIT_SECONDS, everyone=True)),
        (429, None, Later(LIMIT_SECONDS, everyone=True)),
        (401, {"errcode": "M_UNKNOWN_TOKEN"}, Later(OUTAGE_SECONDS, everyone=True)),
        (403, {"errcode": "M_FORBIDDEN"}, Gone()),
        (404, {"errcode": "M_NOT_FOUND"}, Gone()),
        (413, {"errcode": "M_TOO_LARGE"}, Refused("too_large")),
        (413, "<html>", Refused("too_large")),
        (400, {"errcode": "M_BAD_JSON"}, Refused("bad_json")),
        (400, {"errcode": "ORG.EXAMPLE_ODD"}, Refused("declined")),
        (500, {"errcode": "M_UNKNOWN"}, Later(OUTAGE_SECONDS, everyone=True)),
        (502, "<html>Bad Gateway</html>", Later(OUTAGE_SECONDS, everyone=True)),
        (404, "<html>No such page</html>", Later(OUTAGE_SECONDS, everyone=True)),
        (400, {"errcode": "@ada:example.org said no"}, Later(OUTAGE_SECONDS, everyone=True)),
        (400, {"errcode": 7}, Later(OUTAGE_SECONDS, everyone=True)),
    ],
)
def test_every_answer_has_its_verdict(status: int, body: Any, verdict: Verdict) -> None:
    """Limits hold everyone, since they are counted per account; what is no answer of Matrix is an outage."""
    assert judge(read_refusal(status, body)) == verdict


def test_a_silenced_bot_is_not_gone() -> None:
    """It is in the room and will be allowed again: what is subscribed stays so."""
    assert judge(Declined(403, MUTED)) == Refused("muted")


def test_a_bug_holds_its_own_chat_alone() -> None:
    """Others need not wait for it."""
    assert judge(KeyError("!room")) == Later(OUTAGE_SECONDS)


def test_a_wait_is_kept_within_reason() -> None:
    """Neither a busy loop nor a year."""
    short = read_refusal(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 0})
    long = read_refusal(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 10**12})
    assert isinstance(short, Declined)
    assert isinstance(long, Declined)
    assert (short.retry_after, long.retry_after) == (0.1, 3600)


def test_what_the_server_said_in_words_is_in_no_message() -> None:
    """Error texts hold ids and keys."""
    body = {"errcode": "M_UNKNOWN", "error": "One time key signed_curve25519:AAAAHg already exists"}
    assert "AAAAHg" not in f"{read_refusal(400, body)!r} {read_refusal(400, body)} {Unanswered()!r}"
