"""What moderators are told unasked: requests, countdowns, receipts, alarms."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.grammar import HOLD_SIGN
from bot.chat.guide import Guide
from bot.chat.moderating.panel import figure
from bot.chat.posting import render
from bot.chat.turn import lines
from bot.model.message import Choice, Message, Span
from bot.model.parcel import Delivery
from bot.model.people import Chat
from bot.model.post import Post, PostState
from bot.ports import Tx
from bot.ports_moderating import Letter

_ABOUT_PEOPLE = ("joined", "frozen", "thawed", "removed")


def write_letter(tx: Tx, letter: Letter, guide: Guide) -> tuple[Message, ...]:
    """The messages of a letter, in the language of the chat that it goes to; none where it is out of date."""
    chat = tx.chats.find(letter.address) or Chat(address=letter.address)
    scribe = _Scribe(guide, chat)
    if letter.kind in _ABOUT_PEOPLE:
        return (scribe.message(f"letter-{letter.kind}", **scribe.name(letter.values)),)
    post = None if letter.post is None else tx.posts.find(letter.post)
    return () if post is None else _write_about(tx, letter, post, scribe)


def _write_about(tx: Tx, letter: Letter, post: Post, scribe: "_Scribe") -> tuple[Message, ...]:
    match letter.kind:
        case "post":
            return scribe.as_received(post, whole=True)
        case "request":
            return scribe.request(post, letter.values["code"]) if post.state is PostState.SUBMITTED else ()
        case "countdown":
            return scribe.countdown(post) if post.state is PostState.COUNTDOWN else ()
        case "receipt" | "retracted":
            return (scribe.about(post, letter.kind, **_sum_up(tx.outbox.of(post.number))),)
        case _:
            return (scribe.about(post, letter.kind, **scribe.name(letter.values)),)


def _sum_up(deliveries: tuple[Delivery, ...]) -> dict[str, object]:
    return {
        "figure": figure(deliveries),
        "failed": sum(one.failed for one in deliveries),
        "gone": sum(one.gone for one in deliveries),
        "done": sum(one.withdrawn + one.noted for one in deliveries),
        "old": sum(one.too_old for one in deliveries),
        "stuck": sum(one.stuck for one in deliveries),
    }


class _Scribe:
    """Writes to one chat."""

    def __init__(self, guide: Guide, chat: Chat) -> None:
        self._guide = guide
        self._chat = chat
        self._language = chat.language or guide.default_language
        self._sigil = guide.networks[chat.address.platform].sigil

    def name(self, values: Mapping[str, str]) -> dict[str, str]:
        """The same values, roles and networks as people call them."""
        named = dict(values)
        if "role" in named:
            named["role"] = self._guide.phrases.say(self._language, f"role-{named['role']}")
        if "platform" in named:
            named["platform"] = named["platform"].capitalize()
        return named

    def line(self, key: str, /, **values: object) -> tuple[Span, ...]:
        """A phrase in the chat's language."""
        return self._guide.phrases.spans(self._language, key, **values)

    def button(self, key: str, command: str, sign: str | None = None) -> Choice:
        """A choice in the chat's language."""
        return Choice(label=self._guide.phrases.say(self._language, f"button-{key}"), command=command, sign=sign)

    def message(self, key: str, *rows: tuple[Choice, ...], **values: object) -> Message:
        """A message of one phrase."""
        return Message(spans=self.line(key, **values), choices=rows)

    def about(self, post: Post, kind: str, **values: object) -> Message:
        """A line about a post, with the way to its panel."""
        return self.message(
            f"letter-{kind}",
            (self.button("post-panel", f"show {post.number}"),),
            number=str(post.number),
            **values,
        )

    def request(self, post: Post, code: str) -> tuple[Message, ...]:
        """The post as recipients will get it, and the reader's own line to approve it."""
        spans = lines(
            self.line("letter-request", number=str(post.number)),
            *((self.line("panel-hour", moment=self._moment(post.hour)),) if post.hour else ()),
            *((self.line("panel-urgent"),) if post.urgent else ()),
            self.line("request-code", command=f"{self._sigil}approve {post.number} {code}"),
            self.line("request-once"),
        )
        number = post.number
        rows = ((self.button("post-preview", f"preview {number}"), self.button("post-reject", f"reject {number}")),)
        return (*self.as_received(post), Message(spans=spans, choices=rows))

    def countdown(self, post: Post) -> tuple[Message, ...]:
        """The real message, with Hold beneath."""
        *first, last = self.as_received(post)
        due = self.line("letter-countdown", moment=self._moment(post.due)) if post.due else ()
        rows = ((self.button("post-hold", f"hold {post.number}", HOLD_SIGN),),)
        return (*first, replace(last, spans=lines(last.spans, (), due), choices=rows))

    def as_received(self, post: Post, *, whole: bool = False) -> tuple[Message, ...]:
        """The post as others get it; unless ``whole``, its words alone: a moderator must see them, and no buttons."""
        if whole:
            return render(self._guide, post, self._chat)
        shown = render(self._guide, post, replace(self._chat, discreet=False))
        return tuple(replace(message, choices=()) for message in shown)

    def _moment(self, moment: datetime) -> str:
        zone = ZoneInfo(self._chat.timezone or self._guide.timezone)
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"
