"""Connectors by channel kind."""

from collections.abc import Mapping
from typing import Any

from inbox.connectors.base import Connector
from inbox.connectors.email import EmailConnector
from inbox.connectors.webchat import WebchatConnector

CONNECTORS: dict[str, type[Connector]] = {"webchat": WebchatConnector, "email": EmailConnector}


def connector_for(kind: str, config: Mapping[str, Any], secrets: Mapping[str, Any]) -> Connector:
    return CONNECTORS[kind](config, secrets)
