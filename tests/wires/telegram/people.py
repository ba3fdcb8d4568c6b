"""Simulated people: they speak, press, block, and see what their phones show."""

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from tests.wires.telegram.answers import Json, forbidden
from tests.wires.telegram.entities import measure
from tests.wires.telegram.profile import visible_commands
from tests.wires.telegram.screen import Screen
from tests.wires.telegram.seen import Seen, Toast
from tests.wires.telegram.standing import make_member
from tests.wires.telegram.world import Chat, Press, World

if TYPE_CHECKING:
    from tests.wires.telegram.groups import Group

_FOUND = re.compile(
    r"(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?P<url>https?://\S+)|(?<![\w@])(?P<mention>@[A-Za-z0-9_]{4,32})"
)


def find_entities(text: str) -> list[Json]:
    """The commands, links and mentions that Telegram marks by itself in what people write."""
    found = []
    for match in _FOUND.finditer(text):
        kind = str(match.lastgroup)
        found.append({"type": kind, "offset": measure(text[: match.start(kind)]), "length": measure(match[kind])})
    return found


def make_person(
    world: World,
    *,
    id: int | None = None,  # noqa: A002 - Telegram's own name
    first_name: str = "Ada",
    last_name: str | None = None,
    username: str | None = None,
    language_code: str | None = "en",
    started: bool = False,
) -> "Person":
    """Somebody with an account. Unless ``started``, the bot may not write before they do."""
    with world.lock:
        number = id if id is not None else world.draw_id(1_000_000_000, 7_999_999_999)
        named = {"first_name": first_name, "last_name": last_name, "username": username}
        kept = {name: value for name, value in named.items() if value is not None}
        user: Json = {"id": number, "is_bot": False, **kept}
        if language_code is not None:
            user["language_code"] = language_code
        world.people[number] = user
        chat = Chat(brief={"id": number, **kept, "type": "private"})
        if not started:
            chat.barrier = partial(forbidden, "bot can't initiate conversation with a user")
        world.chats[number] = chat
    return Person(world, user, chat)


class Person(Screen):
    """One person, in their private chat with the bot unless a group is named."""

    def __init__(self, world: World, user: Json, chat: Chat) -> None:
        super().__init__(world, chat)
        self.user = user

    def __repr__(self) -> str:
        return f"<Person {self.user['first_name']}>"

    def says(
        self,
        text: str,
        *,
        group: "Group | None" = None,
        thread: int | None = None,
        reply_to: int | None = None,
        entities: Sequence[Json] | None = None,
    ) -> int:
        """Write; returns the message's number. Writing to a bot that one has never started starts it."""
        with self._world.lock:
            found = find_entities(text) if entities is None else list(entities)
            if group is not None:
                return group.receive(self.user, text, found, thread, reply_to)
            if self.chat.barrier is not None:
                assert "initiate" in self.chat.barrier().description, f"{self} has blocked the bot"
                self.chat.barrier = None
            message: Json = {
                "message_id": self._world.next_message_id(self.chat),
                "from": self.user,
                "chat": self.chat.brief,
                "date": self._world.now(),
                "text": text,
            }
            if found:
                message["entities"] = found
            if reply_to is not None:
                message["reply_to_message"] = self.chat.messages[reply_to].raw
            self.attend()
            self._world.put(self.chat, message, mine=False)
            self._world.updates.add("message", message)
            return int(message["message_id"])

    def follows(self, payload: str) -> int:
        """Tap a link t.me/bot?start=payload and then Start."""
        return self.says(f"/start {payload}".strip())

    def presses(self, wanted: str, message: Seen | None = None, *, group: "Group | None" = None) -> str:
        """Press the button with that label or data, on the latest message that has it or on the one given.

        Returns the query's id. A message that is gone meanwhile can still be pressed: the phone had it on screen.
        """
        place = self if group is None else group
        with self._world.lock:
            chat = place.chat
            shown = [message] if message else [each.seen() for each in reversed(list(chat.messages.values()))]
            for each in shown:
                if each.from_bot and (button := each.button(wanted)) is not None:
                    assert button.data is not None, f"[{button.label}] is a link to {button.url}"
                    return self._press(place, each.message_id, button.data)
            raise AssertionError(f"no button {wanted!r} in sight of {self}:\n{place.screen()}")

    def forges(self, data: str, message_id: int, *, group: "Group | None" = None) -> str:
        """Press a button that was never there, as a modified app can."""
        with self._world.lock:
            return self._press(self if group is None else group, message_id, data)

    def _press(self, place: Screen, message_id: int, data: str) -> str:
        chat = place.chat
        query_id = str(self._world.random.randrange(1 << 60, 1 << 63))
        gone = {"chat": chat.brief, "message_id": message_id, "date": 0}
        stored = chat.messages.get(message_id)
        self._world.presses[query_id] = Press(person_id=self.id, at=self._world.now())
        place.attend()
        query = {
            "id": query_id,
            "from": self.user,
            "message": stored.raw if stored else gone,
            "chat_instance": str(chat.chat_id * 7919),
            "data": data,
        }
        self._world.updates.add("callback_query", query)
        return query_id

    def blocks(self) -> None:
        """Stop the bot: it may not write any more, and hears of it."""
        self._let_in(before="member", after="kicked")
        self.chat.barrier = partial(forbidden, "bot was blocked by the user")

    def unblocks(self) -> None:
        """Let the bot in again, without a word to it."""
        self.chat.barrier = None
        self._let_in(before="kicked", after="member")

    def deletes_account(self) -> None:
        """Go for good; nobody tells the bot."""
        self.chat.barrier = partial(forbidden, "user is deactivated")

    def _let_in(self, *, before: str, after: str) -> None:
        with self._world.lock:
            told = {
                "chat": self.chat.brief,
                "from": self.user,
                "date": self._world.now(),
                "old_chat_member": make_member(self._world.bot, before),
                "new_chat_member": make_member(self._world.bot, after),
            }
            self._world.updates.add("my_chat_member", told)

    @property
    def toasts(self) -> list[Toast]:
        """The answers to this person's presses, in the order of the presses."""
        with self._world.lock:
            mine = [press for press in self._world.presses.values() if press.person_id == self.id]
            return [press.toast for press in mine if press.toast is not None]

    @property
    def spinning(self) -> int:
        """How many presses still wait for their answer."""
        with self._world.lock:
            mine = [press for press in self._world.presses.values() if press.person_id == self.id]
            return sum(press.toast is None for press in mine)

    @property
    def menu(self) -> list[Json]:
        """The commands that the app offers in the private chat."""
        with self._world.lock:
            return visible_commands(self._world, self.id, self.id, self.user.get("language_code", ""))

    def menu_in(self, group: "Group") -> list[Json]:
        """The commands that the app offers this person in that group."""
        with self._world.lock:
            return visible_commands(self._world, group.id, self.id, self.user.get("language_code", ""))
