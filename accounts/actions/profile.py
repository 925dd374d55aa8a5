"""What people change about themselves."""

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts import events
from accounts import keys as shortcuts
from accounts.enums import EventKind
from accounts.models import Membership, User
from accounts.photos import squared

PHOTOS = "people"  # the folder in the default storage


def change_profile(
    user: User, *, name: str, public_name: str, language: str, time_zone: str
) -> User:
    user.name, user.public_name = name, public_name
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["name", "public_name", "language", "time_zone"])
    return user


def change_news(user: User, *, notifies: bool, hides_words: bool, sounds: bool) -> User:
    """Keep how a person is told of customers' new messages."""
    user.notifies, user.hides_words, user.sounds = notifies, hides_words, sounds
    user.save(update_fields=["notifies", "hides_words", "sounds"])
    return user


def guess_zone(user: User, time_zone: str) -> bool:
    """Keep what the browser says, unless somebody has chosen; tell whether it was kept."""
    unset = User.objects.filter(pk=user.pk, time_zone="")
    return bool(unset.update(time_zone=time_zone))


def change_photo(user: User, data: bytes) -> User:
    """
    Keep a picture under a new random name, so that browsers may keep the old one for ever.

    :raises BadPicture: if it is none or too large.
    """
    name = f"{secrets.token_urlsafe(24)}.jpg"
    default_storage.save(f"{PHOTOS}/{name}", ContentFile(squared(data)))
    return _exchange_photo(user, name)


def remove_photo(user: User) -> User:
    return _exchange_photo(user, "")


@transaction.atomic
def change_keys(user: User, name: str, keys: str) -> User:
    """
    Put other keys in place of those of the table; those of the table themselves are no change.

    :raises BadKeys: if they cannot be had.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    shortcuts.check(user, name, keys)
    user.keys = {key: kept for key, kept in user.keys.items() if key != name}
    if keys != shortcuts.NAMED[name].keys:
        user.keys[name] = keys
    user.save(update_fields=["keys"])
    return user


def reset_keys(user: User) -> User:
    user.keys, user.letter_keys = {}, True
    user.save(update_fields=["keys", "letter_keys"])
    return user


def switch_letter_keys(user: User, *, on: bool) -> User:
    user.letter_keys = on
    user.save(update_fields=["letter_keys"])
    return user


def change_signature(member: Membership, signature: str) -> Membership:
    member.signature = signature
    member.save(update_fields=["signature"])
    return member


@transaction.atomic
def go_away(member: Membership) -> Membership:
    """Take no new work from now on; nothing happens to somebody who is away already."""
    member = _locked(member)
    if not member.is_away:
        member.away_since = timezone.now()
        member.save(update_fields=["away_since"])
        events.record(EventKind.MEMBERSHIP_PAUSED, member, actor=member)
    return member


@transaction.atomic
def come_back(member: Membership) -> Membership:
    """Be available again; the event says since when the person was away."""
    member = _locked(member)
    if member.away_since is not None:
        since, member.away_since = member.away_since, None
        member.save(update_fields=["away_since"])
        events.record(EventKind.MEMBERSHIP_RESUMED, member, actor=member, since=since.isoformat())
    return member


def _locked(member: Membership) -> Membership:
    rows = Membership.objects.select_related("user").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=member.pk)


def _exchange_photo(user: User, name: str) -> User:
    old, user.photo = user.photo, name
    user.save(update_fields=["photo"])
    if old:
        default_storage.delete(f"{PHOTOS}/{old}")
    return user
