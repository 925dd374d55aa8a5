"""Under /<workspace>/settings/: who is given conversations."""

from django.urls import path

from routing.views import assignment, hours, policies

urlpatterns = [
    path("settings/assignment/", assignment.edit, name="assignment-rules"),
    path("settings/hours/", hours.everywhere, name="hours"),
    path("settings/hours/<int:pk>/", hours.of_team, name="team-hours"),
    path("settings/promises/", policies.index, name="promises"),
    path("settings/promises/<int:pk>/", policies.edit, name="promise"),
    path("settings/promises/<int:pk>/removal/", policies.removal, name="promise-removal"),
]
