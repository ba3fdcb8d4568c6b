"""The log: stderr, one line per event; nothing personal at any level, whoever speaks.

Our own events come through structlog, with a verb or a state as their name. Libraries speak through the standard
library's logging: of them only level and logger's name are shown, never the words, which may hold ids and tokens.
Warnings and crashes, in threads and destructors too, go the same way, so that nothing else writes on stderr.
"""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog

from bot.config.redaction import Redactor, outline, shorten
from bot.errors import Complaint, ConfigurationError, Mistake

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
VARIABLE = "SOLIDARITY_LOG_LEVEL"


def read_level(environment: Mapping[str, str], otherwise: str = "info") -> int:
    """The level that the environment asks for; raises Mistake at a word that is none."""
    word = environment.get(VARIABLE) or otherwise
    if word.lower() not in LEVELS:
        raise Mistake("is no level", f"Write one of: {', '.join(LEVELS)}.")
    return LEVELS[word.lower()]


def find_level_mistakes(environment: Mapping[str, str]) -> tuple[Complaint, ...]:
    """The complaint about a bad level, if it is bad."""
    try:
        read_level(environment)
    except Mistake as mistake:
        return (Complaint(where=VARIABLE, problem=mistake.problem, remedy=mistake.remedy),)
    return ()


def begin(environment: Mapping[str, str], *, otherwise: str = "info", stream: TextIO | None = None) -> None:
    """Open the log for this process, before anything is known; ConfigurationError where the level is no level.

    ``stream`` is stderr unless a test says otherwise. May be called again: the last call counts.
    """
    if mistakes := find_level_mistakes(environment):
        raise ConfigurationError(mistakes)
    level = read_level(environment, otherwise)
    writer = _Writer(stream or sys.stderr)
    structlog.configure(
        processors=[structlog.processors.add_log_level, writer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=writer.hand_out,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_LibraryHandler(writer)]
    root.setLevel(level)
    for name in list(logging.Logger.manager.loggerDict):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    logging.raiseExceptions = False
    warnings.showwarning = writer.write_warning
    sys.excepthook = writer.write_crash
    sys.unraisablehook = lambda trouble: writer.write("error", "unraisable", error=trouble.exc_value)
    threading.excepthook = lambda crash: writer.write("error", "thread_crashed", error=crash.exc_value)


def guard(secrets: Iterable[str]) -> None:
    """Hide these words from now on, wherever they stand in a line; called once the settings are known."""
    for processor in structlog.get_config()["processors"]:
        if isinstance(processor, _Writer):
            processor.redactor = Redactor(secrets)


def report_crash(error: BaseException) -> None:
    """Log what ended the program, also where the log was not open yet."""
    if not any(isinstance(processor, _Writer) for processor in structlog.get_config()["processors"]):
        begin({})
    structlog.get_logger().critical("crashed", exc_info=error)


class _Writer:
    """The last processor: redacts, renders, writes. One line per event, flushed."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.json = not stream.isatty()
        self.redactor = Redactor()

    def hand_out(self, *_: Any) -> Any:
        """Structlog's logger: each method writes the line that was rendered."""
        return structlog.WriteLogger(self.stream)

    def __call__(self, _: Any, method: str, event: Mapping[str, Any]) -> str:
        level = event.get("level", method)
        return self.render(level, event)

    def render(self, level: str, event: Mapping[str, Any]) -> str:
        """The event as one line: ``ts``, ``level`` and ``event`` first, the rest redacted."""
        fields = {key: value for key, value in event.items() if key not in ("event", "level", "ts", "exc_info")}
        line = self.redactor.hide({"event": event.get("event", ""), **fields})
        if error := _find_error(event.get("exc_info")):
            line["exception"] = outline(error)
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if self.json:
            return json.dumps({"ts": moment, "level": level, **line})
        rest = " ".join(f"{key}={value}" for key, value in line.items() if key not in ("event", "exception"))
        frames = "".join(f"\n    {frame}" for frame in line.get("exception", ()))
        return f"{moment[11:19]} {level:<8} {line['event']} {rest}".rstrip() + frames

    def write(self, level: str, event: str, *, error: BaseException | None = None, **fields: Any) -> None:
        """Write a line that does not come through structlog."""
        line = self.render(level, {"event": event, "exc_info": error, **fields})
        self.stream.write(line + "\n")
        self.stream.flush()

    def write_warning(  # noqa: PLR0917 - the standard library calls it by position
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        """A library's warning: its kind and place, not its words."""
        del message, file, line
        if logging.getLogger().isEnabledFor(logging.WARNING):
            self.write("warning", "warned", category=category.__name__, place=f"{shorten(filename)}:{lineno}")

    def write_crash(self, _: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        """What ended the program."""
        self.write("critical", "crashed", error=error)


class _LibraryHandler(logging.Handler):
    """Everything that libraries log: level, logger and the outline of an exception. Never the message."""

    def __init__(self, writer: _Writer) -> None:
        super().__init__()
        self.writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        error = _find_error(record.exc_info)
        self.writer.write(record.levelname.lower(), "library", error=error, logger=record.name)


def _find_error(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None
