"""Under /<workspace>/settings/: who is given conversations."""

from django.urls import path

from routing.views import assignment

urlpatterns = [
    path("settings/assignment/", assignment.edit, name="assignment-rules"),
]
