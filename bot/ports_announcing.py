"""The contracts with the outside that announcements need: the second page of ``ports``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.model.delivery import Verdict
from bot.model.message import Message
from bot.model.moderator import Actor
from bot.model.parcel import Delivery, DeliveryState, Parcel, ParcelState, Settlement
from bot.model.people import Address
from bot.model.post import Attachment, Post, PostState


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a network bears, or what the operator allows. None: no such limit."""

    overall_per_second: float
    per_chat_per_second: float | None = None
    per_group_per_minute: float | None = None


class Carrier(Protocol):
    """What the courier needs of a chat network. Nothing here raises."""

    @property
    def name(self) -> str:
        """Its name in addresses."""

    @property
    def pace(self) -> Pace:
        """What it bears."""

    async def deliver(self, address: Address, message: Message, *, once: str, silent: bool = False) -> Verdict:
        """Say it. ``once`` names this very message: where the network can tell repeats, none is shown."""

    async def amend(self, address: Address, reference: str, message: Message, *, once: str) -> Verdict:
        """Put another text in a message's place."""

    async def withdraw(self, address: Address, reference: str, *, once: str) -> Verdict:
        """Delete a message. One that is gone already is ``Sent``; one that may not be deleted any more ``Refused``."""


class Posts(Protocol):
    """The posts. Their texts and attachments are sealed at rest."""

    def add(self, post: Post) -> Post:
        """Keep a new post; returns it with the number that it got, which no other post ever gets."""

    def find(self, number: int) -> Post | None:
        """The whole post, but for the bytes of its attachments."""

    def keep(self, post: Post) -> None:
        """Keep everything of a post that is there already; attachments that it has no more are deleted."""

    def among(self, *states: PostState) -> tuple[Post, ...]:
        """All posts in these states, oldest number first."""

    def latest(self, limit: int, *, urgent: bool = False) -> tuple[Post, ...]:
        """What was published last and was not taken back, newest first; ``urgent``: urgent ones alone."""

    def attach(self, number: int, attachment: Attachment, content: bytes) -> None:
        """Keep an attachment's bytes. The post has it once ``keep`` was told so."""

    def content(self, number: int, digest: bytes) -> bytes | None:
        """An attachment's bytes."""

    def uploaded(self, number: int, digest: bytes, platform: str) -> str | None:
        """What the network calls an attachment that was uploaded there before."""

    def upload(self, number: int, digest: bytes, platform: str, name: str) -> None:
        """Note what the network calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that was issued to one person for one post. The code itself is kept nowhere."""

    person: int
    digest: bytes = field(repr=False)
    """Of what it approves."""
    expires: int
    """POSIX seconds."""
    misses: int = 0
    """How often its person gave a wrong one."""


class Approvals(Protocol):
    """Codes issued and approvals given; and voices, which need no code. A post's number, or 0 for all posts."""

    def issue(self, post: int, person: int, digest: bytes, code: str, expires: int) -> None:
        """Keep a code in place of an earlier one of this person for this post."""

    def issued(self, post: int, person: int) -> Code | None:
        """The code that this person could give now, if any."""

    def matches(self, post: int, person: int, code: str) -> bool:
        """Whether that is the code issued to this person for this post."""

    def miss(self, post: int, person: int) -> None:
        """A wrong code was given."""

    def use(self, post: int, person: int) -> None:
        """The code was given: an approval of its digest by this person; it can be given no more."""

    def given(self, post: int) -> Mapping[int, bytes]:
        """Who has approved, and the digest of what."""

    def void(self, post: int) -> None:
        """All codes and approvals of a post are worth nothing any more."""

    def void_person(self, person: int) -> tuple[int, ...]:
        """All that this person was issued, gave or said is worth nothing; the posts that it touched."""

    def speak(self, post: int, person: int, digest: bytes = b"") -> None:
        """A voice for going on."""

    def voices(self, post: int) -> Mapping[int, bytes]:
        """Who has spoken for going on, and the digest of what."""

    def hush(self, post: int) -> None:
        """All voices for that are worth nothing any more."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A network's wish not to be spoken to, in POSIX seconds."""

    asked: float
    until: float


