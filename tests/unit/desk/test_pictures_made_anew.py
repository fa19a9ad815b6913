"""Of a picture what is seen on it is kept, upright and in its colours, and nothing else of the file."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from desk.attachments.kinds import kind_of
from desk.attachments.pictures import PREVIEW_SIDE, remade
from tests.file_fixtures import HEIC, HTML, JPEG, PNG, WEBP, a_zip

MARK = b"LanWasHere"
PIXELS = 1_000_000


def made(data: bytes, media_type: str, pixels: int = PIXELS) -> tuple[bytes, bytes]:
    told, parts = remade(data, {"media_type": media_type, "pixels": pixels})
    assert "refused" not in told, told
    picture, preview = parts
    assert kind_of(picture) is not None
    return picture, preview


def refused(data: bytes, media_type: str, pixels: int = PIXELS) -> str:
    told, parts = remade(data, {"media_type": media_type, "pixels": pixels})
    assert parts == []
    return told["refused"]


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def halves(mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """The left half red, the right one white."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def exif(**more: Any) -> Image.Exif:
    found = Image.Exif()
    found[0x010F], found[0x013B], found[0x9C9C] = MARK.decode(), MARK.decode(), MARK
    found[0x8825] = {1: "N", 2: (21.0, 1.0, 30.0), 3: "E", 4: (105.0, 51.0, 0.0)}
    for tag, value in more.items():
        found[int(tag.removeprefix("t"))] = value
    return found


def png_with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", MARK.decode())
    words.add_itxt("XML:com.adobe.xmp", f"<x>{MARK.decode()}</x>")
    return saved(halves(), "PNG", pnginfo=words, exif=exif())


def jpeg_with_all() -> bytes:
    data = saved(halves(), "JPEG", exif=exif(), comment=MARK)
    segment = MARK * 100
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[2:]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (jpeg_with_all(), "image/jpeg"),
        (png_with_words(), "image/png"),
        (saved(halves(), "WEBP", exif=exif(), xmp=MARK), "image/webp"),
    ],
)
def test_places_makers_comments_and_thumbnails_are_gone(data: bytes, media_type: str) -> None:
    assert MARK in data or MARK.decode().encode("utf-16-le") in data
    picture, preview = made(data, media_type)
    for each in (picture, preview):
        assert MARK not in each
        assert b"Exif" not in each
        again = opened(each)
        assert dict(again.getexif()) == {}
        assert {"comment", "xmp", "icc_profile", "exif", "photoshop", "Author"} & set(again.info) == set()
    red, green, _ = opened(picture).convert("RGB").getpixel((5, 10))  # type: ignore[misc]
    assert red > 200 > 60 > green


def test_an_iphones_picture_becomes_a_jpeg_that_everybody_can_open() -> None:
    assert b"LanPhone" in HEIC
    picture, _ = made(HEIC, "image/heic")
    assert opened(picture).format == "JPEG"
    assert opened(picture).size == (64, 64)
    assert b"LanPhone" not in picture


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (JPEG + HTML, "image/jpeg"),
        (JPEG + a_zip(), "image/jpeg"),
        (PNG + a_zip(), "image/png"),
        (WEBP + HTML, "image/webp"),
        (saved(halves(), "JPEG", comment=HTML), "image/jpeg"),
        (saved(halves(), "JPEG") + b"%PDF-1.7", "image/jpeg"),
    ],
)
def test_what_is_something_else_too_is_only_a_picture_afterwards(data: bytes, media_type: str) -> None:
    picture, _ = made(data, media_type)
    assert b"<script" not in picture
    assert b"%PDF" not in picture
    assert not zipfile.is_zipfile(io.BytesIO(picture))


def test_a_picture_is_turned_upright_before_it_forgets_how_it_was_held() -> None:
    picture, preview = made(saved(halves(), "JPEG", exif=exif(t274=6), quality=95), "image/jpeg")
    assert opened(picture).size == opened(preview).size == (20, 40)


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is very large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decoded)
    assert refused(a_bomb(60_000, 60_000), "image/png") == "files.too_many_pixels"
    assert refused(PNG, "image/png", pixels=16 * 16 - 1) == "files.too_many_pixels"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (jpeg_with_all()[:-60], "image/jpeg"),
        (PNG[:60], "image/png"),
        (WEBP[:30], "image/webp"),
        (HEIC[:200], "image/heic"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "image/jpeg"),
        (a_bomb(400, 400), "image/png"),
        (JPEG, "image/png"),  # a decoder is never chosen by the file itself
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, "image/png"),
    ],
)
def test_a_picture_that_cannot_be_decoded_to_its_end_is_refused(data: bytes, media_type: str) -> None:
    assert refused(data, media_type) == "files.broken_picture"


def _sixteen_bits() -> Image.Image:
    return Image.frombytes("I;16", (40, 20), struct.pack("<H", 0xC000) * 800)


@pytest.mark.parametrize(
    ("picture", "kind", "media_type", "mode"),
    [
        (lambda: halves("1"), "PNG", "image/png", "L"),
        (lambda: halves("L"), "JPEG", "image/jpeg", "L"),
        (lambda: halves("P"), "PNG", "image/png", "RGB"),
        (lambda: halves("CMYK"), "JPEG", "image/jpeg", "RGB"),
        (lambda: halves("RGBA"), "PNG", "image/png", "RGBA"),
        (lambda: halves("LA"), "PNG", "image/png", "RGBA"),
        (_sixteen_bits, "PNG", "image/png", "L"),
    ],
)
def test_every_way_of_keeping_colours_ends_in_a_plain_one(
    picture: Callable[[], Image.Image], kind: str, media_type: str, mode: str
) -> None:
    again = opened(made(saved(picture(), kind), media_type)[0])
    assert (again.mode, again.size) == (mode, (40, 20))


def test_sixteen_bits_are_shades_and_not_white() -> None:
    again = opened(made(saved(_sixteen_bits(), "PNG"), "image/png")[0])
    assert again.getpixel((3, 3)) == 0xC0


def test_colours_of_their_own_become_those_of_every_screen() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for said in (profile, MARK * 10):  # a profile that is none is left out
        picture = opened(made(saved(halves(), "PNG", icc_profile=said), "image/png")[0])
        assert "icc_profile" not in picture.info
        assert picture.getpixel((5, 5)) == (255, 0, 0)


def test_of_a_moving_picture_the_first_one_is_kept() -> None:
    frames = [halves(), Image.new("RGB", (40, 20), "blue")]
    moving = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    picture = opened(made(moving, "image/png")[0])
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.getpixel((5, 5)) == (255, 0, 0)


def test_the_preview_is_small_and_clear_places_are_white_on_it() -> None:
    large = Image.new("RGBA", (3_000, 500), (0, 0, 0, 0))
    _, preview = made(saved(large, "PNG"), "image/png", pixels=2_000_000)
    small = opened(preview)
    assert small.format == "JPEG"
    assert max(small.size) == PREVIEW_SIDE
    assert min(small.getpixel((5, 5))) > 250  # type: ignore[type-var, arg-type]


def test_the_same_picture_is_made_into_the_same_bytes() -> None:
    assert made(jpeg_with_all(), "image/jpeg") == made(jpeg_with_all(), "image/jpeg")
    for data, media_type in ((JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp")):
        assert made(data, media_type)[0] == data
