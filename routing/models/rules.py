from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.models import Conversation
from routing.models.promises import SlaPolicy


class Rule(WorkspaceOwned):
    """When this happens, and if that is so, then these are done; rules are tried in their order."""

    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    is_on = models.BooleanField(default=True)
    # Those after it are not tried any more.
    stops = models.BooleanField(default=False)
    triggers = ArrayField(models.CharField(max_length=20))
    conditions = models.JSONField(default=dict, blank=True)
    # {"do": "team", "with": 7}, in their order.
    actions = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = OwnedForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="rule_once")]

    def __str__(self) -> str:
        return self.name


class RuleRun(WorkspaceOwned):
    """A rule that ran in a conversation, or was kept from running there for ever."""

    rule = OwnedForeignKey(Rule, models.CASCADE, related_name="runs")
    conversation = OwnedForeignKey(Conversation, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    # The rules that had set each other off before it, if it was stopped because of that.
    fought = ArrayField(models.BigIntegerField(), default=list)

    objects = ScopedManager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "rule", "-at"], name="runs_of_rule"),
        ]

    def __str__(self) -> str:
        return f"#{self.rule_id} in {self.conversation_id}"


class ChosenPolicy(WorkspaceOwned):
    """What was promised in one conversation, instead of what its team and priority promise."""

    conversation = OwnedForeignKey(Conversation, models.CASCADE, related_name="+")
    policy = OwnedForeignKey(SlaPolicy, models.CASCADE, related_name="chosen")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "conversation"], name="one_chosen_policy")
        ]

    def __str__(self) -> str:
        return f"#{self.conversation_id}: {self.policy_id}"
