"""The API's addresses, under /api/v1/."""

from django.urls import path

from inbox.api.v1 import (
    articles,
    contacts,
    conversations,
    directory,
    messages,
    schema,
    state,
    uploads,
)

OF_CONVERSATION = "conversations/<int:number>/"

urlpatterns = [
    path("me/", directory.MeView.as_view()),
    path("members/", directory.MembersView.as_view()),
    path("teams/", directory.TeamsView.as_view()),
    path("tags/", directory.TagsView.as_view()),
    path("channels/", directory.ChannelsView.as_view()),
    path("articles/", articles.ArticlesView.as_view()),
    path("articles/<int:pk>/", articles.ArticleView.as_view()),
    path("contacts/", contacts.ContactsView.as_view()),
    path("contacts/<int:pk>/", contacts.ContactView.as_view()),
    path("conversations/", conversations.ConversationsView.as_view()),
    path(OF_CONVERSATION, conversations.ConversationView.as_view()),
    path(f"{OF_CONVERSATION}messages/", messages.MessagesView.as_view()),
    path(f"{OF_CONVERSATION}attachments/<uuid:public_id>/", uploads.UploadView.as_view()),
    path(f"{OF_CONVERSATION}notes/", messages.NotesView.as_view()),
    path(f"{OF_CONVERSATION}assignment/", state.AssignmentView.as_view()),
    path(f"{OF_CONVERSATION}closure/", state.ClosureView.as_view()),
    path(f"{OF_CONVERSATION}spam/", state.SpamView.as_view()),
    path(f"{OF_CONVERSATION}merge/", state.MergeView.as_view()),
    path(f"{OF_CONVERSATION}priority/", state.PriorityView.as_view()),
    path(f"{OF_CONVERSATION}snooze/", state.SnoozeView.as_view()),
    path(f"{OF_CONVERSATION}read/", state.ReadView.as_view()),
    path(f"{OF_CONVERSATION}tags/", state.TagsView.as_view()),
    path(f"{OF_CONVERSATION}tags/<path:name>/", state.TagView.as_view()),
    path("schema/", schema.schema, name="api-schema"),
    path("docs/", schema.docs, name="api-docs"),
    path("", schema.nothing),
    path("<path:rest>", schema.nothing),
]
