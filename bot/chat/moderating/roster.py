"""Who moderates: invitations, the list, freezing and removal. Freezing takes one person, the rest an owner."""

from datetime import datetime
from typing import Protocol

from bot.broadcast import staffing
from bot.broadcast.decisions import Refusal
from bot.chat.moderating.desk import Desk, behead, person
from bot.chat.turn import Turn, lines, reply
from bot.model.moderator import Actor, Moderator, Role
from bot.model.speech import Reply
from bot.ports import Tx

LONGEST_CALLSIGN = 24


def invite(desk: Desk, argument: str) -> Reply:
    """``invite ROLE [CALLSIGN]``: a one-time invitation, as text and as links.

    A callsign that somebody has already invites another address of theirs, in the role that they have.
    """
    word, rest = behead(argument)
    callsign = " ".join(rest.split()) or None
    if word.lower() not in set(Role):
        return desk.correct("invite", "invite-how", example=desk.turn.typed("invite editor Willow"))
    role = Role(word.lower())
    if callsign and len(callsign) > LONGEST_CALLSIGN:
        return desk.correct("invite", "callsign-long", most=LONGEST_CALLSIGN)
    known = next((one for one in desk.tx.moderators.all() if one.callsign == callsign), None)
    if known and known.role is not role:
        return desk.correct(
            "invite", "callsign-taken", callsign=known.callsign, role=desk.turn.say(f"role-{known.role}")
        )
    code = staffing.invite(desk.tx, desk.actor, role, callsign, now=desk.turn.now)
    if isinstance(code, Refusal):
        return desk.refuse("invite", code)
    turn, command = desk.turn, f"invite {role} {callsign or ''}".strip()
    if turn.repeated:
        return reply(command, turn.line("invite-lost", command=turn.typed(command)))
    ways = [
        turn.line("invite-link", network=name.capitalize(), link=link)
        for name, network in turn.guide.networks.items()
        if (link := network.link(f"invite-{code}"))
    ]
    spans = lines(
        turn.line("invite-made", role=turn.say(f"role-{role}"), minutes=staffing.INVITATION_MINUTES),
        turn.line("invite-type", command=f"start invite-{code}"),
        *ways,
        turn.line("invite-once"),
    )
    return reply(command, spans)


def accept(turn: Turn, code: str) -> Reply | None:
    """The answer to whoever says an invitation's code; None where it is none, or no more.

    Where the network proves devices it counts only in an encrypted room, from a device that is proved: that device
    is pinned.
    """
    who = person(turn.ask)
    if turn.network.proves_devices and not (turn.ask.encrypted and turn.ask.device):
        return reply("start", turn.line("invite-needs-encryption"))
    moderator = staffing.redeem(turn.tx, who, code, device=turn.ask.device, now=turn.now)
    if isinstance(moderator, Refusal):
        return None
    turn.tx.moderators.reach(who, turn.tx.chats.keep(turn.chat))
    spans = lines(
        turn.line(
            "welcome-moderator",
            callsign=moderator.callsign,
            number=str(moderator.number),
            role=turn.say(f"role-{moderator.role}"),
        ),
        turn.line("welcome-how", announce=turn.typed("announce TEXT"), queue=turn.typed("queue")),
    )
    return reply("moderators", spans)


def list_all(desk: Desk, _: str = "") -> Reply:
    """``moderators``: everyone by number, callsign and role."""
    turn = desk.turn
    spans = lines(
        turn.line("moderators-title"),
        *(
            turn.line(
                "moderator-frozen" if one.frozen else "moderator-line",
                number=str(one.number),
                callsign=one.callsign,
                role=turn.say(f"role-{one.role}"),
            )
            for one in desk.tx.moderators.all()
        ),
        turn.line("moderators-how", freeze=turn.typed("freeze 2"), remove=turn.typed("remove 2")),
    )
    return reply("moderators", spans)


def freeze(desk: Desk, argument: str) -> Reply:
    """``freeze N``: suspends another moderator at once."""
    return _change(desk, argument, staffing.freeze, "freeze")


def thaw(desk: Desk, argument: str) -> Reply:
    """``thaw N``: takes a suspension back, as an owner."""
    return _change(desk, argument, staffing.thaw, "thaw")


def remove(desk: Desk, argument: str) -> Reply:
    """``remove N``: a moderator less, as an owner."""
    return _change(desk, argument, staffing.remove, "remove")


class _Change(Protocol):
    def __call__(self, tx: Tx, actor: Actor, number: int, *, now: datetime) -> Moderator | Refusal: ...


def _change(desk: Desk, argument: str, deed: _Change, name: str) -> Reply:
    number = behead(argument)[0].removeprefix("#")
    if not number.isdecimal() or len(number) > 9:
        return list_all(desk)
    done = deed(desk.tx, desk.actor, int(number), now=desk.turn.now)
    if isinstance(done, Refusal):
        return desk.refuse("moderators", done)
    told = desk.turn.line(f"done-{name}", number=str(done.number), callsign=done.callsign)
    return reply("moderators", told)
