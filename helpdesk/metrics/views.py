"""/metrics, for the collector of whoever runs this, and nobody else."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts.metrics import forget_states, locked
from helpdesk.first_run import is_loopback
from helpdesk.metrics.state import State

# Whoever passes a request on says so, mostly; one that does not is caught by the site's address.
PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Strangers hear of nothing here, as anywhere."""
    if not is_welcome(request):
        raise Http404
    text = b"".join(generate_latest(one) for one in _registries())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def is_welcome(request: HttpRequest) -> bool:
    """With a token only who shows it; without one, only this machine on a site for this machine."""
    if token := settings.METRICS_TOKEN:
        shown = request.headers.get("Authorization", "")
        return constant_time_compare(shown, f"Bearer {token}")
    return (
        is_loopback(urlsplit(settings.BASE_URL).hostname or "")
        and is_loopback(str(request.META.get("REMOTE_ADDR", "")))
        and is_loopback(split_domain_port(request.get_host())[0].strip("[]"))
        and not any(name in request.headers for name in PASSED_ON)
    )


def _registries() -> list[Collector]:
    counted: Collector = REGISTRY
    if settings.METRICS_DIR:
        folder = Path(settings.METRICS_DIR)
        forget_the_dead(folder)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
        counted = registry
    asked = CollectorRegistry()
    asked.register(State())
    return [counted, asked]


def forget_the_dead(folder: Path) -> None:
    for lock in folder.glob("*.lock"):
        if taken := locked(folder, lock.stem):
            forget_states(folder, lock.stem)
            taken.close()
