"""Folders and files that only their owner may open."""

import os
from pathlib import Path


def make_folder(path: Path) -> None:
    """Make the folder, with every parent that is missing, for its owner alone. An existing one stays as it is."""
    for folder in [*reversed(path.parents), path]:
        folder.mkdir(mode=0o700, exist_ok=True)


def sync_folder(path: Path) -> None:
    """Return once the folder's list of names is on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_private(path: Path) -> None:
    """Make the file if it is missing, and take it away from everyone but its owner."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
