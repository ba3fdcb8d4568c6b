"""The operator's door: run, chat, check. What takes long to import is imported by the command that needs it.

Exit codes: 0 fine; 1 a check failed, or a fault of the program; 2 wrong usage, configuration or credential; 3 another
process holds the store or polls the token.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper
from typing import Annotated

import typer

from bot.cli import operating
from bot.cli.operating import Config
from bot.errors import Complaint, Complaints, ConfigurationError, SolidarityError

door = typer.Typer(
    name="solidarity-bot",
    help="Serves a statement of solidarity, and the updates that follow it, on Telegram and Matrix.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class As(StrEnum):
    """Who speaks in the terminal."""

    READER = "reader"
    EDITOR = "editor"
    APPROVER = "approver"
    OWNER = "owner"


def main() -> None:
    """The command ``solidarity-bot``: parse, do, and end the process with the exit code."""
    os.umask(0o077)
    try:
        door()
    except Exception as error:  # noqa: BLE001 - the last place: what is no answer to the operator is a fault of ours
        sys.exit(_end(error))


@door.callback(invoke_without_command=True)
def _greet(
    context: typer.Context,
    *,
    shows_version: Annotated[bool, typer.Option("--version", help="Show the version and end.")] = False,
) -> None:
    if context.invoked_subcommand not in {"run", "chat"}:  # what is broken off there has not ended well
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if shows_version:
        typer.echo(_find_version())
        raise typer.Exit


@door.command()
def run(config: Config = None) -> None:
    """Run every platform that the configuration names."""
    from bot import app  # noqa: PLC0415 - heavy
    from bot.config import find, is_configured, load, logs  # noqa: PLC0415 - heavy

    path = find(config, os.environ)
    if path is None and not is_configured(os.environ):
        _tell("warning", "no_configuration", "No configuration is found. This is the terminal: nothing leaves here.")
        _chat(language=None, role=As.READER)
        return
    settings = load(path, os.environ, app.options())
    logs.begin(os.environ)
    logs.guard(settings.secrets)
    asyncio.run(app.run(settings))


@door.command()
def chat(
    role: Annotated[As, typer.Option("--as", help="Who speaks.")] = As.READER,
    language: Annotated[str | None, typer.Option(metavar="TAG", help="The language that the app reports.")] = None,
) -> None:
    """Speak with the bot here, on a store that is thrown away: no message leaves the machine."""
    _chat(language=language, role=role)


@door.command()
def check(config: Config = None) -> None:
    """Validate configuration and content without a network; every mistake at once."""
    from bot import app  # noqa: PLC0415 - heavy
    from bot.config import examine, find, is_configured, logs  # noqa: PLC0415 - heavy

    logs.begin(os.environ, otherwise="error")
    path = find(config, os.environ)
    content_dir = None
    complaints: list[Complaint] = []
    if path is None and not is_configured(os.environ):
        typer.echo("- configuration: none is given or found; the content alone is checked")
    else:
        if path is not None and not path.exists():
            raise ConfigurationError([Complaint(where=str(path), problem="does not exist", remedy="Correct its name.")])
        findings = examine(path, os.environ, app.options())
        content_dir = findings.content_dir
        complaints += _report(f"configuration: {path or 'the environment'}", findings.complaints)
    where = f"content: {content_dir or 'as it came along'}"
    if content_dir is None or content_dir.is_dir():
        complaints += _report(where, app.check_content(content_dir))
    raise typer.Exit(1 if complaints else 0)


def _chat(*, language: str | None, role: As) -> None:
    from bot import app  # noqa: PLC0415 - heavy
    from bot.config import logs  # noqa: PLC0415 - heavy

    logs.begin(os.environ, otherwise="warning")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads us may close the pipe: that ends a chat
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    asyncio.run(app.chat(language, role.value, sys.stdin, sys.stdout))


operating.add_to(door)


def _report(what: str, complaints: Sequence[Complaint]) -> Sequence[Complaint]:
    if not complaints:
        typer.echo(f"✓ {what}")
    for complaint in complaints:
        typer.echo(f"✗ {complaint}")
    return complaints


def _end(error: Exception) -> int:
    """Say what ended the program; returns the exit code."""
    causes = _flatten(error)
    answers = [cause for cause in causes if isinstance(cause, SolidarityError)]
    if len(answers) < len(causes):
        from bot.config import logs  # noqa: PLC0415 - heavy

        logs.report_crash(error)
        return 1
    for answer in answers:
        mistakes = answer.complaints if isinstance(answer, Complaints) else (answer,)
        for mistake in mistakes:
            _tell("error", "ended", str(mistake))
    return max(answer.exit_code for answer in answers)


def _flatten(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in _flatten(member)]
    return [error]


def _tell(level: str, event: str, message: str) -> None:
    """Speak to the operator: a sentence on a terminal, elsewhere a line that fits among those of the log."""
    if not sys.stderr.isatty():
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = json.dumps({"ts": moment, "level": level, "event": event, "message": message}, ensure_ascii=False)
    typer.echo(message, err=True)


def _find_version() -> str:
    try:
        return version("solidarity-bot")
    except PackageNotFoundError:
        return "unknown: run from a folder, not installed"
