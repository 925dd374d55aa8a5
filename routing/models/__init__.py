from routing.models.assignment import (
    Capacity,
    QueuedConversation,
    TeamRouting,
    Turn,
    WorkspaceRouting,
)
from routing.models.hours import WorkingHours
from routing.models.promises import SlaClock, SlaPolicy
from routing.models.rules import ChosenPolicy, Rule, RuleRun

__all__ = [
    "Capacity",
    "ChosenPolicy",
    "QueuedConversation",
    "Rule",
    "RuleRun",
    "SlaClock",
    "SlaPolicy",
    "TeamRouting",
    "Turn",
    "WorkingHours",
    "WorkspaceRouting",
]
