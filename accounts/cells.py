"""Cells of tables that people open in a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001


def defused(cell: str) -> str:
    """Keep a spreadsheet from reading what somebody typed as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
