"""Pictures made anew: what is seen on them is kept, and nothing else of the file that came.

A picture is decoded and written again, so that places, devices, times, comments and thumbnails are gone, and so is
whatever else the file was. Runs in a process of its own (desk/apart/).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageCms, ImageOps

#: The longer side of the small picture that pages show.
PREVIEW_SIDE = 1024
_QUALITY, _PREVIEW_QUALITY = 90, 80
#: For each kind: what Pillow calls it, and as what it is written.
_FORMATS = {
    "image/jpeg": ("JPEG", "JPEG"),
    "image/png": ("PNG", "PNG"),
    "image/webp": ("WEBP", "WEBP"),
    "image/heic": ("HEIF", "JPEG"),
}
_TYPES = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}


def remade(data: bytes, given: Mapping[str, Any]) -> tuple[dict[str, str], list[bytes]]:
    """The picture and a small one of it, as bytes, with ``media_type`` and ``extension`` of the first.

    Instead ``refused`` with the name of a text where it has too many pixels or cannot be decoded to its end.
    ``given``: the ``media_type`` that the first bytes told, and how many ``pixels`` there may be.
    """
    read_as, written_as = _FORMATS[given["media_type"]]
    if read_as == "HEIF":
        _know_heif()
    Image.MAX_IMAGE_PIXELS = None  # our own bound is stricter, and asked before a decoder begins
    try:
        with Image.open(io.BytesIO(data), formats=[read_as]) as opened:
            if opened.width * opened.height > given["pixels"]:
                return {"refused": "files.too_many_pixels"}, []
            picture = _bare(opened, written_as)
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, Image.DecompressionBombError):
        return {"refused": "files.broken_picture"}, []
    media_type, extension = _TYPES[written_as]
    parts = [_written(picture, written_as, _QUALITY), _small(picture)]
    return {"media_type": media_type, "extension": extension}, parts


def _bare(opened: Image.Image, written_as: str) -> Image.Image:
    """The first picture of a file, upright, in the colours of every screen, without anything that came along."""
    opened.load()
    profile = opened.info.get("icc_profile")
    turned = ImageOps.exif_transpose(opened)
    plain = _in_plain_colours(turned, profile, may_be_clear=written_as != "JPEG")
    plain.info = {}  # Pillow would write some of it down again
    return plain


def _in_plain_colours(picture: Image.Image, profile: bytes | None, *, may_be_clear: bool) -> Image.Image:
    if picture.mode.startswith(("I", "F")):  # scanned with more shades than a screen has
        picture = picture.convert("I").point(lambda shade: shade * (1 / 256)).convert("L")
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    is_clear = picture.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info
    if picture.mode == "RGB" and profile:
        picture = _in_srgb(picture, profile)
    if not is_clear:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    return clear if may_be_clear else _on_white(clear)


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Phones take pictures in colours of their own; without its profile such a picture would look pale."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def _on_white(clear: Image.Image) -> Image.Image:
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def _small(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return _written(_on_white(small) if small.mode == "RGBA" else small, "JPEG", _PREVIEW_QUALITY)


def _written(picture: Image.Image, written_as: str, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, written_as, **({} if written_as == "PNG" else {"quality": quality}))
    return out.getvalue()


def _know_heif() -> None:
    """Teach Pillow the pictures of iPhones, without thumbnails, depths and threads."""
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
