"""Groups, supergroups with topics, and channels."""

from typing import Any

from tests.wires.telegram.answers import Json
from tests.wires.telegram.entities import cut
from tests.wires.telegram.people import Person, find_entities
from tests.wires.telegram.screen import Screen
from tests.wires.telegram.standing import bar, change_standing, make_member
from tests.wires.telegram.world import Chat, World

ANONYMOUS_ADMIN: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""Who speaks, as bots see it, where an admin speaks in the group's name."""


def make_group(
    world: World,
    title: str,
    *,
    id: int | None = None,  # noqa: A002 - Telegram's own name
    kind: str = "supergroup",
    forum: bool = False,
    username: str | None = None,
    bot: str | None = "member",
    privacy: bool = True,
    **rights: bool,
) -> "Group":
    """A ``group``, ``supergroup`` or ``channel``, in which the bot has had the standing ``bot`` for long.

    None: it has never been there. With ``privacy`` on it hears only what is meant for it.
    """
    with world.lock:
        brief: Json = {"id": draw_group_id(world, kind) if id is None else id, "title": title, "type": kind}
        if username is not None:
            brief["username"] = username
        if forum:
            brief["is_forum"] = True
        chat = Chat(brief=brief)
        world.chats[chat.chat_id] = chat
        if bot is not None:
            chat.members[world.bot["id"]] = make_member(world.bot, bot, **rights)
        bar(world, chat)
    return Group(world, chat, privacy=privacy)


def draw_group_id(world: World, kind: str) -> int:
    """Basic groups have short negative numbers; supergroups and channels such that begin with -100."""
    if kind == "group":
        return -world.draw_id(1_000_000_000, 4_999_999_999)
    return -1_000_000_000_000 - world.draw_id(1_000_000_000, 2_999_999_999)


class Group(Screen):
    """One group or channel, on the phone of somebody who is in it. People speak there by ``ada.says(group=...)``."""

    def __init__(self, world: World, chat: Chat, *, privacy: bool) -> None:
        super().__init__(world, chat)
        self.privacy = privacy

    def __repr__(self) -> str:
        return f"<Group {self.chat.brief['title']}>"

    def adds(self, person: Person, status: str = "member", *, by: Person | None = None, **rights: bool) -> None:
        """Give a person that status: creator, administrator, member, restricted, left or kicked."""
        with self._world.lock:
            change_standing(self._world, self.chat, (by or person).user, make_member(person.user, status, **rights))

    def removes(self, person: Person, status: str = "left", *, by: Person | None = None) -> None:
        """A person goes, or is thrown out (``kicked``)."""
        self.adds(person, status, by=by)

    def adds_bot(self, by: Person, status: str = "member", **rights: bool) -> None:
        """Somebody adds the bot; in groups people see it come."""
        bot = self._world.bot
        with self._world.lock:
            change_standing(self._world, self.chat, by.user, make_member(bot, status, **rights))
            if self.chat.kind != "channel":
                self._tell(by.user, new_chat_participant=bot, new_chat_member=bot, new_chat_members=[bot])

    def promotes_bot(self, by: Person, status: str = "administrator", **rights: bool) -> None:
        """Somebody gives the bot another standing, or takes it (``member``)."""
        with self._world.lock:
            change_standing(self._world, self.chat, by.user, make_member(self._world.bot, status, **rights))

    def removes_bot(self, by: Person, status: str = "kicked") -> None:
        """Somebody throws the bot out."""
        bot = self._world.bot
        with self._world.lock:
            change_standing(self._world, self.chat, by.user, make_member(bot, status))
            if self.chat.kind != "channel":
                self._tell(by.user, left_chat_participant=bot, left_chat_member=bot)

    def topic(self, name: str, by: Person) -> int:
        """Open a topic of a forum; returns its ``message_thread_id``."""
        assert self.chat.brief.get("is_forum"), f"{self} is no forum"
        created = {"name": name, "icon_color": 7322096}
        with self._world.lock:
            number = self._world.next_message_id(self.chat)
            self.chat.topics.add(number)
            self._tell(by.user, number, message_thread_id=number, is_topic_message=True, forum_topic_created=created)
        return number

    def posts(self, text: str) -> int:
        """Somebody posts in the channel's name."""
        with self._world.lock:
            message = self._message(self._world.next_message_id(self.chat), text=text)
            message["sender_chat"] = self.chat.brief
            self._world.put(self.chat, message, mine=False)
            self._world.updates.add("channel_post", message)
        return int(message["message_id"])

    def says_anonymously(self, text: str, thread: int | None = None) -> int:
        """An admin speaks in the group's name."""
        return self.receive(ANONYMOUS_ADMIN, text, find_entities(text), thread, None, sender_chat=self.chat.brief)

    def receive(
        self,
        user: Json,
        text: str,
        entities: list[Json],
        thread: int | None,
        reply_to: int | None,
        **more: Any,
    ) -> int:
        """Let a message stand here; the bot hears it if its privacy mode lets it. Returns its number."""
        with self._world.lock:
            message = self._message(self._world.next_message_id(self.chat), text=text, **more)
            message["from"] = user
            if entities:
                message["entities"] = entities
            if thread is not None:
                assert thread in self.chat.topics, f"{self} has no topic {thread}"
                message |= {"message_thread_id": thread, "is_topic_message": True}
            if reply_to is not None:
                message["reply_to_message"] = self.chat.messages[reply_to].raw
            self.attend()
            self._world.put(self.chat, message, mine=False)
            if self._hears(message):
                self._world.updates.add("message", message)
            return int(message["message_id"])

    def _hears(self, message: Json) -> bool:
        own = self.chat.members.get(self._world.bot["id"], {"status": "left"})
        if own["status"] in {"left", "kicked"}:
            return False
        answered = message.get("reply_to_message", {}).get("from", {}).get("id") == self._world.bot["id"]
        if not self.privacy or own["status"] == "administrator" or answered:
            return True
        return any(
            each["type"] == "bot_command" and self._is_ours(message["text"], each)
            for each in message.get("entities", [])
        )

    def _is_ours(self, text: str, entity: Json) -> bool:
        word = cut(text, entity["offset"], entity["length"])
        name = word.partition("@")[2]
        return not name or name.lower() == self._world.bot["username"].lower()

    def migrates(self, by: Person) -> "Group":
        """Become a supergroup with another number: two service messages, then the bot has left the old one."""
        assert self.chat.kind == "group", f"{self} is a {self.chat.kind} already"
        with self._world.lock:
            new = make_group(self._world, self.chat.brief["title"], bot=None, privacy=self.privacy)
            new.chat.members = dict(self.chat.members)
            bar(self._world, new.chat)
            self.chat.migrated_to = new.id
            self._tell(by.user, migrate_to_chat_id=new.id)
            new._tell(ANONYMOUS_ADMIN, migrate_from_chat_id=self.id, sender_chat=new.chat.brief)
            change_standing(self._world, self.chat, by.user, make_member(self._world.bot, "left"))
        return new

    def _message(self, number: int, **more: Any) -> Json:
        return {"message_id": number, "chat": self.chat.brief, "date": self._world.now(), **more}

    def _tell(self, user: Json, number: int | None = None, **what: Any) -> None:
        """A service message: privacy mode never hides these."""
        message = self._message(self._world.next_message_id(self.chat) if number is None else number, **what)
        message["from"] = user
        self._world.put(self.chat, message, mine=False)
        self._world.updates.add("message", message)
