"""What admins type about routing."""

from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team, TeamMembership
from inbox.enums import Status
from inbox.models import Conversation
from routing.actions.routing import loads_of
from routing.actions.settings import Way
from routing.enums import Strategy, Takeover
from routing.models import Capacity, TeamRouting, WorkspaceRouting

MOST = 500  # conversations that one person can be given


class AssignmentForm(forms.Form):
    """One page: the workspace's own words, a way for each team and a number for each person."""

    default_team: Any = forms.ModelChoiceField(
        None,
        label=_("What has no team goes to"),
        required=False,
        empty_label=_("No team: somebody moves it"),
    )
    capacity = forms.IntegerField(label=_("Open at once, at most"), min_value=0, max_value=MOST)

    def __init__(self, data: Any = None) -> None:
        routing = WorkspaceRouting.current()
        super().__init__(
            data, initial={"default_team": routing.default_team_id, "capacity": routing.capacity}
        )
        self.teams = list(Team.objects.order_by("name", "pk"))
        self.people = list(Membership.objects.for_list())
        self.loads = loads_of([one.pk for one in self.people])
        self.fields["default_team"].queryset = Team.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self._add_teams()
        self._add_people()

    def _add_teams(self) -> None:
        ways = {one.team_id: one for one in TeamRouting.objects.all()}
        for team in self.teams:
            way = ways.get(team.pk) or TeamRouting(team=team)
            self.fields[f"strategy-{team.pk}"] = forms.ChoiceField(
                required=False, choices=Strategy.choices, initial=way.strategy
            )
            self.fields[f"hands_back-{team.pk}"] = forms.BooleanField(
                required=False, initial=way.hands_back
            )
            self.fields[f"takeover-{team.pk}"] = forms.ChoiceField(
                required=False,
                choices=Takeover.choices,
                initial=Takeover.OWNER if way.keeps_owner else Takeover.ANYONE,
            )

    def _add_people(self) -> None:
        own = dict(Capacity.objects.values_list("membership_id", "most"))
        for person in self.people:
            self.fields[f"capacity-{person.pk}"] = forms.IntegerField(
                required=False, min_value=0, max_value=MOST, initial=own.get(person.pk)
            )

    def team_rows(self) -> list[dict[str, Any]]:
        """Return what the page shows of each team."""
        unassigned = Conversation.objects.filter(assignee=None, status=Status.OPEN).order_by()
        counted = unassigned.values_list("team").annotate(Count("pk"))
        waiting = dict(counted)
        active = {one.pk for one in self.people}
        staffed = set(
            TeamMembership.objects.filter(membership__in=active).values_list("team_id", flat=True)
        )
        return [
            {
                "team": team,
                "strategy": self[f"strategy-{team.pk}"],
                "hands_back": self[f"hands_back-{team.pk}"],
                "takeover": self[f"takeover-{team.pk}"],
                "waiting": waiting.get(team.pk, 0),
                "is_empty": team.pk not in staffed,
            }
            for team in self.teams
        ]

    def person_rows(self) -> list[dict[str, Any]]:
        return [
            {"person": one, "capacity": self[f"capacity-{one.pk}"], "load": self.loads[one.pk]}
            for one in self.people
        ]

    def said(self) -> dict[str, Any]:
        """Return what was typed; teams and people that the page did not show are left alone."""
        typed = self.cleaned_data
        return {
            "default_team": typed["default_team"],
            "capacity": typed["capacity"],
            "ways": {
                team: Way(
                    Strategy(strategy),
                    hands_back=typed[f"hands_back-{team.pk}"],
                    keeps_owner=typed[f"takeover-{team.pk}"] == Takeover.OWNER,
                )
                for team in self.teams
                if (strategy := typed[f"strategy-{team.pk}"])
            },
            "capacities": {
                one: typed[name]
                for one in self.people
                if (name := f"capacity-{one.pk}") in self.data
            },
        }
