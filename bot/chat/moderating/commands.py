"""Moderators' commands: the role that each takes, and who carries it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.chat.grammar import SIGNS, Said
from bot.chat.moderating import pasting, publishing, roster, watching, writing
from bot.chat.moderating.desk import Desk, is_proved
from bot.model.moderator import Role
from bot.model.speech import Reply


@dataclass(frozen=True, slots=True)
class Command:
    """What a command takes, and does."""

    carry_out: Callable[[Desk, str], Reply]
    role: Role = Role.EDITOR
    stops: bool = False
    """Whether anybody's device may say it, where devices can be proved: it stops, and tells no words of a post."""
    turns: bool = False
    """Whether a press on a panel of theirs may say it there: it shows another page of what they were shown."""

    def trusts(self, desk: Desk) -> bool:
        """Whether what was said may count as the moderator's."""
        return self.stops or (self.turns and desk.turn.ask.pressed) or is_proved(desk.turn)


COMMANDS: Mapping[str, Command] = {
    "announce": Command(writing.announce),
    "text": Command(writing.text),
    "tag": Command(writing.tag),
    "append": Command(pasting.append),
    "apart": Command(pasting.apart),
    "discard": Command(pasting.discard),
    "urgent": Command(writing.urgent),
    "preview": Command(writing.preview, turns=True),
    "test": Command(writing.test),
    "drafts": Command(writing.drafts),
    "schedule": Command(publishing.schedule),
    "submit": Command(publishing.submit),
    "approve": Command(publishing.approve, Role.APPROVER),
    "reject": Command(publishing.reject, Role.APPROVER),
    "hold": Command(publishing.hold, stops=True),
    "release": Command(publishing.release),
    "cancel": Command(publishing.cancel),
    "retract": Command(publishing.retract),
    "pause_all": Command(publishing.pause_all),
    "resume_all": Command(publishing.resume_all),
    "queue": Command(publishing.queue),
    "show": Command(publishing.show_post),
    "invite": Command(roster.invite, Role.OWNER),
    "moderators": Command(roster.list_all),
    "freeze": Command(roster.freeze),
    "thaw": Command(roster.thaw, Role.OWNER),
    "remove": Command(roster.remove, Role.OWNER),
    "audit": Command(watching.audit),
    "stats": Command(watching.stats),
}
NAMES = frozenset(COMMANDS)
ANSWERS = ("tag", "append", "apart", "discard")
"""What buttons say in answer to the bot's own questions."""
LISTED = tuple(name for name in COMMANDS if name not in ANSWERS)
"""Those that the help names."""
_NUMBERED = r"#?\d+( .*)?"
BARE = dict.fromkeys(NAMES, _NUMBERED) | {
    **dict.fromkeys(("drafts", "queue", "moderators", "stats", "pause_all", "resume_all"), ""),
    "announce": r".+",
    "audit": r"\d*",
    "invite": r"\S+( \S+)*",
}
"""Arguments with which the bare word is a command."""


def describe(name: str) -> str:
    """The key of the phrase that says what a command does."""
    return f"command-{name.replace('_', '-')}"


def read_sign(sign: str, shown: str) -> Said | None:
    """What a sign on a panel that shows this command stands for: holding that post, or another page of its preview."""
    words = shown.split()
    if len(words) < 2 or words[0] not in NAMES or not words[1].isdecimal():
        return None
    name = SIGNS.get(sign)
    if name == "hold":
        return Said("hold", words[1], words[1])
    step = {"next": 1, "back": -1}.get(name or "")
    if step is None or words[0] != "preview" or len(words) != 4 or not words[3].isdecimal():
        return None
    page = f"{words[1]} {words[2]} {max(1, int(words[3]) + step)}"
    return Said("preview", page, page)


def carry_out(desk: Desk, name: str, argument: str) -> Reply:
    """What a moderator said, done and answered, or refused with the reason."""
    command = COMMANDS[name]
    if not command.trusts(desk):
        return desk.correct("moderators", "refused-device")
    if not desk.moderator.role.reaches(command.role):
        return desk.correct("moderators", "refused-role", role=desk.turn.say(f"role-{command.role}"))
    return command.carry_out(desk, argument)
