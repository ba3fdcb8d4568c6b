"""Groups, supergroups with topics, and channels."""

from collections.abc import Sequence
from typing import Any

from tests.wires.telegram.answers import Json
from tests.wires.telegram.entities import cut
from tests.wires.telegram.gatherings import Gathering
from tests.wires.telegram.people import Person, find_entities
from tests.wires.telegram.standing import bar, change_standing, make_member
from tests.wires.telegram.world import Chat, World

ANONYMOUS_ADMIN: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""Who speaks, as bots see it, where an admin speaks in the group's name."""
CHANNEL_BOT: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""Who speaks, as bots see it, where somebody speaks in a channel's name."""
LETTER_CARRIER: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""Who brings a channel's posts into the group that belongs to it."""
ORDER = ("to", "from", "left")
"""In which order a migration is usually told."""


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
            chat.members[world.bot["id"]] = make_member(world.bot, bot, kind, **rights)
        bar(world, chat)
    return Group(world, chat, privacy=privacy)


def draw_group_id(world: World, kind: str) -> int:
    """Basic groups have short negative numbers; supergroups and channels such that begin with -100."""
    if kind == "group":
        return -world.draw_id(1_000_000_000, 4_999_999_999)
    return -1_000_000_000_000 - world.draw_id(1_000_000_000, 2_999_999_999)


class Group(Gathering):
    """One group or channel, on the phone of somebody who is in it. People speak there by ``ada.says(group=...)``."""

    def __init__(self, world: World, chat: Chat, *, privacy: bool) -> None:
        super().__init__(world, chat)
        self.privacy = privacy

    def __repr__(self) -> str:
        return f"<Group {self.chat.brief['title']}>"

    def adds(self, person: Person, status: str = "member", *, by: Person | None = None, **rights: bool) -> None:
        """Give a person that status: creator, administrator, member, restricted, left or kicked."""
        self._place((by or person).user, person.user, status, **rights)

    def removes(self, person: Person, status: str = "left", *, by: Person | None = None) -> None:
        """A person goes, or is thrown out (``kicked``)."""
        self.adds(person, status, by=by)

    def adds_bot(self, by: Person, status: str = "member", **rights: bool) -> None:
        """Somebody adds the bot; in groups people see it come."""
        bot = self._world.bot
        with self._world.lock:
            self._place(by.user, bot, status, **rights)
            if self.chat.kind != "channel":
                self._tell(by.user, new_chat_participant=bot, new_chat_member=bot, new_chat_members=[bot])

    def is_made_with_bot(self, by: Person) -> None:
        """Somebody makes this group, with the bot in it from its beginning."""
        with self._world.lock:
            self._place(by.user, by.user, "creator")
            self._place(by.user, self._world.bot, "member")
            self._tell(by.user, group_chat_created=True)

    def promotes_bot(self, by: Person, status: str = "administrator", **rights: bool) -> None:
        """Somebody gives the bot another standing, or takes it (``member``)."""
        self._place(by.user, self._world.bot, status, **rights)

    def removes_bot(self, by: Person, status: str = "kicked") -> None:
        """Somebody throws the bot out."""
        bot = self._world.bot
        with self._world.lock:
            self._place(by.user, bot, status)
            if self.chat.kind != "channel":
                self._tell(by.user, left_chat_participant=bot, left_chat_member=bot)

    def lets_members_write(self, allowed: bool) -> None:
        """What all members may do, changed; nobody tells the bot."""
        with self._world.lock:
            self.chat.members_write = allowed
            bar(self._world, self.chat)

    def hides_members(self) -> None:
        """From now on only admins may ask who belongs to it."""
        self.chat.members_hidden = True

    def posts(self, text: str, **more: Any) -> int:
        """Somebody posts in the channel's name. Its bots hear everything."""
        with self._world.lock:
            message = self._message(
                self._world.next_message_id(self.chat), text=text, **{"sender_chat": self.chat.brief, **more}
            )
            if found := find_entities(text):
                message["entities"] = found
            self._world.put(self.chat, message, mine=False)
            if self._is_bot_present():
                self._world.updates.add("channel_post", message)
        return int(message["message_id"])

    def edits_post(self, number: int, text: str) -> None:
        """Somebody changes a post."""
        with self._world.lock:
            edited = {**self.chat.messages[number].raw, "text": text, "edit_date": self._world.now()}
            self._world.replace(self.chat, edited)
            if self._is_bot_present():
                self._world.updates.add("edited_channel_post", edited)

    def says_anonymously(self, text: str, thread: int | None = None) -> int:
        """An admin speaks in the group's name."""
        return self.receive(ANONYMOUS_ADMIN, text, find_entities(text), thread, None, sender_chat=self.chat.brief)

    def says_as(self, channel: "Group", text: str, *, anonymous: bool = False) -> int:
        """Somebody speaks here in the name of a channel of theirs; or (``anonymous``) of another group they lead."""
        face = ANONYMOUS_ADMIN if anonymous else CHANNEL_BOT
        return self.receive(face, text, find_entities(text), None, None, sender_chat=channel.chat.brief)

    def passes_on(self, person: Person, text: str, **marks: Any) -> int:
        """Somebody lets words stand here that they did not write: forwarded, or made by another bot (``via_bot``)."""
        return self.receive(person.user, text, find_entities(text), None, None, **marks)

    def carries(self, channel: "Group", number: int) -> int:
        """A post of the channel that this group belongs to arrives here by itself."""
        post = channel.chat.messages[number].raw
        origin = {"type": "channel", "chat": channel.chat.brief, "message_id": number, "date": post["date"]}
        more = {"sender_chat": channel.chat.brief, "is_automatic_forward": True, "forward_origin": origin}
        return self.receive(LETTER_CARRIER, post["text"], post.get("entities", []), None, None, **more)

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
        if not self._is_bot_present():
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

    def migrates(self, by: Person, order: Sequence[str] = ORDER) -> "Group":
        """Become a supergroup with another number.

        The bot is told ``to`` and ``from`` by service messages in the old group and the new, and of its leaving the
        old one (``left``) and coming to the new one (``added``) as it is of any other: in that order, so far named.
        """
        assert self.chat.kind == "group", f"{self} is a {self.chat.kind} already"
        bot = self._world.bot
        with self._world.lock:
            new = make_group(self._world, self.chat.brief["title"], bot=None, privacy=self.privacy)
            standing = self.chat.members.get(bot["id"], make_member(bot, "left"))
            new.chat.members = {n: each for n, each in self.chat.members.items() if n != bot["id"]}
            self.chat.migrated_to = new.id
            for told in order:
                if told == "to":
                    self._tell(by.user, migrate_to_chat_id=new.id)
                elif told == "from":
                    new._tell(ANONYMOUS_ADMIN, migrate_from_chat_id=self.id, sender_chat=new.chat.brief)
                elif told == "left":
                    change_standing(self._world, self.chat, by.user, make_member(bot, "left"))
                elif told == "added":
                    change_standing(self._world, new.chat, by.user, standing)
            new.chat.members[bot["id"]] = standing
            bar(self._world, new.chat)
        return new
