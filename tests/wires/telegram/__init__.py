"""A Bot API server of the tests' own, on loopback, as strict as Telegram; it knows nothing of the bot.

In the test's own loop: ``async with BotApiServer() as server``; in a thread: ``with ThreadedBotApiServer()``; in a
process of its own: ``with ProcessBotApiServer()`` or ``python -m tests.wires.telegram``.
"""

from tests.wires.telegram.answers import Kind
from tests.wires.telegram.faults import Fault, Trouble
from tests.wires.telegram.groups import Group
from tests.wires.telegram.ledger import Request, Violation
from tests.wires.telegram.people import Person
from tests.wires.telegram.process import ProcessBotApiServer
from tests.wires.telegram.seen import Button, Entity, Seen, Toast
from tests.wires.telegram.server import TOKEN, BotApiServer
from tests.wires.telegram.threaded import ThreadedBotApiServer

__all__ = [
    "TOKEN",
    "BotApiServer",
    "Button",
    "Entity",
    "Fault",
    "Group",
    "Kind",
    "Person",
    "ProcessBotApiServer",
    "Request",
    "Seen",
    "ThreadedBotApiServer",
    "Toast",
    "Trouble",
    "Violation",
]
