"""Under /accounts/: signing in, and workspaces."""

from django.urls import include, path, re_path

from accounts.views import entrance, home, invitations, keys, profile

urlpatterns = [
    path("workspaces/new/", home.workspace_new, name="workspace-new"),
    path("invitations/<str:token>/", invitations.show, name="invitation"),
    re_path(r"^invitations/(?P<rest>.*)$", invitations.stale),
    path("login/", entrance.SignIn.as_view(), name="account_login"),
    path("security/", include("accounts.security_urls")),
    path("profile/", profile.show, name="profile"),
    path("profile/keys/", keys.show, name="profile-keys"),
    path("profile/keys/letters/", keys.letters, name="profile-letters"),
    path("profile/photo/", profile.photo, name="profile-photo"),
    path("profile/zone/", profile.zone, name="profile-zone"),
    path("", include("allauth.account.urls")),
]
