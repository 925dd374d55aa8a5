"""Under /<workspace>/: what people write down for each other and for customers."""

from django.urls import path

from knowledgebase.views import articles, collections, saved_replies

ONE = "knowledge/<int:pk>/<slug:language>/"

urlpatterns = [
    path("knowledge/", articles.index, name="knowledge"),
    path("knowledge/new/", articles.new, name="article-new"),
    path("knowledge/collections/", collections.index, name="collections"),
    path("knowledge/collections/<int:pk>/", collections.change, name="collection"),
    path("knowledge/help-center/", collections.help_center, name="help-center"),
    path("knowledge/<int:pk>/translations/", articles.translations, name="article-translations"),
    path(ONE, articles.show, name="article"),
    path(f"{ONE}publication/", articles.publication, name="article-publication"),
    path(f"{ONE}place/", articles.place, name="article-place"),
    path(f"{ONE}versions/<int:number>/", articles.version, name="article-version"),
    path("settings/replies/", saved_replies.index, name="saved-replies"),
    path("settings/replies/new/", saved_replies.new, name="saved-reply-new"),
    path("settings/replies/<int:pk>/", saved_replies.edit, name="saved-reply"),
    path("settings/replies/<int:pk>/removal/", saved_replies.removal, name="saved-reply-removal"),
]
