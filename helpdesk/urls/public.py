"""Everything that needs no workspace."""

from django.urls import include, path, re_path

from accounts.views import photos
from accounts.views.home import home
from analytics.views import rating
from helpdesk import health
from helpdesk.metrics.views import metrics
from inbox.api import mail_hooks, widget
from inbox.views import demo, files, mail_sign_in

urlpatterns = [
    path("", home, name="home"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics),
    path("accounts/mail/<slug:service>/", mail_sign_in.back, name="mail-sign-in-back"),
    path("accounts/", include("accounts.urls")),
    re_path(r"^files/people/(?P<name>[-\w]{20,60})\.jpg$", photos.person),
    path("widget.js", widget.loader, name="widget-loader"),
    path("widget/<str:key>/", include("inbox.api.urls")),
    path("hooks/mail/<slug:service>/<str:key>/", mail_hooks.receive, name="mail-hook"),
    # Mailgun hands over a mail as it came where the address ends so.
    path("hooks/mail/<slug:service>/<str:key>/mime", mail_hooks.receive, name="mail-hook-mime"),
    path("api/v1/", include("inbox.api.v1.urls")),
    path("help/<slug:workspace>/", include("knowledgebase.help_urls")),
    path("files/<str:token>/<path:name>", files.serve, name="file"),
    path("rate/<str:token>/", rating.rate, name="rate"),
    path("demo/", demo.index, name="demo"),
    path("demo/bikes/", demo.bikes, name="demo-bikes"),
]

handler429 = "helpdesk.errors.too_many"  # asked for by allauth
handler404 = "helpdesk.errors.not_found"
handler500 = "helpdesk.errors.server_error"
handler403 = "helpdesk.errors.forbidden"
handler400 = "helpdesk.errors.bad_request"
