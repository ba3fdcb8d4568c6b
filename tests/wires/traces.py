"""Whether a folder betrays anyone: every form in which an id could lie on a disk, searched in every file."""

import base64
import re
import struct
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import Path

INT64 = range(-(2**63), 2**63)
HEX = re.compile(rb"[0-9a-f%]+")


def forms(name: str | bytes) -> dict[str, bytes]:
    """One id (a number in decimal, or any text; or bytes, for an index) in every form that is searched, by its name.

    Forms of hexadecimal digits are in lower case: there the search does not tell cases apart.
    """
    plain = name if isinstance(name, bytes) else name.encode()
    found = {"plain": plain, "hex": plain.hex().encode(), "reversed": plain[::-1]}
    found |= {f"base64+{shift}": _base64_core(plain, shift) for shift in range(3)}
    if isinstance(name, bytes):
        return found
    found["utf-16-le"] = name.encode("utf-16-le")
    found["utf-16-be"] = name.encode("utf-16-be")
    found["url-escaped"] = "".join(f"%{byte:02x}" for byte in plain).encode()
    found["url-quoted"] = urllib.parse.quote(name, safe="").encode()
    if re.fullmatch(r"-?\d+", name) and int(name) in INT64:
        for order, mark in (("int64-big", ">q"), ("int64-little", "<q")):
            found[order] = struct.pack(mark, int(name))
            found[f"{order}-hex"] = found[order].hex().encode()
    return found


def _base64_core(plain: bytes, shift: int) -> bytes:
    """The characters that are the same whatever stands around; ``shift`` bytes come before in its group of three."""
    text = base64.b64encode(b"\0" * shift + plain)
    return text[(shift * 8 + 5) // 6 : (shift + len(plain)) * 8 // 6]


def traces(folder: Path, ids: Iterable[str | bytes]) -> dict[str | bytes, list[str]]:
    """Which of these ids stand in any file of the folder, or in a file's name, and as what: id → "form in file".

    Ids that left no trace are left out. A short id is found by chance: plant ones of at least nine characters.
    """
    wanted = {form: (name, kind) for name in ids for kind, form in forms(name).items()}
    found: dict[str | bytes, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        content = path.name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"")
        for form in _standing(content, wanted):
            name, kind = wanted[form]
            found.setdefault(name, []).append(f"{kind} in {path.relative_to(folder)}")
    return found


def _standing(content: bytes, wanted: Iterable[bytes]) -> Iterator[bytes]:
    """Those of the wanted that stand in the content. Their beginnings are looked up in one pass, for there are many."""
    folded = content.lower()
    length = min(map(len, wanted), default=1)
    beginnings: dict[bytes, list[bytes]] = {}
    for form in wanted:
        beginnings.setdefault(form[:length].lower(), []).append(form)
    met = {piece for at in range(len(folded)) if (piece := folded[at : at + length]) in beginnings}
    for piece in met:
        for form in beginnings[piece]:
            if form in content or (HEX.fullmatch(form) and form in folded):
                yield form
