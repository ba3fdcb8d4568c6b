"""The folder that content is read from: plain files inside it, and nothing that a link or a name leads out to."""

import errno
import os
import re
import stat
from contextlib import closing
from itertools import chain
from pathlib import Path, PurePosixPath

from bot.errors import Complaint, ContentError
from bot.model.characters import hidden
from bot.model.characters import name as name_of

BYTES = 256 * 1024
"""What one file may hold."""

SHOWN = 20
"""So many hidden characters of one file are named each; the rest are counted."""

_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]|\r(?!\n)")
"""Controls, line breaks that only some programs see, and code points that are no characters."""

_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def content_directory(configured: Path | None) -> Path:
    """The content store: the configured folder, else the one that came with the program.

    That lies inside the installed package, or beside it in a checkout. Raises ContentError where there is none.
    """
    package = Path(__file__).parents[2]
    for folder in [configured] if configured else [package / "content", package.parent / "content"]:
        if folder.is_dir():
            return folder
    where = str(configured) if configured else "content"
    remedy = "Correct content_dir, or leave it out." if configured else "Install the program again."
    raise ContentError([Complaint(where=where, problem="is no folder", remedy=remedy)])


def read_bytes(root: Path, name: str) -> bytes:
    """The bytes of a plain file under ``root``, named by its relative path with ``/``.

    Raises ContentError for a way out of the folder, a link on the way, what is no plain file, a missing or unreadable
    file, or more than 256 KiB.
    """
    parts = PurePosixPath(name).parts
    if not parts or parts[0] == "/" or ".." in parts or "\0" in name:
        raise _refused(name, "leads out of the folder", "Name a file inside it.")
    try:
        with closing(_Handle(os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))) as folder:
            for part in parts[:-1]:
                folder.replace(os.open(part, _PLAIN | os.O_DIRECTORY, dir_fd=folder.number))
            folder.replace(os.open(parts[-1], _PLAIN, dir_fd=folder.number))
            status = os.fstat(folder.number)
            if not stat.S_ISREG(status.st_mode):
                raise _refused(name, "is no plain file", "Put a plain file there.")
            if status.st_size > BYTES:
                raise _refused(name, f"holds more than {BYTES // 1024} KiB", "Divide it or shorten it.")
            return os.read(folder.number, BYTES)
    except FileNotFoundError:
        raise _refused(name, "does not exist", "Put it there, or take its name out.") from None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise _refused(name, "is a link, or lies behind one", "Put the file itself there.") from None
        raise _refused(name, f"cannot be read ({error.strerror})", "Make it readable.") from None


def read_text(root: Path, name: str) -> str:
    """The text of a file, with the promises of ``read_bytes``.

    Raises ContentError for bytes that are not UTF-8, and for each control, bidirectional control and zero-width
    character.
    """
    raw = read_bytes(root, name)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(name, "is not UTF-8 text", "Save it as UTF-8.", line) from None
    complaints = _unseen_complaints(name, text)
    if complaints:
        raise ContentError(complaints)
    return text


def unseen(text: str) -> list[tuple[int, str]]:
    """The index of each character that nobody sees, and it: hidden ones, controls, odd line breaks."""
    controls = ((match.start(), match.group()) for match in _CONTROLS.finditer(text))
    return sorted(chain(hidden(text), controls))


def strays(root: Path, folder: str, known: frozenset[str]) -> list[str]:
    """The YAML files lying in the folder that nothing names, sorted."""
    names = (entry.name for entry in os.scandir(root / folder))
    return sorted(name for name in names if re.fullmatch(r"[^.].*\.ya?ml", name) and name not in known)


class _Handle:
    """An open file descriptor that is closed when another takes its place."""

    def __init__(self, number: int) -> None:
        self.number = number

    def replace(self, number: int) -> None:
        self.close()
        self.number = number

    def close(self) -> None:
        os.close(self.number)


def _unseen_complaints(name: str, text: str) -> list[Complaint]:
    found = unseen(text)
    complaints = []
    for index, character in found[:SHOWN]:
        column = index - text.rfind("\n", 0, index)
        problem = f"holds {name_of(character)} at column {column}, which nobody sees"
        complaints.append(_complaint(name, problem, "Take it out.", text.count("\n", 0, index) + 1))
    if len(found) > SHOWN:
        problem = f"holds {len(found) - SHOWN} more characters that nobody sees"
        complaints.append(_complaint(name, problem, "Take them all out."))
    return complaints


def _complaint(name: str, problem: str, remedy: str, line: int | None = None) -> Complaint:
    return Complaint(where=name, line=line, problem=problem, remedy=remedy)


def _refused(name: str, problem: str, remedy: str, line: int | None = None) -> ContentError:
    return ContentError([_complaint(name, problem, remedy, line)])
