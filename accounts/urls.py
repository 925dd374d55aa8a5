"""Under /accounts/: signing in, and workspaces."""

from django.urls import include, path

from accounts.views import home

urlpatterns = [
    path("workspaces/new/", home.workspace_new, name="workspace-new"),
    path("", include("allauth.account.urls")),
]
