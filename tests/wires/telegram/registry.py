"""Which methods this server knows how to carry out. Adding one is one function under ``@method``."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.wires.telegram.answers import Json
from tests.wires.telegram.bodies import Upload
from tests.wires.telegram.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, read and judged: its proper name, its parameters, the files that came along.

    In ``strict`` calls the method judges lengths, entities and keyboards; the benchmark goes without.
    """

    name: str
    parameters: Json
    files: Mapping[str, Upload] = field(default_factory=dict)
    transport: asyncio.BaseTransport | None = None
    strict: bool = True

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or what stands for it."""
        return self.parameters.get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]


Handler = Callable[[World, Call], Any]
LongHandler = Callable[[World, Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How a method is carried out: at once under the world's lock, or (``waits``) as a coroutine that takes it.

    ``paced`` methods count against the limits on sending.
    """

    name: str
    handler: Handler
    paced: bool
    waits: bool


METHODS: dict[str, Method] = {}


def method(name: str, *, paced: bool = False) -> Callable[[Handler], Handler]:
    """Have the function below carry out the Bot API method of that name, at once."""

    def register(handler: Handler) -> Handler:
        METHODS[name.lower()] = Method(name=name, handler=handler, paced=paced, waits=False)
        return handler

    return register


def long_method(name: str) -> Callable[[LongHandler], LongHandler]:
    """Have the coroutine below carry out the Bot API method of that name, which may wait."""

    def register(handler: LongHandler) -> LongHandler:
        METHODS[name.lower()] = Method(name=name, handler=handler, paced=False, waits=True)
        return handler

    return register
