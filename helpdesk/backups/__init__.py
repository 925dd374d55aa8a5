"""Backups: one folder with the database, the files, what it is and the checksums of it all."""


class Refused(Exception):
    """One sentence about what is in the way; nothing was changed."""
