"""A chat of several people: who stands how in it, its topics, and what Telegram itself says there."""

from typing import Any

from tests.wires.telegram.answers import Json
from tests.wires.telegram.people import Person
from tests.wires.telegram.screen import Screen
from tests.wires.telegram.standing import PRESENT, change_standing, make_member

_FROM_OUTSIDE = frozenset({"left_chat_member", "migrate_from_chat_id", "migrate_to_chat_id"})
"""Notices that a bot gets also where it is not, or not yet."""


class Gathering(Screen):
    """What groups, forums and channels have in common."""

    def topic(self, name: str, by: Person) -> int:
        """Open a topic of a forum; returns its ``message_thread_id``."""
        assert self.chat.brief.get("is_forum"), f"{self} is no forum"
        created = {"name": name, "icon_color": 7322096}
        with self._world.lock:
            number = self._world.next_message_id(self.chat)
            self.chat.topics.add(number)
            self._tell(by.user, number, message_thread_id=number, is_topic_message=True, forum_topic_created=created)
        return number

    def closes(self, thread: int | None, by: Person) -> None:
        """Let only those who manage topics write in that one; None is the general one."""
        with self._world.lock:
            self.chat.closed.add(thread)
            self._tell_topic(by, thread, "closed")

    def reopens(self, thread: int | None, by: Person) -> None:
        """Let everybody write in that topic again."""
        with self._world.lock:
            self.chat.closed.discard(thread)
            self._tell_topic(by, thread, "reopened")

    def deletes(self, thread: int) -> None:
        """A topic goes with all that was said there; nobody tells the bot."""
        with self._world.lock:
            self.chat.topics.remove(thread)
            self.chat.closed.discard(thread)
            said = self.chat.messages.items()
            self.chat.messages = {n: each for n, each in said if each.raw.get("message_thread_id") != thread}

    def _place(self, by: Json, user: Json, status: str, **rights: bool) -> None:
        with self._world.lock:
            change_standing(self._world, self.chat, by, make_member(user, status, self.chat.kind, **rights))

    def _is_bot_present(self) -> bool:
        own = self.chat.members.get(self._world.bot["id"], {"status": "left"})
        return own["status"] in PRESENT and bool(own.get("is_member", True))

    def _message(self, number: int, **more: Any) -> Json:
        return {"message_id": number, "chat": self.chat.brief, "date": self._world.now(), **more}

    def _tell_topic(self, by: Person, thread: int | None, what: str) -> None:
        notice: Json = {f"forum_topic_{what}": {}, "message_thread_id": thread, "is_topic_message": True}
        self._tell(by.user, **({f"general_forum_topic_{what}": {}} if thread is None else notice))

    def _tell(self, user: Json, number: int | None = None, **what: Any) -> None:
        """A service message: privacy mode never hides these."""
        message = self._message(self._world.next_message_id(self.chat) if number is None else number, **what)
        message["from"] = user
        self._world.put(self.chat, message, mine=False)
        if self._is_bot_present() or not what.keys().isdisjoint(_FROM_OUTSIDE):
            self._world.updates.add("message", message)
