"""Pictures of people: what somebody uploads becomes a small square of our own making."""

from io import BytesIO
from typing import ClassVar

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.errors import DomainError

SIDE = 256  # pixels
MOST_BYTES = 8 * 1024 * 1024
# Read from the header before anything is decoded; JPEG is decoded at an eighth of its size.
MOST_PIXELS = {"JPEG": 80_000_000, "PNG": 20_000_000}


class BadPicture(DomainError):
    code: ClassVar[str] = "bad_picture"
    status: ClassVar[int] = 422


def squared(data: bytes) -> bytes:
    """
    Return the middle of a picture as a JPEG that carries nothing else: no place, no camera.

    :raises BadPicture: with a sentence, if it is none or too large.
    """
    if len(data) > MOST_BYTES:
        raise BadPicture(_("The picture is larger than %d MB.") % (MOST_BYTES // 1024**2))
    try:
        with Image.open(BytesIO(data), formats=list(MOST_PIXELS)) as image:
            if image.width * image.height > MOST_PIXELS[str(image.format)]:
                raise BadPicture(_("The picture has too many pixels. Make it smaller first."))
            return _encoded(image)
    except Image.DecompressionBombError as error:
        raise BadPicture(_("The picture has too many pixels. Make it smaller first.")) from error
    # Pillow's decoders raise what they like on a file that only begins like a picture.
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadPicture(_("That is no picture we can read. Choose a JPEG or PNG file.")) from error


def _encoded(image: Image.Image) -> bytes:
    image.draft("RGB", (2 * SIDE, 2 * SIDE))
    square = ImageOps.fit(ImageOps.exif_transpose(image), (SIDE, SIDE))
    opaque = Image.new("RGB", square.size, "white")
    if square.has_transparency_data:
        square = square.convert("RGBA")
        opaque.paste(square, mask=square)
    else:
        opaque.paste(square.convert("RGB"))
    kept = BytesIO()
    opaque.save(kept, "JPEG", quality=88, optimize=True)
    return kept.getvalue()
