from routing.models.assignment import (
    Capacity,
    QueuedConversation,
    TeamRouting,
    Turn,
    WorkspaceRouting,
)

__all__ = ["Capacity", "QueuedConversation", "TeamRouting", "Turn", "WorkspaceRouting"]
