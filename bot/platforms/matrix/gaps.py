"""What a sync leaves out of a long timeline, and where in a timeline the bot came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import structlog
from nio import Event

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.verdicts import Declined

PAGE = 100
_MOST_PAGES = 200
"""20,000 events of one room: what is older than that was not written by readers."""
_FILTER = '{"types":["m.room.message","m.room.encrypted","m.reaction","m.room.redaction","m.room.member"]}'


@dataclass(frozen=True, slots=True)
class Arrival:
    """The bot's own coming in, as a timeline tells it."""

    begins: int | None
    """Index of the event from which on the room is ours to hear: the invitation, or the joining without one."""
    joins: str | None
    """The event id of the joining."""
    leaves: Mapping[str, Any] | None = field(default=None, repr=False)
    """The event by which the bot had gone before, or was put out."""


def find_arrival(events: Sequence[Any], own: str) -> Arrival:
    """The last invitation and joining of ours among these events. A changed profile is no joining.

    What was encrypted is no membership, whatever stands in it.
    """
    begins: int | None = None
    joins: str | None = None
    leaves: Mapping[str, Any] | None = None
    invited = False
    for index, event in enumerate(events):
        if getattr(event, "decrypted", False):
            continue
        match read_own_membership(event.source, own):
            case "leave" | "ban", _:
                leaves = event.source
            case "invite", _:
                begins, joins, invited = index, None, True
            case "join", before if before != "join":
                begins = begins if invited else index
                joins, invited = str(event.source.get("event_id")), False
            case _:
                pass
    return Arrival(begins, joins, leaves)


async def fetch_gap(client: Client, room: str, start: str, end: str | None) -> list[Any]:
    """The events between two tokens, ``start`` being the later one, in their order; not further than our invitation.

    Of state only our own membership is among them: the sync tells the rest. Raises Unanswered, or Declined where the
    homeserver limits; where it shows us nothing the gap is empty.
    """
    found: list[Any] = []
    token: str | None = start
    for _ in range(_MOST_PAGES):
        chunk, token = await _fetch_page(client, room, str(token), end)
        for source in chunk:
            membership = read_own_membership(source, client.user_id)
            if membership is None and "state_key" in source:
                continue
            event = client.spare(Event.parse_event, source)
            if event is not None:
                found.append(event)
            if membership is not None and membership[0] == "invite":
                return found[::-1]
        if not chunk or token is None:
            return found[::-1]
    structlog.get_logger().warning("matrix_gap_cut")
    return found[::-1]


async def _fetch_page(
    client: Client, room: str, start: str, end: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    query = {"dir": "b", "from": start, "limit": str(PAGE), "filter": _FILTER}
    if end is not None:
        query["to"] = end
    try:
        answer = await client.call("GET", f"/rooms/{quote(room, safe='')}/messages?{urlencode(query)}")
    except Declined as refusal:
        if refusal.limited or refusal.token_refused:
            raise
        return [], None
    chunk, token = answer.get("chunk"), answer.get("end")
    events = [event for event in chunk if isinstance(event, dict)] if isinstance(chunk, list) else []
    return events, token if isinstance(token, str) else None


def read_own_membership(source: Any, own: str) -> tuple[str, str | None] | None:
    """The membership and the one before it, where this is an event about ours."""
    if source.get("type") != "m.room.member" or source.get("state_key") != own:
        return None
    content, unsigned = source.get("content"), source.get("unsigned")
    before = unsigned.get("prev_content") if isinstance(unsigned, dict) else None
    membership = content.get("membership") if isinstance(content, dict) else None
    return str(membership), before.get("membership") if isinstance(before, dict) else None
