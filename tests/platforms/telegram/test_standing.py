"""Whatever happens to the bot's place in a chat: what it was told, taken together, is how it stands there."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.model.people import ChatKind
from bot.model.speech import Happening
from bot.platforms.telegram.incoming import Me, understand
from bot.platforms.telegram.memberships import put_moves_first
from tests.wires.telegram import BotApiServer, Group, Person

STEPS = (
    "added",
    "admin",
    "member",
    "silenced",
    "speaking",
    "outside",
    "posting",
    "kicked",
    "left",
    "moved",
    "repeated",
)
Standings = dict[str, bool]
"""Of each chat that the bot believes itself in: whether it may write there."""


class Town:
    """Telegram with one group or channel in it, and what the bot makes of what it is told."""

    def __init__(self, kind: str, seed: int) -> None:
        self.server = BotApiServer(seed=seed)
        self.server.world.updates.allow(("message", "my_chat_member", "channel_post", "callback_query"))
        self.me = Me(self.server.world.bot["id"], self.server.world.bot["username"])
        self.ada: Person = self.server.person()
        self.place: Group = self.server.group(kind=kind, bot=None)
        self.chance = Random(seed)
        self.believed: Standings = {}
        self.heard: set[str] = set()

    def step(self, name: str) -> None:
        """Something happens, where it can."""
        place, ada, channel = self.place, self.ada, self.place.chat.kind == "channel"
        if name == "moved":
            if place.chat.kind == "group" and place._is_bot_present():
                order = ["to", "from", "left", "added"][: self.chance.randint(1, 4)]
                self.chance.shuffle(order)
                if {"to", "from"} & set(order):
                    self.place = place.migrates(ada, order)
        elif name == "posting" or (channel and name in {"added", "admin"}):
            rights = {"can_post_messages": name == "posting"} if channel else {}
            place.promotes_bot(ada, "administrator", **rights)
        elif name in {"kicked", "left"} or channel:
            place.removes_bot(ada, "kicked" if name == "kicked" else "left")
        elif name in {"silenced", "speaking", "outside"}:
            place.promotes_bot(ada, "restricted", can_send_messages=name == "speaking", is_member=name != "outside")
        elif name == "admin":
            place.promotes_bot(ada)
        else:
            place.adds_bot(ada)

    def listen(self, *, again: bool) -> None:
        """Hear what is told, once or twice."""
        asks = [ask for update in self.server.world.updates.pending for ask in understand(update, self.me)]
        for ask in put_moves_first(asks) * (2 if again else 1):
            if ask.id in self.heard:
                continue
            self.heard.add(ask.id)
            place = ask.about if ask.happening is Happening.ADDED and ask.about else ask.address
            match ask.happening:
                case Happening.ADDED:
                    self.believed.setdefault(place.native, True)
                case Happening.LEFT:
                    self.believed.pop(place.native, None)
                case Happening.MUTED | Happening.ALLOWED if place.native in self.believed:
                    self.believed[place.native] = ask.happening is Happening.ALLOWED
                case Happening.MOVED if ask.about is not None and place.native in self.believed:
                    self.believed[ask.about.native] = self.believed.pop(place.native)
            assert ask.kind is ChatKind.PRIVATE or ask.text == ""
        self.server.world.updates.drop()

    def truth(self) -> Standings:
        """How the bot stands, as Telegram knows it."""
        place = self.place
        return {str(place.id): place.chat.silence is None} if place._is_bot_present() else {}


@given(
    kind=st.sampled_from(["group", "supergroup", "channel"]),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.booleans(), st.booleans()), max_size=25),
    seed=st.integers(0, 1000),
)
def test_what_it_is_told_is_how_it_stands(kind: str, steps: list[tuple[str, bool, bool]], seed: int) -> None:
    """After any history, heard at once or later, some of it twice, the bot is and may write where it believes so."""
    town = Town(kind, seed)
    for name, listens, again in steps:
        town.step(name)
        if listens or name == "moved":
            town.listen(again=again)
    town.listen(again=False)
    assert town.believed == town.truth()
