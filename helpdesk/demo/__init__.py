"""A bicycle shop that never was: people, conversations and their past."""
