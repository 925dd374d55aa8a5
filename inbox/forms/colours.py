"""Colours that text can be read on (WCAG 2.2, 1.4.3)."""

import re

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
ENOUGH = 4.5
STEP = 0.97


def readable(colour: str) -> str:
    """Darken a colour as little as white text on it needs."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    while contrast_with_white(red, green, blue) < ENOUGH:
        red, green, blue = (int(part * STEP) for part in (red, green, blue))
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast_with_white(*parts: int) -> float:
    red, green, blue = (_linear(part / 255) for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004
