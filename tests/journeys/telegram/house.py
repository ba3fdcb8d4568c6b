"""A Bot API server with the program on it, and what everybody in its groups and channels does now and then."""

import time
from collections.abc import Callable
from typing import Any

from tests.wires.stages.service import Service
from tests.wires.telegram import Group, Person, ThreadedBotApiServer

PATIENCE = 10.0
REFUSED = "Only admins can do that here."
GREETING = "only if an admin chooses so"


class House:
    """A Bot API server and the program, through any number of groups."""

    def __init__(self, server: ThreadedBotApiServer, service: Service) -> None:
        self.server = server
        self.service = service

    def group(self, admin: Person, kind: str = "supergroup", **given: Any) -> Group:
        """A group of that admin's, to which they have just added the bot; it has greeted."""
        group = self.server.group(kind=kind, bot=None, **given)
        group.adds(admin, "creator")
        group.adds_bot(admin)
        group.waits_here(GREETING, PATIENCE)
        return group

    def channel(self, *admins: Person) -> Group:
        """A channel of these people's, without the bot."""
        channel = self.server.group("News", kind="channel", bot=None)
        for admin in admins:
            channel.adds(admin, "administrator", can_post_messages=True, can_change_info=True)
        return channel


def soon(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once it is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def settings(group: Group, admin: Person) -> str:
    """The panel of all choices, as an admin gets it."""
    admin.says("/settings", group=group)
    return group.waits_here(lambda seen: "Settings" in seen.text or "設定" in seen.text, PATIENCE).text


def described(person: Person, group: Group) -> str:
    """What the first command of that person's menu there says of itself."""
    return str(person.menu_in(group)[0]["description"])
