"""Everything that people of a workspace see, mounted at /<workspace>/."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="inbox")),
    path("", include("accounts.workspace_urls")),
    path("", include("knowledgebase.urls")),
    path("", include("analytics.urls")),
    path("", include("inbox.urls")),
    path("", include("routing.urls")),
]

handler404 = "helpdesk.errors.not_found"
handler500 = "helpdesk.errors.server_error"
handler403 = "helpdesk.errors.forbidden"
handler400 = "helpdesk.errors.bad_request"
