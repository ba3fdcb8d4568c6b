"""The log: JSON lines on stderr, and nothing personal in them at any level, whoever speaks (S3)."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config.redaction import HIDDEN, Redactor, outline, shorten

SECRET = "hunter2-of-the-wing"
PLANTED = (
    "4455667788",
    "-1001234567890",
    "@ada:example.org",
    "!AbCdEfGh:example.org",
    "$aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ",
    "123456:" + "A" * 35,
    "syt_YWRh_secret",
    "@ada_lovelace",
    "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA",
    SECRET,
)
SCENE = f"""
import asyncio, logging, sys, threading, warnings
import structlog
from bot.config import logs
logs.begin({{"SOLIDARITY_LOG_LEVEL": "debug"}})
logs.guard([{SECRET!r}])
log = structlog.get_logger()
class Failing:
    def __repr__(self): return planted
    def __del__(self): raise ValueError(planted)
def fail(): raise KeyError(planted)
async def forgotten(): fail()
async def main():
    asyncio.create_task(forgotten())
    await asyncio.sleep(0)
for planted in {PLANTED!r}:
    log.info("said " + planted, text=planted, deep={{planted: [planted, (planted,)]}}, raw=planted.encode())
    log.info("held", thing=Failing)
    logging.getLogger("telegram.ext").debug("got %s", planted)
    logging.getLogger("httpx").info(f"POST https://api/bot{{planted}}/getMe")
    warnings.warn(planted)
    try:
        try: fail()
        except KeyError: raise RuntimeError(planted)
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("nio").exception(planted)
    try: raise ExceptionGroup(planted, [ValueError(planted), OSError(planted)])
    except* Exception as group: log.error("several", exc_info=group)
    thread = threading.Thread(target=fail, name=planted); thread.start(); thread.join()
    asyncio.run(main(), debug=True)
    Failing()
raise SystemExit(fail()) if sys.argv[1:] else fail()
"""


def test_nothing_planted_reaches_the_log() -> None:
    """Ids, names, tokens and keys, in events, fields, exceptions, warnings, threads, tasks and libraries: 0 found."""
    done = subprocess.run([sys.executable, "-c", SCENE], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.stdout == ""
    events = {line["event"] for line in lines}
    assert {"failed", "several", "library", "warned", "thread_crashed", "unraisable", "crashed"} <= events
    assert len(lines) > 80
    for planted in PLANTED:
        assert planted not in done.stderr
        assert planted.strip("-@!$") not in done.stderr


def test_without_the_redactor_the_planted_is_found() -> None:
    """The same scene with hiding switched off shows what the search would find."""
    off = SCENE.replace(
        "log = structlog",
        "import bot.config.redaction as r; r.Redactor._hide_text = lambda self, text: text; log = structlog",
    )
    done = subprocess.run([sys.executable, "-c", off], capture_output=True, text=True, check=False)
    assert all(planted in done.stderr for planted in PLANTED)


def test_each_line_begins_with_moment_level_and_event() -> None:
    """A line has ts (ISO, UTC), level and event, and the fields in the clear that tell nobody."""
    code = (
        "import structlog; from bot.config import logs; logs.begin({});"
        "structlog.get_logger().debug('hidden'); structlog.get_logger().info('platform_ready', platform='telegram')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    line = json.loads(done.stderr)
    assert list(line) == ["ts", "level", "event", "platform"]
    assert line["ts"].endswith("Z")
    assert (line["level"], line["event"], line["platform"]) == ("info", "platform_ready", "telegram")


@pytest.mark.parametrize("plain", ["platform_ready", "2/4", "746/1204", "bot/chat/router.py:33", "7", "", "已發送"])
def test_plain_words_stay(plain: str) -> None:
    """What names nobody is shown as it is."""
    assert Redactor().hide(plain) == plain


@pytest.mark.parametrize("planted", [*PLANTED[:-1], 4455667788, -1001234567890, 1234567.5])
def test_what_looks_like_an_id_is_hidden(planted: str | float) -> None:
    """The shapes of ids are hidden without being told them."""
    assert Redactor().hide(planted) == HIDDEN


def test_a_registered_secret_is_hidden_within_words() -> None:
    """A secret of no particular shape is hidden wherever it stands, the longest first."""
    assert Redactor(["quiet", "quiet-owl"]).hide("x=quiet-owl; y=quiet") == f"x={HIDDEN}; y={HIDDEN}"


def test_an_exception_is_told_by_types_and_places() -> None:
    """The outline has type names and frames of cause and effect, no message and no folder of this machine."""
    try:
        try:
            int("4455667788x")
        except ValueError as error:
            raise LookupError("4455667788") from error
    except LookupError as error:
        lines = outline(error)
    assert [line for line in lines if not line.startswith(" ")] == ["LookupError", "ValueError"]
    assert "4455667788" not in "".join(lines)
    assert shorten(logging.__file__) == "__init__.py"
    assert shorten(str(Path(__file__).parents[2] / "bot" / "clockwork.py")) == "bot/clockwork.py"
