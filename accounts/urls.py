"""Under /accounts/: signing in, and workspaces."""

from django.urls import include, path, re_path

from accounts.views import home, invitations

urlpatterns = [
    path("workspaces/new/", home.workspace_new, name="workspace-new"),
    path("invitations/<str:token>/", invitations.show, name="invitation"),
    re_path(r"^invitations/(?P<rest>.*)$", invitations.stale),
    path("security/", include("accounts.security_urls")),
    path("", include("allauth.account.urls")),
]
