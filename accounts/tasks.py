from itertools import groupby

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import doors, follow_ups, heartbeats
from accounts.actions.api_tokens import revoke_tokens_of
from accounts.follow_ups import follow_up_task
from accounts.models import Browser, Event, IdempotentAnswer, Membership
from accounts.models.idempotent_answer import KEPT_FOR
from accounts.tenancy import scope_of

MOST = 500  # rows a sweeper takes at once


@shared_task(expires=30)
def prove_worker() -> None:
    """Show that Redis, a worker and PostgreSQL work together."""
    heartbeats.beat("worker")


@follow_up_task
def revoke_tokens(event: Event) -> None:
    """After a person was removed: their programs are out for good, too."""
    member = Membership.objects.get(pk=event.subject_id)
    revoke_tokens_of(member, made_until=event.at, actor=event.actor)


def sweep_follow_ups() -> None:
    follow_ups.sweep()


def forget_idempotent_answers() -> None:
    """Delete answers that nobody will ask for again."""
    found = sorted(doors.answers_to_forget(timezone.now() - KEPT_FOR, MOST))
    for workspace_id, rows in groupby(found, key=lambda row: row[0]):
        with scope_of(pk=workspace_id):
            IdempotentAnswer.objects.filter(pk__in=[pk for _, pk in rows]).delete()


def forget_ended_sessions() -> None:
    """Delete sessions whose time is over, and the browsers that nobody is signed in with."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    Browser.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
