"""Under /<workspace>/: what people write down for each other and for customers."""

from django.urls import path

from knowledgebase.views import saved_replies

urlpatterns = [
    path("settings/replies/", saved_replies.index, name="saved-replies"),
    path("settings/replies/new/", saved_replies.new, name="saved-reply-new"),
    path("settings/replies/<int:pk>/", saved_replies.edit, name="saved-reply"),
    path("settings/replies/<int:pk>/removal/", saved_replies.removal, name="saved-reply-removal"),
]
