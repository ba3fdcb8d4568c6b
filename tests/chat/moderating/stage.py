"""A desk: moderators of each role, posts in each state, and whoever speaks, in one store without an event loop."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from random import Random

from bot.broadcast.decisions import Publishing
from bot.chat.guide import Guide, Network
from bot.chat.moderating.pieces import Rest, keep_rest
from bot.chat.router import answer
from bot.model.canon import digest
from bot.model.message import Choice, Message, Span
from bot.model.moderator import Moderator, Role
from bot.model.people import Address, Chat, ChatKind
from bot.model.post import Post, PostState
from bot.model.speech import Ask, Reply
from bot.ports import Size, Tx
from tests.broadcast.hourglass import DirectStore
from tests.chat.stage import make_guide
from tests.storage.stage import Hours

TELEGRAM, MATRIX = "telegram", "matrix"
CODE = "K3M9TQ"
RULES = Publishing(approvals=1, countdown_seconds=60)
NOBODY, FROZEN = "nobody", "frozen"
SPEAKERS = (NOBODY, FROZEN, *Role)
DRAFT, SUBMITTED, COUNTDOWN, HELD, DONE, ASKED, CUT, REST = range(1, 9)
"""Numbers of the posts that there are."""
AUTHOR, SPEAKER, TARGET, ICE = range(1, 5)
"""Numbers of the moderators that there are, where the speaker is one."""
PHONE = "fingerprint of a pinned device"
WATCHED = (
    *("posts", "post_texts", "attachments", "approvals", "moderators", "invitations", "letters", "deliveries"),
    *("outbox", "notes", "audit"),
)
"""Tables in which a moderator's deed can leave a trace."""


@cache
def desk_guide() -> Guide:
    """The real words; Telegram proves no devices, Matrix does."""
    networks = {
        TELEGRAM: Network(Size(4096, len), "/", link=lambda payload: f"https://t.me/a_bot?start={payload}"),
        MATRIX: Network(Size(16_000, len), "!", knows_repeats=True, proves_devices=True),
    }
    return replace(make_guide("no phrase of ours"), networks=networks, publishing=RULES)


class _TakenBack(Exception):
    """Ends a transaction that was a trial."""


@dataclass
class Scene:
    """One store with everything in it. ``speaker`` tells who ``ask`` is said by."""

    speaker: str = NOBODY
    platform: str = TELEGRAM
    guide: Guide = field(default_factory=desk_guide)
    clock: Hours = field(default_factory=Hours)
    number: int = 0

    def __post_init__(self) -> None:
        self.store = DirectStore(self.clock, Random(0))  # type: ignore[arg-type]
        self.store.now(self._furnish)

    def hears(self, said: Ask, *, repeated: bool = False) -> Reply | None:
        """What is answered; its effects are done."""
        return self.store.now(lambda tx: answer(tx, said, self.guide, self.clock.now(), repeated=repeated))

    def tries(self, *asks: Ask) -> tuple[list[Reply | None], bool]:
        """What is answered, and whether that left a trace. Then all of it is taken back."""
        outcome: list[tuple[list[Reply | None], bool]] = []

        def work(tx: Tx) -> None:
            before = self.standing()
            replies = [answer(tx, said, self.guide, self.clock.now()) for said in asks]
            outcome.append((replies, self.standing() != before))
            raise _TakenBack

        with suppress(_TakenBack):
            self.store.now(work)
        return outcome[0]

    def says(self, text: str, **how: object) -> Reply | None:
        """The same, for something that the speaker says."""
        return self.hears(self.ask(text, **how))

    def ask(self, text: str, **how: object) -> Ask:
        """One thing that the speaker says: typed in their private chat, on their own device, unless told otherwise."""
        self.number += 1
        private = how.get("kind", ChatKind.PRIVATE) is ChatKind.PRIVATE
        said = Ask(
            id=f"event-{self.number}",
            address=Address(self.platform, "speaker" if private and self.platform == TELEGRAM else "a room"),
            kind=ChatKind.PRIVATE,
            text=text,
            addressed=True,
            speaker=None if private and self.platform == TELEGRAM else "speaker",
            receipt=f"receipt-{self.number}" if how.get("pressed") and self.platform == TELEGRAM else None,
            device=PHONE if self.platform == MATRIX else None,
        )
        return replace(said, **how)  # type: ignore[arg-type]

    def post(self, number: int) -> Post:
        """A post as it stands."""
        found = self.store.now(lambda tx: tx.posts.find(number))
        assert found is not None
        return found

    def moderator(self, number: int) -> Moderator | None:
        """A moderator as they stand."""
        return self.store.now(lambda tx: tx.moderators.find(number))

    def standing(self) -> Mapping[str, list[tuple[object, ...]]]:
        """All rows in which a deed could leave a trace, as they lie there."""
        return {name: self.store.table(f"SELECT * FROM {name}") for name in WATCHED}  # noqa: S608 - our own names

    def _furnish(self, tx: Tx) -> None:
        now = self.clock.now()
        people = [("Author", Role.OWNER, False), ("Speaker", None, False), ("Target", Role.EDITOR, False)]
        people.append(("Ice", Role.EDITOR, True))
        for callsign, role, frozen in people:
            moderator = tx.moderators.add(callsign, role or self._role)
            tx.moderators.keep(replace(moderator, frozen=frozen))
            if role is not None:
                tx.moderators.add_address(moderator.number, Address(self.platform, callsign))
        if self.speaker == NOBODY:
            tx.moderators.remove(SPEAKER)
        else:
            tx.moderators.add_address(SPEAKER, Address(self.platform, "speaker"), (PHONE,))
            kept = tx.moderators.find(SPEAKER)
            assert kept is not None
            tx.moderators.keep(replace(kept, frozen=self.speaker == FROZEN))
        words = {"en": (Span(text="We stand together."),)}
        plain = Post(number=0, texts=words, authors=frozenset({AUTHOR}), changed=now)
        states = {
            DRAFT: plain,
            SUBMITTED: replace(plain, state=PostState.SUBMITTED, requested=now),
            COUNTDOWN: replace(plain, state=PostState.COUNTDOWN, due=now + timedelta(seconds=60)),
            HELD: replace(plain, state=PostState.HELD),
            DONE: replace(plain, state=PostState.DONE, begun=True),
            ASKED: replace(plain, texts={"und": (Span(text="Words"),)}),
            CUT: plain,
            REST: plain,
        }
        for number, post in states.items():
            assert tx.posts.add(post).number == number
        keep_rest(tx, Rest(post=CUT, draft=REST, language="en", torn=False))
        expires = int(now.timestamp()) + 1800
        third = tx.moderators.add("Third", Role.APPROVER)
        for number, person in ((SUBMITTED, SPEAKER), (HELD, third.number)):
            found = tx.posts.find(number)
            assert found is not None
            tx.approvals.issue(number, person, digest(found), CODE, expires)
        tx.approvals.use(HELD, third.number)
        tx.chats.keep(Chat(address=Address(self.platform, "a reader")))

    @property
    def _role(self) -> Role:
        return Role(self.speaker) if self.speaker in set(Role) else Role.OWNER


def words(reply: Reply | None) -> str:
    """What a reply says, and what stands on its buttons."""
    message = reply.message if reply is not None else None
    if message is None:
        return ""
    return "\n".join((message.text, *(f"[{choice.label}] {choice.command}" for choice in choices(message))))


def choices(message: Message) -> list[Choice]:
    """All buttons, in order."""
    return [choice for row in message.choices for choice in row]
