"""Forms that may carry files: their fields and the files in them, and why a file is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from litestar.datastructures import UploadFile

from console.web.site import FORM_BYTES, HttpRequest, Site, language_of
from desk.attachments import words
from desk.attachments.limits import MEGABYTE
from desk.attachments.service import FileRefused, Upload

#: The largest body that a form with files may have. What files may hold together is less (content/files.yml), so that
#: a little too much is refused with a sentence that says so.
UPLOAD_BYTES = 60 * MEGABYTE + FORM_BYTES


@dataclass(frozen=True)
class Filled:
    """A form as it was filled in, whichever way the browser encoded it."""

    fields: dict[str, str] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()


async def filled_in(request: HttpRequest) -> Filled:
    """The fields of a form, and the files that were chosen in it; a field of files left empty is none."""
    fields: dict[str, str] = {}
    uploads: list[Upload] = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            data = await value.read()
            if value.filename or data:
                uploads.append(Upload(value.filename or "", data))
        elif isinstance(value, str):
            fields[name] = value
    return Filled(fields, tuple(uploads))


def refusal(request: HttpRequest, site: Site, refused: FileRefused) -> str:
    """Why a file is not taken, in the language of the page."""
    return words.refusal(site.desk.texts, site.desk.rules.files, refused, language_of(request))
