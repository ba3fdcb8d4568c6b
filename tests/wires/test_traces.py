"""The search for traces finds what it is meant to find."""

import base64
import urllib.parse
from pathlib import Path

import pytest

from tests.wires.traces import forms, traces

NUMBER = "-1001987654321"
NAME = "@ada:example.org"
WAYS = {
    "decimal": NUMBER.encode(),
    "hex": NUMBER.encode().hex().upper().encode(),
    "base64": base64.b64encode(b"to:" + NUMBER.encode() + b";"),
    "base64, one on": base64.b64encode(b"x" + NUMBER.encode()),
    "base64, two on": base64.b64encode(b"xy" + NUMBER.encode() + b"z"),
    "int64, big": int(NUMBER).to_bytes(8, "big", signed=True),
    "int64, little": int(NUMBER).to_bytes(8, "little", signed=True),
    "int64, big, hex": int(NUMBER).to_bytes(8, "big", signed=True).hex().encode(),
    "int64, little, hex": int(NUMBER).to_bytes(8, "little", signed=True).hex().upper().encode(),
    "utf-16": NUMBER.encode("utf-16-le"),
    "utf-16, big": NUMBER.encode("utf-16-be"),
    "reversed": NUMBER.encode()[::-1],
    "escaped": "".join(f"%{byte:02X}" for byte in NUMBER.encode()).encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_id_is_found_in_every_form(way: str, tmp_path: Path) -> None:
    """Whatever form an id was written in, amid other bytes, the search names the id and the file."""
    (tmp_path / "store").write_bytes(b"\x01\x02" + WAYS[way] + b"\x03\x04")
    found = traces(tmp_path, [NUMBER, "4000000000000"])
    assert list(found) == [NUMBER]
    assert found[NUMBER][0].endswith(" in store")


def test_a_name_is_found_as_a_url_quotes_it(tmp_path: Path) -> None:
    """A Matrix id that only a URL carried is found."""
    (tmp_path / "log").write_text(f"GET /profile/{urllib.parse.quote(NAME, safe='')} 200")
    assert traces(tmp_path, [NAME]) == {NAME: ["url-quoted in log"]}


def test_a_name_of_a_file_is_searched_as_well(tmp_path: Path) -> None:
    """A file that is called after somebody is a trace, even when it is empty."""
    (tmp_path / f"{NAME}.db").touch()
    assert list(traces(tmp_path, [NAME])) == [NAME]


def test_bytes_are_searched_as_they_are(tmp_path: Path) -> None:
    """An index or a sealed value is found raw and in hexadecimal."""
    value = bytes(range(200, 216))
    (tmp_path / "raw").write_bytes(b"." + value)
    (tmp_path / "dump").write_text(value.hex())
    assert traces(tmp_path, [value]) == {value: ["hex in dump", "plain in raw"]}


def test_a_clean_folder_has_no_traces(tmp_path: Path) -> None:
    """Nothing is found where nothing is."""
    (tmp_path / "store").write_bytes(bytes(range(256)) * 100)
    assert traces(tmp_path, [NUMBER, NAME]) == {}
    assert len(forms(NUMBER)) == 14
