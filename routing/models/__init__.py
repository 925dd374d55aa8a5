from routing.models.assignment import (
    Capacity,
    QueuedConversation,
    TeamRouting,
    Turn,
    WorkspaceRouting,
)
from routing.models.hours import WorkingHours
from routing.models.promises import SlaClock, SlaPolicy

__all__ = [
    "Capacity",
    "QueuedConversation",
    "SlaClock",
    "SlaPolicy",
    "TeamRouting",
    "Turn",
    "WorkingHours",
    "WorkspaceRouting",
]
