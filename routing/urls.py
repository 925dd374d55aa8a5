"""Under /<workspace>/settings/: who is given conversations."""

from django.urls import path

from routing.views import assignment, hours, policies, rules

urlpatterns = [
    path("settings/assignment/", assignment.edit, name="assignment-rules"),
    path("settings/hours/", hours.everywhere, name="hours"),
    path("settings/hours/<int:pk>/", hours.of_team, name="team-hours"),
    path("settings/rules/", rules.index, name="rules"),
    path("settings/rules/trial/", rules.trial, name="rule-trial"),
    path("settings/rules/<int:pk>/", rules.edit, name="rule"),
    path("settings/rules/<int:pk>/place/", rules.place, name="rule-place"),
    path("settings/rules/<int:pk>/removal/", rules.removal, name="rule-removal"),
    path("settings/promises/", policies.index, name="promises"),
    path("settings/promises/<int:pk>/", policies.edit, name="promise"),
    path("settings/promises/<int:pk>/removal/", policies.removal, name="promise-removal"),
]
