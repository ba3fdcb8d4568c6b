"""The key file: where it may lie, how it is read, and how the first one is made."""

import base64
import binascii
import os
from pathlib import Path

from bot.errors import Complaint, ConfigurationError, KeyRefused
from bot.storage.folders import make_folder, sync_folder
from bot.storage.seal import KEY_BYTES, FileKey

HEADER = "solidarity-bot key, version 1"
READABLE_BY_OTHERS = 0o077


def refuse_beside_data(path: Path, data_dir: Path) -> None:
    """Raise ConfigurationError where the key would lie among what it locks: whoever takes one takes both."""
    if path.resolve().is_relative_to(data_dir.resolve()):
        raise ConfigurationError(
            [
                Complaint(
                    where="key_file",
                    problem="the key lies inside data_dir, so whoever takes the data has the key",
                    remedy="Move it to a folder of its own, like secrets/bot.key, and name that",
                )
            ]
        )


def read_key(path: Path) -> FileKey | None:
    """The key in that file, or None where there is no file. Raises KeyRefused where it may not be trusted or read."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRefused(f"The key file cannot be read ({type(error).__name__}). Put back the key file.") from error
    if mode & READABLE_BY_OTHERS:
        raise KeyRefused(
            "Others can read the key file. Make it yours alone: chmod 600 on the file that key_file names."
        )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fields = dict(line.partition(" ")[::2] for line in lines[1:])
    try:
        key = FileKey(base64.b64decode(fields["key"], validate=True))
    except (KeyError, binascii.Error):
        key = FileKey(b"")
    if not lines or lines[0] != HEADER or len(key.secret) != KEY_BYTES or fields.get("id") != key.id:
        raise KeyRefused("The key file does not hold a whole key. Put back the key that this store was made with.")
    return key


def make_key(path: Path) -> FileKey:
    """Write a new key, whole or not at all, readable by its owner alone, and on the disk when this returns.

    An existing file is never touched: a key that somebody else made in the same moment is the one that counts.
    """
    key = FileKey.new()
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{key.id}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{HEADER}\nid {key.id}\nkey {base64.b64encode(key.secret).decode()}\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # unlike a rename, this refuses an existing file
    except FileExistsError:
        return read_key(path) or key
    finally:
        draft.unlink()
    sync_folder(path.parent)
    return key
