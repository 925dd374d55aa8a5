"""Under /<workspace>/settings/: people, teams, API tokens and what was done."""

from django.urls import path

from accounts.views import api_tokens, audit, availability, people, sign_in_rules, teams

urlpatterns = [
    path("availability/", availability.change, name="availability"),
    path("settings/team/", people.index, name="people"),
    path("settings/team/invitations/", people.invitations, name="invitations"),
    path("settings/team/invitations/<int:pk>/resending/", people.resending, name="resending"),
    path("settings/team/invitations/<int:pk>/revocation/", people.revocation, name="revocation"),
    path("settings/team/members/<int:pk>/", people.member, name="member"),
    path("settings/team/members/<int:pk>/removal/", people.removal, name="member-removal"),
    path("settings/team/teams/new/", teams.new, name="team-new"),
    path("settings/team/teams/<int:pk>/", teams.edit, name="team"),
    path("settings/api-tokens/", api_tokens.index, name="api-tokens"),
    path("settings/api-tokens/new/", api_tokens.new, name="api-token-new"),
    path(
        "settings/api-tokens/<int:pk>/revocation/",
        api_tokens.revocation,
        name="api-token-revocation",
    ),
    path("settings/security/", sign_in_rules.edit, name="sign-in-rules"),
    path("settings/audit/", audit.index, name="audit"),
    path("settings/audit/export/", audit.export, name="audit-export"),
]
