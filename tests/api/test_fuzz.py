"""Whatever is said to the API, within its own description or against it, it never fails."""

import json
import warnings
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, openapi

from inbox.api.v1.schema import description
from tests import factories
from tests.api.conftest import furnish

EXAMPLES = 12  # of each operation and mode: a minute in all
OPERATIONS = {
    operation.label: operation
    for operation in (found.ok() for found in openapi.from_dict(description()).get_all_operations())
}
KNOWN = {200, 201, 204, 400, 404, 405, 409, 413, 415, 422}


def say(client, secret, case, objects):
    """Send a made-up call; now and then its path names something that is there."""
    path = case.operation.path
    for name, value in (case.path_parameters or {}).items():
        chosen = objects.get(name, value) if len(str(case.query)) % 2 else value
        path = path.replace(f"{{{name}}}", quote(str(chosen), safe=""))
    query = urlencode(case.query or {}, doseq=True, errors="replace")
    if isinstance(case.body, bytes):  # a file's
        case.body = case.body[:1000].decode("latin-1")
    body = json.dumps(case.body).encode() if isinstance(case.body, dict | list | str | int) else b""
    headers = {
        name: str(value).encode("latin-1", "replace").decode("latin-1")
        for name, value in (case.headers or {}).items()
    }
    return client.generic(
        case.method.upper(),
        f"{path}?{query}" if query else path,
        body,
        content_type="application/json",
        headers=headers | {"Authorization": f"Bearer {secret}"},
    )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_the_api_never_fails(client, channel, operator, limit, label, mode):
    limit("api", 1_000_000)
    limit("api-workspace", 1_000_000)
    [conversation] = furnish(channel, operator, 1)
    objects = {"number": conversation.number, "id": conversation.contact_id, "name": "vip"}
    secret = factories.make_api_token(operator)[1]
    warnings.simplefilter("ignore")
    seen = []

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(mode))
    def fuzz(case):
        answer = say(client, secret, case, objects)
        seen.append(answer.status_code)
        assert answer.status_code in KNOWN, (answer.status_code, answer.content)
        assert answer.status_code == 204 or isinstance(answer.json(), dict)

    fuzz()

    assert seen
