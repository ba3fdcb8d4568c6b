"""A post: what a moderator wants to say to every chat, and where it stands on its way out.

    write ─▶ DRAFT ─submit─▶ SUBMITTED ─approve─▶ APPROVED ─count─▶ COUNTDOWN ─start─▶ RUNNING ─finish─▶ DONE
               ▲               │     │               │ hold           │ hold             │ hold          │
               ├── edit, ──────┤     └reject─▶       ▼                ▼                  ▼               │ again
               │   expire      │     REJECTED       HELD ──release─▶ APPROVED, where nothing is out yet  ▼
               │               │        │             └────resume──▶ RUNNING, where delivery had begun RUNNING
               └── edit ───────┴────────┴── from APPROVED, COUNTDOWN and HELD too, while nothing is out yet

``hold`` also stops what is SUBMITTED; a HELD post may be submitted again. ``cancel`` ends whatever is not DONE.
``retract`` takes back what is RUNNING, HELD, DONE or CANCELLED. CANCELLED and RETRACTED are ends; a REJECTED post is
edited or submitted again. Every other step is illegal: ``after`` gives None for it, and nothing changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.model.message import Span

Wording = tuple[Span, ...]
"""A text as spans: the neutral form."""


class PostState(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"
    """Being written."""
    SUBMITTED = "submitted"
    """Waits for approvals."""
    APPROVED = "approved"
    """Has its approvals, and waits for its hour or its countdown."""
    COUNTDOWN = "countdown"
    """Goes out in a moment unless somebody holds it."""
    RUNNING = "running"
    """Goes out."""
    HELD = "held"
    """Stopped, by one person or by a rule."""
    DONE = "done"
    """Has reached everyone that it could."""
    CANCELLED = "cancelled"
    """Ended before everyone had it."""
    REJECTED = "rejected"
    """An approver said no."""
    RETRACTED = "retracted"
    """Taken back."""


class Step(StrEnum):
    """What may happen to a post."""

    EDIT = "edit"
    """Anything of what approvals are bound to changes."""
    SUBMIT = "submit"
    """Approval is asked for."""
    APPROVE = "approve"
    """The last approval that was wanting is given."""
    REJECT = "reject"
    """An approver refuses it."""
    EXPIRE = "expire"
    """Nobody approved it in time."""
    COUNT = "count"
    """Its hour comes: the countdown begins."""
    START = "start"
    """The countdown is over."""
    HOLD = "hold"
    """It is stopped."""
    RELEASE = "release"
    """It waits again; nothing of it is out."""
    RESUME = "resume"
    """It goes on going out."""
    FINISH = "finish"
    """Nobody is left to be reached."""
    CANCEL = "cancel"
    """It is ended."""
    RETRACT = "retract"
    """It is taken back everywhere."""
    AGAIN = "again"
    """Those that failed are tried once more."""


_S = PostState
TRANSITIONS: Mapping[tuple[PostState, Step], PostState] = MappingProxyType(
    {
        **{
            (state, Step.EDIT): _S.DRAFT
            for state in (_S.DRAFT, _S.SUBMITTED, _S.APPROVED, _S.COUNTDOWN, _S.HELD, _S.REJECTED)
        },
        **{(state, Step.SUBMIT): _S.SUBMITTED for state in (_S.DRAFT, _S.SUBMITTED, _S.HELD, _S.REJECTED)},
        (_S.SUBMITTED, Step.APPROVE): _S.APPROVED,
        (_S.SUBMITTED, Step.REJECT): _S.REJECTED,
        (_S.SUBMITTED, Step.EXPIRE): _S.DRAFT,
        (_S.APPROVED, Step.COUNT): _S.COUNTDOWN,
        (_S.COUNTDOWN, Step.START): _S.RUNNING,
        **{(state, Step.HOLD): _S.HELD for state in (_S.SUBMITTED, _S.APPROVED, _S.COUNTDOWN, _S.RUNNING)},
        (_S.HELD, Step.RELEASE): _S.APPROVED,
        (_S.HELD, Step.RESUME): _S.RUNNING,
        (_S.RUNNING, Step.FINISH): _S.DONE,
        **{
            (state, Step.CANCEL): _S.CANCELLED
            for state in (_S.DRAFT, _S.SUBMITTED, _S.APPROVED, _S.COUNTDOWN, _S.RUNNING, _S.HELD, _S.REJECTED)
        },
        **{(state, Step.RETRACT): _S.RETRACTED for state in (_S.RUNNING, _S.HELD, _S.DONE, _S.CANCELLED)},
        (_S.DONE, Step.AGAIN): _S.RUNNING,
    }
)


def after(state: PostState, step: Step) -> PostState | None:
    """Where the step leads from that state; None where it is illegal, and then nothing may change."""
    return TRANSITIONS.get((state, step))


class Audience(StrEnum):
    """Whom a post is for."""

    SUBSCRIBERS = "subscribers"
    """Every chat that wants updates of this urgency."""


class AttachmentKind(StrEnum):
    """How an attachment is shown."""

    PHOTO = "photo"
    """A picture, shown at once."""
    DOCUMENT = "document"
    """A file, to be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture or a file of a post, without its bytes: those are kept sealed, under the digest."""

    kind: AttachmentKind
    media_type: str
    name: str = field(repr=False)
    digest: bytes = field(repr=False)
    """SHA-256 of the bytes as they go out."""
    size: int
    """Bytes."""
    alt: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Language tag → what the picture shows, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Post #N. The repr shows no text."""

    number: int
    state: PostState = PostState.DRAFT
    texts: Mapping[str, Wording] = field(default_factory=dict, repr=False)
    """Language tag → text."""
    attachments: tuple[Attachment, ...] = ()
    urgent: bool = False
    audience: Audience = Audience.SUBSCRIBERS
    hour: datetime | None = None
    """When it is to go out, in UTC; None is as soon as it is approved."""
    authors: frozenset[int] = frozenset()
    """The numbers of all who ever wrote any text of it or brought an attachment."""
    hour_setter: int | None = None
    """Who set its hour."""
    changed: datetime
    """The latest step or edit."""
    requested: datetime | None = None
    """When approval was asked for."""
    due: datetime | None = None
    """When the countdown ends."""
    begun: bool = False
    """Whether some of it may be out: its delivery has begun."""
    why: str | None = None
    """Why it is held, cancelled or rejected: a short code of the program's, or a moderator's words."""
