"""Files that moderators bring, rid of everything that tells where they come from, or refused.

Pictures are decoded and encoded anew: only their pixels go on, turned upright. PDFs keep their pages; what describes
them, acts or is attached is left out, and one that cannot be gone through wholly is refused. Nothing else is taken.
"""

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject, NameObject, StreamObject

from bot.model.post import AttachmentKind

MOST_BYTES = 10 * 1024 * 1024
"""Of what comes in, and of what goes out: Telegram's limit for a photo, and less than homeservers' usual one."""
MOST_PIXELS = 40_000_000
"""A small file may unfold to a picture that fills the memory."""
MOST_SIDE = 4096
"""Larger pictures are made smaller: width and height together may be 10,000 on Telegram."""
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_TELLING = ("/Metadata", "/PieceInfo", "/LastModified", "/Lang", "/AF", "/Thumb", "/T", "/CreationDate", "/M", "/NM")
"""Keys of a PDF's dictionaries that say who made it, when and with what."""
_ACTING = ("/OpenAction", "/AA", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AcroForm", "/XFA", "/RichMedia")
"""Keys that act or carry other files: a PDF that has one is refused."""
_DEEDS = ("/Launch", "/JavaScript", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound")
"""Kinds of actions that do more than open a page or a web address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A file as it may go out."""

    kind: AttachmentKind
    media_type: str
    content: bytes = field(repr=False)


class Refusal(Exception):
    """The file is not taken. ``why`` is a short code: ``type``, ``size``, ``broken`` or ``active``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def clean(content: bytes) -> Cleaned:
    """The file without a trace of its origin. Raises Refusal. What it is, is told by its bytes, never by its name.

    Takes up to some seconds of CPU: not for the loop's thread.
    """
    if len(content) > MOST_BYTES:
        raise Refusal("size")
    if content.lstrip()[:5] == b"%PDF-":
        return _clean_pdf(content)
    return _clean_picture(content)


def _clean_picture(content: bytes) -> Cleaned:
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_FORMATS)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refusal("size")
            upright = ImageOps.exif_transpose(opened)
            transparent = upright.mode in {"RGBA", "LA"} or "transparency" in upright.info
            picture = upright.convert("RGBA" if transparent else "RGB")
    except UnidentifiedImageError:
        raise Refusal("type") from None
    except Image.DecompressionBombError:
        raise Refusal("size") from None
    except (OSError, ValueError, SyntaxError):
        raise Refusal("broken") from None
    picture.thumbnail((MOST_SIDE, MOST_SIDE))
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())  # pixels alone: no profile, no text chunk
    written = io.BytesIO()
    if transparent:
        bare.save(written, "PNG", optimize=True)
    else:
        bare.save(written, "JPEG", quality=88)
    if written.tell() > MOST_BYTES:
        raise Refusal("size")
    media_type = "image/png" if transparent else "image/jpeg"
    return Cleaned(kind=AttachmentKind.PHOTO, media_type=media_type, content=written.getvalue())


def _clean_pdf(content: bytes) -> Cleaned:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it would tell of a file's faults on stderr
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Refusal("active")
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        for one in _walk(writer):
            _strip(one)
        writer.metadata = None
        writer.xmp_metadata = None
        written = io.BytesIO()
        writer.write(written)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise Refusal("broken") from None
    if written.tell() > MOST_BYTES:
        raise Refusal("size")
    return Cleaned(kind=AttachmentKind.DOCUMENT, media_type="application/pdf", content=written.getvalue())


def _walk(writer: PdfWriter) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, those inside others too."""
    waiting = [one for one in writer._objects if one is not None]  # noqa: SLF001 - pypdf lists them nowhere else
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            continue  # it is in the list itself
        if isinstance(one, DictionaryObject):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _strip(one: DictionaryObject) -> None:
    if any(key in one for key in _ACTING) or one.get("/S") in _DEEDS:
        raise Refusal("active")
    for key in _TELLING:
        one.pop(NameObject(key), None)
    if isinstance(one, StreamObject) and "/DCTDecode" in str(one.get("/Filter")):
        one._data = bytes(_bare_jpeg(one._data))  # noqa: SLF001 - the stream as it is written, not as it is decoded


def _bare_jpeg(data: bytes) -> Iterator[int]:
    """A JPEG without its application segments (but Adobe's, which tells how colours are meant) and comments."""
    if data[:2] != b"\xff\xd8":
        raise Refusal("broken")
    yield from data[:2]
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA:  # the picture itself: nothing but pixels from here
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if not (0xE0 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            yield from data[at:end]
        at = end
    yield from data[at:]
