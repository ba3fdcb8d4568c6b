"""People on Matrix: independent clients with Element's habits, over a real homeserver."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from tests.wires.matrix.device import Device
from tests.wires.matrix.line import Line, Refused
from tests.wires.matrix.listening import Problem
from tests.wires.matrix.person import Person
from tests.wires.matrix.signing import CrossSigning, DeviceKeys, Identity
from tests.wires.matrix.timeline import Annotation, Seen
from tests.wires.synapse import Account, Synapse

__all__ = [
    "Account",
    "Annotation",
    "CrossSigning",
    "DeviceKeys",
    "Identity",
    "Meet",
    "Person",
    "Problem",
    "Refused",
    "Seen",
    "gather_people",
    "person",
    "phone",
]

Meet = Callable[..., Coroutine[Any, Any, Person]]


@asynccontextmanager
async def gather_people(synapse: Synapse) -> AsyncIterator[Meet]:
    """Give what makes a person of a name (and of the habits that `person` takes); all go home at the end."""
    async with AsyncExitStack() as stack:

        async def meet(name: str, **habits: Any) -> Person:
            return await stack.enter_async_context(await person(synapse, name, **habits))

        yield meet


async def person(
    synapse: Synapse,
    name: str,
    *,
    cross_signs: bool = True,
    excludes_unsigned: bool = True,
    url: str | None = None,
) -> Person:
    """A new user, listening, whose localpart begins with `name`; the caller closes them.

    `url` leads over a proxy. Without `cross_signs` their device has no identity behind it; without
    `excludes_unsigned` they share keys with every device, as Element did before April 2026.
    """
    account = await asyncio.to_thread(synapse.register, synapse.fresh(name))
    identity = Identity(account.user_id) if cross_signs else None
    line = Line(url or synapse.url, account.access_token)
    device = Device(line, account.user_id, account.device_id, excludes_unsigned=excludes_unsigned)
    return await _settle(Person(line, device, identity), new_identity=True)


async def phone(
    synapse: Synapse,
    account: Account,
    identity: Identity | None = None,
    *,
    excludes_unsigned: bool = True,
    url: str | None = None,
) -> Person:
    """Another device of a user, logged in by password and listening; signed only if given their identity."""
    line = Line(url or synapse.url)
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": account.password,
    }
    answer = await line.ask("POST", "login", body=login)
    line.access_token = answer["access_token"]
    device = Device(line, account.user_id, answer["device_id"], excludes_unsigned=excludes_unsigned)
    return await _settle(Person(line, device, identity), new_identity=False)


async def _settle(somebody: Person, *, new_identity: bool) -> Person:
    try:
        await somebody.device.publish(somebody.identity, new_identity=new_identity)
        await somebody.arrives()
    except BaseException:
        await somebody.close()
        raise
    return somebody
