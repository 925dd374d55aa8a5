from routing.models.assignment import (
    Capacity,
    QueuedConversation,
    TeamRouting,
    Turn,
    WorkspaceRouting,
)
from routing.models.hours import WorkingHours

__all__ = [
    "Capacity",
    "QueuedConversation",
    "TeamRouting",
    "Turn",
    "WorkingHours",
    "WorkspaceRouting",
]
