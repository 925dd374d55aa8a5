"""A visitor's doors, under /widget/<key>/."""

from django.urls import path

from inbox.api import articles, chats, uploads, widget

urlpatterns = [
    path("", widget.panel, name="widget-panel"),
    path("identity/", widget.IdentityView.as_view(), name="widget-identity"),
    path("home/", chats.HomeView.as_view(), name="widget-home"),
    path("conversation/", chats.ConversationView.as_view(), name="widget-conversation"),
    path("messages/", chats.MessagesView.as_view(), name="widget-messages"),
    path("attachments/<uuid:public_id>/", uploads.UploadView.as_view(), name="widget-upload"),
    path("read/", chats.ReadView.as_view(), name="widget-read"),
    path("rating/", chats.RatingView.as_view(), name="widget-rating"),
    path("transcript/", chats.TranscriptView.as_view(), name="widget-transcript"),
    path("articles/", articles.ArticlesView.as_view(), name="widget-articles"),
    path("articles/<int:pk>/", articles.ArticleView.as_view(), name="widget-article"),
    path("articles/<int:pk>/vote/", articles.ArticleVoteView.as_view(), name="widget-vote"),
    path("visit/", chats.VisitView.as_view(), name="widget-visit"),
]
