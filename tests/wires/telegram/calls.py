"""One call's way through Telegram: token, reading, judging, limits, effect."""

import re
import time
from typing import Any

from tests.wires.telegram import membership, messaging, polling, profile
from tests.wires.telegram.answers import Kind, Refusal, too_many, unauthorized, unsimulated
from tests.wires.telegram.ledger import Request
from tests.wires.telegram.limits import Limits
from tests.wires.telegram.registry import METHODS, Call, Method
from tests.wires.telegram.schemas import Schema, schemas
from tests.wires.telegram.world import World

KNOWN = (membership, messaging, polling, profile)
"""The modules whose functions carry methods out; importing them here is what puts them into the registry."""
_TOKEN = re.compile(r"[0-9]{3,}:[A-Za-z0-9_-]{35}")


def not_found() -> Refusal:
    """What Telegram says to a path, a method or a token that cannot be one."""
    return Refusal(404, "Not Found", Kind.CREDENTIAL)


def admit(world: World, token: str, name: str) -> Schema:
    """The schema of the method. Refuses other tokens and unknown methods."""
    if token != world.token:
        first = world.bot["id"]
        raise unauthorized() if _TOKEN.fullmatch(token) or token.startswith(f"{first}:") else not_found()
    schema = schemas().get(name.lower())
    if schema is None:
        raise Refusal(404, "Not Found: method not found", Kind.MALFORMED)
    return schema


def prepare(call: Call, schema: Schema) -> Method:
    """How to carry a call out. Refuses what breaks the schema, and what this server cannot do."""
    if call.strict:
        schema.judge(call.parameters)
    carried = METHODS.get(schema.name.lower())
    if carried is None:
        raise unsimulated(schema.name)
    return carried


def pace(limits: Limits | None, carried: Method, request: Request) -> None:
    """Refuses a send that the limits do not bear."""
    if limits is not None and carried.paced and request.chat_id is not None:
        seconds = limits.admit(request.chat_id, time.monotonic())
        if seconds is not None:
            raise too_many(seconds)


async def carry_out(world: World, carried: Method, call: Call) -> Any:
    """The result of a call that nothing stands against."""
    if carried.waits:
        return await carried.handler(world, call)
    with world.lock:
        return carried.handler(world, call)
