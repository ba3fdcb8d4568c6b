"""What happens to the bot's place in a chat: ``my_chat_member``, and a group's move to another number.

A group that is made with the bot in it, or that it is added to, also says so in a service message: that one is passed
over, so that nothing is counted twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Happening

NAME = "telegram"
KINDS = {
    "private": ChatKind.PRIVATE,
    "group": ChatKind.GROUP,
    "supergroup": ChatKind.GROUP,
    "channel": ChatKind.CHANNEL,
}
_STAFF = ("creator", "administrator")

Json = Mapping[str, Any]


def read_membership(event: str, told: Json) -> list[Ask]:
    """What the bot's new standing means for its chat; nothing where it means nothing.

    ``event`` names the update; of two happenings in one update the second has a name of its own.
    """
    chat, old, new = told["chat"], told["old_chat_member"], told["new_chat_member"]
    kind = KINDS[chat["type"]]
    if chat.get("is_direct_messages"):
        return []  # letters to a channel: nobody writes to a bot there
    if kind is ChatKind.PRIVATE:
        blocked = not _is_present(new, kind)
        return [_happen(event, chat, kind, Happening.LEFT if blocked else Happening.ALLOWED)]
    speaker = told["from"]
    who = str(speaker["id"])
    if not _is_present(new, kind):
        return [_happen(event, chat, kind, Happening.LEFT, who)]
    if not _is_present(old, kind):
        arrival = _arrive(event, chat, kind, speaker)
        silent = [] if _may_write(new, kind) else [_happen(f"{event}:muted", chat, kind, Happening.MUTED, who)]
        return [*arrival, *silent]
    if not _may_write(new, kind):
        return [_happen(event, chat, kind, Happening.MUTED, who)] if _may_write(old, kind) else []
    # An admin may write also where the group lets its members say nothing, which no update tells.
    gained = not _may_write(old, kind) or (new["status"] in _STAFF and old["status"] not in _STAFF)
    return [_happen(event, chat, kind, Happening.ALLOWED, who)] if gained else []


def read_move(event: str, message: Json) -> list[Ask]:
    """A group's move, told in the group that was or in the supergroup that is; nothing in any other message."""
    here = message["chat"]["id"]
    if (to := message.get("migrate_to_chat_id")) is not None:
        old, new = here, to
    elif (origin := message.get("migrate_from_chat_id")) is not None:
        old, new = origin, here
    else:
        return []
    return [
        Ask(
            id=event,
            address=Address(NAME, str(old)),
            kind=ChatKind.GROUP,
            text="",
            addressed=False,
            happening=Happening.MOVED,
            about=Address(NAME, str(new)),
        )
    ]


def put_moves_first(asks: Sequence[Ask]) -> list[Ask]:
    """The same asks, each move before the memberships that come with it: leaving the old place, coming to the new.

    What was chosen in a group is thus kept, and nobody greeted again, in whichever order Telegram tells it.
    """
    moves = [at for at, ask in enumerate(asks) if ask.happening is Happening.MOVED]
    if not moves:
        return list(asks)
    left = {asks[at].address.native for at in moves}
    reached = {place.native for at in moves if (place := asks[at].about) is not None}
    early: list[Ask] = []
    late: list[Ask] = []
    for ask in reversed(asks[: moves[-1]]):
        where, what = ask.address.native, ask.happening
        if what is Happening.ADDED:
            left.discard(where)  # whatever was before that belongs to an earlier stay
        waits = (what is Happening.LEFT and where in left) or (where in reached and what not in {None, Happening.MOVED})
        (late if waits else early).append(ask)
    return [*reversed(early), asks[moves[-1]], *reversed(late), *asks[moves[-1] + 1 :]]


def _arrive(event: str, chat: Json, kind: ChatKind, speaker: Json) -> list[Ask]:
    """The bot came. Of a channel, whoever made it an admin there is told, in their own chat."""
    if kind is not ChatKind.CHANNEL:
        return [_happen(event, chat, kind, Happening.ADDED, str(speaker["id"]))]
    if speaker["is_bot"]:
        return []  # nobody to tell
    return [
        Ask(
            id=event,
            address=Address(NAME, str(speaker["id"])),
            kind=ChatKind.PRIVATE,
            text="",
            addressed=False,
            speaker=str(speaker["id"]),
            reports=speaker.get("language_code"),
            happening=Happening.ADDED,
            about=Address(NAME, str(chat["id"])),
        )
    ]


def _happen(event: str, chat: Json, kind: ChatKind, happening: Happening, who: str | None = None) -> Ask:
    return Ask(
        id=event,
        address=Address(NAME, str(chat["id"])),
        kind=kind,
        text="",
        addressed=False,
        speaker=who,
        happening=happening,
    )


def _is_present(member: Json, kind: ChatKind) -> bool:
    """A bot is in a channel only as its admin; a restricted one may be outside a group."""
    status = member["status"]
    if kind is ChatKind.CHANNEL:
        return status in _STAFF
    return status in {*_STAFF, "member"} or (status == "restricted" and bool(member["is_member"]))


def _may_write(member: Json, kind: ChatKind) -> bool:
    if member["status"] == "administrator" and kind is ChatKind.CHANNEL:
        return bool(member.get("can_post_messages"))
    return member["status"] != "restricted" or bool(member["can_send_messages"])