class Outbox(Protocol):
    """Deliveries and their parcels: who gets a post, and what became of it. Unique per post, occurrence and chat."""

    def open(self, post: int, occurrence: int, platform: str, *, urgent: bool, now: int) -> Delivery:
        """The delivery of a post on a network, begun now if it was not: the audience's high-water mark is fixed."""

    def delivery(self, number: int) -> Delivery | None:
        """A delivery by its number."""

    def deliveries(self, *states: DeliveryState, platform: str | None = None) -> tuple[Delivery, ...]:
        """Those in these states, in the order in which they began."""

    def of(self, post: int, occurrence: int | None = None) -> tuple[Delivery, ...]:
        """Those of a post."""

    def delivered(self, address: Address) -> tuple[str, ...]:
        """References of what was delivered to a chat and can still be taken back, newest first."""

    def steer(self, number: int, state: DeliveryState, actor: Actor, why: str | None, now: int) -> None:
        """Bring a delivery into a state."""

    def fill(self, number: int, limit: int) -> bool:
        """Put the next chats of the audience into the queue, at most so many; False once all are in."""

    def reclaim(self, platform: str, now: int) -> int:
        """After a kill: whatever was in flight may have arrived. Returns how many parcels that were."""

    def ready(self, number: int, states: Sequence[ParcelState], now: int, limit: int) -> list[Parcel]:
        """Parcels that want to be tried now, in the order of the states.

        None to whose chat an earlier delivery has yet to bring something; urgent ones count as earlier. A chat that
        wants no such posts any more loses its parcel.
        """

    def claim(self, number: int, parcels: Sequence[Parcel], lease: int, now: int) -> None:
        """Take parcels into flight until the end of the lease (POSIX seconds)."""

    def put_off(self, number: int, parcels: Sequence[tuple[Parcel, int]]) -> None:
        """Parcels that may not be tried before then (POSIX seconds): the chat, or the pace, does not bear it yet."""

    def defer(self, number: int, parcels: Sequence[tuple[Parcel, int]]) -> None:
        """Parcels that wait for quiet hours or a permission, each until then (POSIX seconds)."""

    def settle(self, number: int, settlements: Sequence[Settlement], window: str | None = None) -> None:
        """What became of parcels that were in flight; one that was deleted meanwhile stays deleted."""

    def drop(self, number: int, limit: int) -> int:
        """Delete what has not been sent, at most so many; parcels of which a part arrived count as sent."""

    def recall(self, number: int, limit: int) -> bool:
        """Mark what was sent for being taken back, the next so many parcels; False once all are marked."""

    def bury(self, number: int, limit: int) -> int:
        """End the subscriptions of chats that are gone, at most so many; returns how many."""

    def spare(self, number: int) -> None:
        """Leave the subscriptions of chats that seemed gone as they are."""

    def again(self, number: int, since: int, limit: int) -> int | None:
        """Put failed parcels of the next so many chats after that row id back; the last one's, or None at the end."""

    def left(self, number: int) -> frozenset[ParcelState]:
        """In which states a delivery still has parcels that want something done."""

    def next_due(self, number: int) -> int | None:
        """When the next timed, waiting or uncertain parcel wants to be tried (POSIX seconds)."""

    def hold(self, chat: int, silence: Silence) -> None:
        """The network asked for silence in that chat."""

    def held(self, platform: str, now: float) -> Mapping[Address, Silence]:
        """Chats in which silence was asked for and is not over."""

    def audience(self, *, urgent: bool = False) -> Mapping[tuple[str, str | None], int]:
        """How many chats want updates (``urgent``: those of urgent posts too), by platform and chosen language."""

    def prune(self, before: int, limit: int) -> bool:
        """Delete parcels of deliveries that ended before then (POSIX seconds), a slice of that size; the sums stay.

        False once there are none.
        """
