"""What we already answered: articles in several languages, the help centre, saved replies."""
