"""The moderators' commands from the shell, as the actor ``operator``, beside a running bot."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import Complaint, ConfigurationError

if TYPE_CHECKING:
    from bot.app.shell import Shell
    from bot.config import Settings
    from bot.model.speech import Reply

ANNOUNCED = {
    "text": "Set a text: N LANG TEXT.",
    "urgent": "Mark a post as urgent: N on|off.",
    "preview": "See a post as its readers will: N [LANG].",
    "schedule": "Set its hour: N YYYY-MM-DD HH:MM [Zone].",
    "submit": "Ask the moderators for approval: N.",
    "reject": "Refuse a post: N [REASON].",
    "hold": "Stop a post: N.",
    "release": "Let a post go on: N.",
    "cancel": "End a post: N.",
    "retract": "Take a post back everywhere: N.",
    "pause_all": "Stop everything.",
    "resume_all": "Let everything go on.",
    "queue": "What is to come.",
    "drafts": "What is unfinished.",
    "stats": "The audience in numbers.",
}
"""Commands that are the same here as in a chat."""
LOOK_SECONDS = 0.5
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="Default: $SOLIDARITY_CONFIG, then ./config.yaml.", show_default=False
    ),
]


def add_to(door: typer.Typer) -> None:
    """Hang these commands beside the others."""
    for name, text in ANNOUNCED.items():
        door.command(name, help=text)(_make(name))
    door.command("show")(show)
    door.command("announce")(announce)
    door.command("audit")(audit)
    door.add_typer(moderators)


def _make(name: str) -> Callable[..., None]:
    def command(
        words: Annotated[list[str] | None, typer.Argument(metavar="...")] = None, config: Config = None
    ) -> None:
        _enter(config, lambda shell, _: _say(shell, name, " ".join(words or ())))

    return command


def show(number: Annotated[int, typer.Argument(metavar="N")], config: Config = None) -> None:
    """One post and its delivery; on a terminal a live bar while it goes out."""
    _enter(config, lambda shell, _: _show(shell, number))


def announce(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Markdown in UTF-8; - is the standard input.")],
    language: Annotated[str | None, typer.Option(metavar="TAG", help="Default: the configured language.")] = None,
    config: Config = None,
) -> None:
    """Make a new post of a file: a draft, to be approved like any other."""
    try:
        words = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        where = Complaint(where=str(file), problem="cannot be read as text in UTF-8", remedy="Name another file.")
        raise ConfigurationError([where]) from error
    _enter(config, lambda shell, _: _say(shell, "announce", words, language))


def audit(
    what: Annotated[str | None, typer.Argument(metavar="[N|verify]")] = None,
    config: Config = None,
) -> None:
    """The latest N deeds; or ``verify``: the whole chain checked, exit 1 where it is broken."""
    if what != "verify":
        _enter(config, lambda shell, _: _say(shell, "audit", what or ""))
        return
    _enter(config, lambda shell, _: _verify(shell))


moderators = typer.Typer(
    name="moderators", help="Who moderates: invite, list, freeze, thaw, remove.", no_args_is_help=True
)


@moderators.command("invite")
def invite(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="editor, approver or owner")],
    callsign: Annotated[str | None, typer.Argument(metavar="[CALLSIGN]")] = None,
    config: Config = None,
) -> None:
    """A one-time invitation for 15 minutes, as text, link and QR code."""
    _enter(config, lambda shell, settings: _invite(shell, settings, role, callsign))


@moderators.command("list")
def list_all(config: Config = None) -> None:
    """Everyone by number, callsign and role."""
    _enter(config, lambda shell, _: _say(shell, "moderators", ""))


def _deed(name: str) -> Callable[..., None]:
    def command(number: Annotated[int, typer.Argument(metavar="N")], config: Config = None) -> None:
        _enter(config, lambda shell, _: _say(shell, name, str(number)))

    return command


moderators.command("freeze", help="Suspend a moderator at once.")(_deed("freeze"))
moderators.command("thaw", help="Take a suspension back.")(_deed("thaw"))
moderators.command("remove", help="Remove a moderator.")(_deed("remove"))


def _enter(config: Path | None, work: "Callable[[Shell, Settings], Any]") -> None:
    """Do the work on the configured store, and end with its exit code."""
    from bot import app  # noqa: PLC0415 - heavy
    from bot.app.shell import open_shell  # noqa: PLC0415 - heavy
    from bot.config import find, load, logs  # noqa: PLC0415 - heavy

    logs.begin(os.environ, otherwise="error")
    settings = load(find(config, os.environ), os.environ, app.options())
    logs.guard(settings.secrets)

    async def enter() -> int:
        async with open_shell(settings) as shell:
            return int(await work(shell, settings) or 0)

    raise typer.Exit(asyncio.run(enter()))


async def _say(shell: "Shell", name: str, argument: str, language: str | None = None) -> int:
    reply = await shell.carry_out(name, argument, language)
    _print(reply)
    return 1 if reply.refused else 0


def _print(reply: "Reply") -> None:
    from bot.platforms.terminal.outgoing import render  # noqa: PLC0415 - heavy

    if reply.message is not None:
        typer.echo(render(reply.message, styled=sys.stdout.isatty()))


async def _show(shell: "Shell", number: int) -> int:
    code = await _say(shell, "show", str(number))
    found = await shell.look(number)
    if found is None or not found.moves or not sys.stdout.isatty():
        return code
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - heavy

    columns = (TextColumn("#{task.fields[number]} {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn()) as bar:
        task = bar.add_task(str(found.state), total=None, number=number)
        while found is not None and found.moves:
            bar.update(task, description=str(found.state), total=found.queued or None, completed=found.sent)
            await shell.wait(LOOK_SECONDS)
            found = await shell.look(number)
        if found is not None:
            bar.update(task, description=str(found.state), total=found.queued, completed=found.sent)
    return code


async def _verify(shell: "Shell") -> int:
    found = await shell.inspect()
    if found.broken is None:
        typer.echo(f"✓ audit: {found.deeds} deeds, the chain is whole")
        return 0
    typer.echo(f"✗ audit: the chain is broken at deed {found.broken}. Compare it with a backup from before.")
    return 1


async def _invite(shell: "Shell", settings: "Settings", role: str, callsign: str | None) -> int:
    import segno  # noqa: PLC0415 - for this command alone

    from bot.app.naming import find_links  # noqa: PLC0415 - heavy
    from bot.broadcast.decisions import Refusal  # noqa: PLC0415 - heavy
    from bot.model.moderator import Role  # noqa: PLC0415 - heavy

    if role not in set(Role):
        raise typer.BadParameter(f"{role} is none of: {', '.join(Role)}.", param_hint="ROLE")
    code = await shell.invite(Role(role), callsign)
    if isinstance(code, Refusal):
        typer.echo(f"✗ {code.why}")
        return 1
    typer.echo(
        f"An invitation as {role}. It can be used once, within 15 minutes. Type to the bot:\n\n  start invite-{code}\n"
    )
    for network, link in (await find_links(settings, f"invite-{code}")).items():
        typer.echo(f"{network}: {link}")
        segno.make(link, error="m").terminal(sys.stdout, compact=True)
    return 0
