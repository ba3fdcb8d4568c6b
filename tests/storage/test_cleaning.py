"""Files that moderators bring: what of them goes on, and what is refused (S18)."""

import io
from collections.abc import Callable

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from bot.model.post import AttachmentKind
from bot.storage.cleaning import MOST_BYTES, MOST_SIDE, Refusal, clean

MAKER, PLACE, PERSON = b"Camera-of-planted-make", b"Planted place name", b"Planted person name"
PLANTED = (MAKER, PLACE, PERSON, b"Exif", b"GPS", b"http://ns.adobe.com", b"ICC_PROFILE", b"JFXX")
CAMERAS = 100


def photograph(number: int, form: str) -> bytes:
    """A picture as camera number N writes it: its make, its place, its owner, in every corner that the form has."""
    picture = Image.new("RGB", (64 + number, 48), (number * 2 % 256, 90, 120))
    exif = picture.getexif()
    exif[ExifTags.Base.Make] = MAKER.decode() + str(number)
    exif[ExifTags.Base.Artist] = PERSON.decode()
    exif[ExifTags.Base.Orientation] = number % 8 + 1
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (22.0, 18.0, float(number))
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = PLACE
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = f"serial-{number}"
    written = io.BytesIO()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLACE + b"</x:xmpmeta>"
    if form == "PNG":
        text = PngInfo()
        text.add_text("Author", PERSON.decode())
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        picture.convert("RGBA").save(written, form, exif=exif, pnginfo=text, icc_profile=PERSON)
    else:
        extra = {"comment": PERSON} if form == "JPEG" else {}
        picture.save(written, form, exif=exif, xmp=xmp, icc_profile=PERSON, **extra)
    return written.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_no_camera_betrays_itself(form: str) -> None:
    """Of a hundred cameras' pictures nothing is left but the pixels, upright; before, all of it was there."""
    for number in range(CAMERAS):
        taken = photograph(number, form)
        assert PERSON in taken
        cleaned = clean(taken)
        assert [word for word in (*PLANTED, b"serial-") if word in cleaned.content] == []
        with Image.open(io.BytesIO(cleaned.content)) as shown:
            turned = number % 8 + 1 >= 5
            assert shown.size == ((48, 64 + number) if turned else (64 + number, 48))
            assert dict(shown.getexif()) == {}
            assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert cleaned.kind is AttachmentKind.PHOTO


def test_a_huge_picture_is_made_smaller() -> None:
    """Networks refuse pictures that are too wide."""
    written = io.BytesIO()
    Image.new("RGB", (MOST_SIDE * 2, 100)).save(written, "JPEG")
    with Image.open(io.BytesIO(clean(written.getvalue()).content)) as shown:
        assert shown.size == (MOST_SIDE, 50)


def document(change: Callable[[PdfWriter], object] = lambda _: None) -> bytes:
    """A PDF of one page with a camera's picture on it, and all that an office program says about its author."""
    pictured = io.BytesIO()
    with Image.open(io.BytesIO(photograph(3, "JPEG"))) as picture:
        picture.save(pictured, "PDF", author=PERSON.decode(), title=PLACE.decode())
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pictured.getvalue())))
    writer.xmp_metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLACE + b"</x:xmpmeta>"
    change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def note(writer: PdfWriter) -> None:
    """A reviewer's note, with their name."""
    remark = Text(text="a remark", rect=(10, 10, 40, 40))
    remark.update(
        {
            key: value
            for key, value in Text(text="", rect=(0, 0, 1, 1), title_bar=PERSON.decode()).items()
            if key == "/T"
        }
    )
    writer.add_annotation(0, remark)


def test_a_document_says_nothing_of_its_author() -> None:
    """Its page is there; what described it is not, in the pictures inside neither."""
    brought = document(note)
    assert PLACE in brought
    cleaned = clean(brought)
    assert cleaned.kind is AttachmentKind.DOCUMENT
    reader = PdfReader(io.BytesIO(cleaned.content))
    assert len(reader.pages) == 1
    assert len(reader.pages[0].images) == 1
    assert reader.metadata is None or not dict(reader.metadata)
    assert reader.xmp_metadata is None
    words = (*PLANTED, b"Author", b"Producer", b"CreationDate", PERSON.decode().encode("utf-16-be"))
    assert [word for word in words if word in cleaned.content] == []


def locked(writer: PdfWriter) -> None:
    """Nobody can see what is in it."""
    writer.encrypt("a password", algorithm="RC4-128")


def acting(writer: PdfWriter) -> None:
    """The page starts a program when it is opened."""
    deed = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("program")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): deed})


@pytest.mark.parametrize("change", [acting, locked])
def test_a_document_that_acts_or_is_locked_is_refused(change: Callable[[PdfWriter], object]) -> None:
    """What runs on a page, or cannot be looked into, does not go out."""
    with pytest.raises(Refusal) as refused:
        clean(document(change))
    assert refused.value.why == "active"


def test_a_document_loses_what_it_carries() -> None:
    """Other files stay behind."""
    brought = document(lambda writer: writer.add_attachment("list.txt", PERSON))
    assert PdfReader(io.BytesIO(brought)).attachments
    cleaned = clean(brought).content
    assert PERSON not in cleaned
    assert not PdfReader(io.BytesIO(cleaned)).attachments


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"words", "type"),
        (b"PK\x03\x04 a letter from an office program", "type"),
        (b"GIF89a", "type"),
        (photograph(1, "JPEG")[:400], "broken"),
        (b"%PDF-1.7 and nothing", "broken"),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), "size"),
    ],
    ids=["text", "office", "gif", "half a picture", "half a document", "too large"],
)
def test_other_files_are_refused(content: bytes, why: str) -> None:
    """Each with what is wrong with it."""
    with pytest.raises(Refusal) as refused:
        clean(content)
    assert refused.value.why == why


def test_a_picture_that_unfolds_to_fill_the_memory_is_refused() -> None:
    """A few kilobytes may be hundreds of millions of pixels."""
    written = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    with pytest.raises(Refusal) as refused:
        clean(written.getvalue())
    assert refused.value.why == "size"
