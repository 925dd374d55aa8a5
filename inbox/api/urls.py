"""A visitor's doors, under /widget/<key>/."""

from django.urls import path

from inbox.api import widget

urlpatterns = [
    path("", widget.panel, name="widget-panel"),
    path("identity/", widget.IdentityView.as_view(), name="widget-identity"),
    path("conversation/", widget.ConversationView.as_view(), name="widget-conversation"),
    path("messages/", widget.MessagesView.as_view(), name="widget-messages"),
    path("read/", widget.ReadView.as_view(), name="widget-read"),
]
