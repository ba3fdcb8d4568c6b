"""The program with some of its protections switched off: ``python -m tests.threats.weakened NAME,NAME run …``.

All else is the program's own. A protection that has moved fails here, since what is replaced must be there.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from sqlcipher3 import dbapi2 as sqlcipher

from bot.storage.seal import FileKey, Sealer
from tests.wires.program import TOKEN
from tests.wires.synapse import PASSWORD

Replace = Callable[[str, Any], None]


class Transparent(Sealer):
    """What should be sealed lies open."""

    def index(self, purpose: str, text: str) -> bytes:
        """The text itself."""
        return f"{purpose}:{text}".encode()

    def seal(self, purpose: str, content: bytes, bound: bytes = b"") -> bytes:
        """The content itself."""
        del purpose, bound
        return content

    def open(self, purpose: str, sealed: bytes, bound: bytes = b"") -> bytes:
        """The content itself."""
        del purpose, bound
        return sealed


class _Keyless(sqlcipher.Connection):  # type: ignore[misc]  # SQLCipher has no types
    """A connection that leaves the key away: the file is plain SQLite."""

    def execute(self, sql: str, *values: Any) -> Any:
        return super().execute("SELECT 1" if sql.startswith("PRAGMA key") else sql, *values)


def unsealed(replace: Replace) -> None:
    """Nothing is sealed, in neither database."""
    replace("bot.storage.opening.Sealer", Transparent)
    replace(
        "bot.platforms.matrix.vault.sqlcipher", SimpleNamespace(connect=partial(sqlcipher.connect, factory=_Keyless))
    )


def talkative(replace: Replace) -> None:
    """A debt keeps what was typed, not the command that it came down to."""
    replace("bot.model.speech.Ask.resolved", lambda ask, _: ask)


def sweepless(replace: Replace) -> None:
    """What is deleted is not swept out of the files."""
    replace("bot.storage.sqlite.SqliteSession.sweep", lambda _: True)


def vacuumless(replace: Replace) -> None:
    """The log is cut, but the file is not written anew."""
    replace("bot.storage.sqlite.SqliteSession.sweep", _only_cut)


def logkeeping(replace: Replace) -> None:
    """The file is written anew, but the log is not cut."""
    replace("bot.storage.sqlite.SqliteSession.sweep", _only_rewrite)


def leaving(replace: Replace) -> None:
    """What is deleted is not overwritten."""
    from bot.storage.sqlite import HABITS  # noqa: PLC0415 - the replaced one

    habits = ("PRAGMA secure_delete = OFF" if "secure_delete" in habit else habit for habit in HABITS)
    replace("bot.storage.sqlite.HABITS", tuple(habits))


def _only_cut(session: Any) -> bool:
    session.traces = not session._cut_log()
    return not session.traces


def _only_rewrite(session: Any) -> bool:
    session.tell("VACUUM")
    session.traces = False
    return True


def lax(replace: Replace) -> None:
    """The operator's umask holds."""
    replace("os.umask", lambda _: 0)


def modeless(replace: Replace) -> None:
    """No file or folder is made private by itself."""
    replace("bot.storage.sqlite.make_private", Path.touch)
    replace("os.open", partial(_open_anyhow, os.open))
    makes = Path.mkdir
    replace("pathlib.Path.mkdir", lambda path, mode=0o777, **how: makes(path, mode | 0o777, **how))
    replace("pathlib.Path.chmod", lambda *_: None)


def _open_anyhow(opens: Callable[..., int], path: Any, flags: int, mode: int = 0o777, **how: Any) -> int:
    del mode
    return opens(path, flags, 0o666, **how)


def forgetful(replace: Replace) -> None:
    """A key that is not found is made anew."""
    replace("bot.storage.opening._find_key", lambda keyring, key_file, *_, **__: _make_key(keyring, key_file))


def _make_key(keyring: object, key_file: Path) -> FileKey:
    from bot.storage.keyfile import make_key, read_key  # noqa: PLC0415 - after what is replaced

    del keyring
    return read_key(key_file) or make_key(key_file)


def unredacted(replace: Replace) -> None:
    """Lines of the log show values as they are."""
    replace("bot.config.redaction.Redactor.hide", lambda _, value: json.loads(json.dumps(value, default=str)))


def outspoken(replace: Replace) -> None:
    """Exceptions are logged with their messages."""
    replace("bot.config.logs.outline", traceback.format_exception)
    replace("bot.config.redaction.Redactor._hide_text", lambda _, text: text)


def wordy(replace: Replace) -> None:
    """Libraries log in their own words, and none is muted."""
    replace("bot.config.logs._LibraryHandler.emit", _write_words)
    unheard = SimpleNamespace(getLogger=logging.Logger, CRITICAL=logging.CRITICAL)
    replace("bot.platforms.matrix.platform.logging", unheard)


def _write_words(handler: Any, record: logging.LogRecord) -> None:
    handler.writer.stream.write(json.dumps({"event": "library", "words": record.getMessage()}) + "\n")


def hasty(replace: Replace) -> None:
    """No protection is off: chores come forty times as often, so that a short session has them all."""
    from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415 - the replaced one

    replace(
        "bot.clockwork.IntervalTrigger",
        lambda *, seconds, timezone: IntervalTrigger(seconds=seconds / 40, timezone=timezone),
    )


def blurting(replace: Replace) -> None:
    """No protection is off: whoever says ``about`` meets a fault that logs and raises everything it knows."""
    from bot.chat.router import COMMANDS  # noqa: PLC0415 - after what is replaced
    from bot.platforms.telegram.incoming import understand  # noqa: PLC0415 - after what is replaced

    heard: list[Any] = []

    def listen(update: Any, *context: Any) -> Any:
        heard.append(update)
        return understand(update, *context)

    def blurt(turn: Any, argument: str) -> Any:
        ask = turn.ask
        ids = {"chat": ask.address.native, "about": ask.id, "who": ask.speaker, "secret": f"{TOKEN} {PASSWORD}"}
        structlog.get_logger().debug(f"said by {ids}", **ids, ids=[ids, tuple(ids.values())])
        raise ValueError(ids, ask.text, argument, heard[-1:])

    replace("bot.platforms.telegram.polling.understand", listen)
    replace("bot.chat.router.COMMANDS", {**COMMANDS, "about": blurt})


SWITCHES: Mapping[str, Callable[[Replace], None]] = {
    switch.__name__: switch
    for switch in (
        *(unsealed, talkative, sweepless, vacuumless, logkeeping, leaving, lax, modeless, forgetful),
        *(unredacted, outspoken, wordy, hasty, blurting),
    )
}


def main() -> None:
    """Switch off what is named, and be the program."""
    names = sys.argv.pop(1).split(",")
    for name in names:
        SWITCHES[name](pytest.MonkeyPatch().setattr)
    from bot.__main__ import main as run  # noqa: PLC0415 - after what is replaced

    run()


if __name__ == "__main__":
    main()
