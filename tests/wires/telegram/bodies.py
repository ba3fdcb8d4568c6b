"""What a request carries: query, JSON, form or multipart, all read into one set of parameters."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from aiohttp.multipart import MultipartReader

from tests.wires.telegram.answers import Json, malformed

_NOT_UTF8 = "strings must be encoded in UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came along: its name, media type and bytes."""

    filename: str
    media_type: str
    content: bytes


async def read_parameters(request: web.BaseRequest) -> tuple[Json, dict[str, Upload]]:
    """Parameters and files. Refuses a body that is broken or of a type that Telegram does not read."""
    given: Json = {}
    if "?" in request.raw_path:
        given.update(_read_form(request.raw_path.partition("?")[2].encode()))
    if request.method == "GET" or not request.can_read_body:
        return given, {}
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _read_parts(request, given)
    body = await request.read()
    if kind == "application/json":
        given.update(_read_json(body))
    elif kind == "application/x-www-form-urlencoded":
        given.update(_read_form(body))
    elif body:
        raise malformed(f'content type "{kind}" is not read')
    return given, {}


def _read_form(text: bytes) -> Json:
    try:
        return dict(parse_qsl(text.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeError as error:
        raise malformed(_NOT_UTF8) from error


def _read_json(body: bytes) -> Json:
    try:
        given = json.loads(body or b"{}")
        if b"\\u" in body or b"\xed" in body:  # the only ways in for a lone surrogate
            json.dumps(given, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise malformed(_NOT_UTF8) from error
    except ValueError as error:
        raise malformed("can't parse JSON-encoded body") from error
    if not isinstance(given, dict):
        raise malformed("an object is expected as JSON-encoded body")
    return given


async def _read_parts(request: web.BaseRequest, given: Json) -> tuple[Json, dict[str, Upload]]:
    files: dict[str, Upload] = {}
    reader: MultipartReader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise malformed("can't parse multipart body")
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            try:
                given[part.name] = content.decode()
            except UnicodeError as error:
                raise malformed(_NOT_UTF8) from error
        else:
            media_type = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = Upload(filename=part.filename, media_type=media_type, content=content)
    return given, files
