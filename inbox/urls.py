"""What operators see and do, inside a workspace."""

from django.urls import path

from inbox.api import preview
from inbox.views import (
    attachments,
    channels,
    conversations,
    drafts,
    habits,
    mail_channels,
    mail_tests,
    mails,
    messages,
    palette,
    recipients,
    several,
    state,
    teams,
)

urlpatterns = [
    path("inbox/", conversations.index, name="inbox"),
    path("inbox/counts/", conversations.counts, name="inbox-counts"),
    path("inbox/several/undo/", several.undo, name="undo"),
    *[
        path(f"inbox/several/{what}/", several.change, {"what": what}, name=f"several-{what}")
        for what in several.CHANGES
    ],
    path("inbox/drafts/", drafts.index, name="drafts"),
    path("inbox/palette/", palette.places, name="palette"),
    path("inbox/finding/", palette.finding, name="finding"),
    path("inbox/recipients/", recipients.index, name="recipients"),
    path("inbox/<int:number>/", conversations.show, name="conversation"),
    path("inbox/<int:number>/timeline/", conversations.timeline, name="timeline"),
    path("inbox/<int:number>/card/", conversations.card, name="card"),
    path("inbox/<int:number>/drafts/", drafts.mine, name="my-drafts"),
    path("inbox/<int:number>/drafts/<int:pk>/", drafts.of_colleague, name="draft"),
    path(
        "inbox/<int:number>/attachments/<uuid:public_id>/",
        attachments.attachment,
        name="attachment",
    ),
    path(
        "inbox/<int:number>/attachments/<uuid:public_id>/thumbnail/",
        attachments.thumbnail,
        name="thumbnail",
    ),
    path("inbox/<int:number>/messages/", messages.create, name="messages"),
    path("inbox/<int:number>/messages/<int:pk>/layout/", mails.layout, name="mail-layout"),
    path("inbox/<int:number>/messages/<int:pk>/original/", mails.original, name="mail-original"),
    path("inbox/<int:number>/messages/<int:pk>/retry/", messages.retry, name="message-retry"),
    path(
        "inbox/<int:number>/messages/<int:pk>/withdrawal/",
        messages.withdrawal,
        name="message-withdrawal",
    ),
    path("inbox/<int:number>/messages/<int:pk>/release/", messages.release, name="message-release"),
    path("inbox/<int:number>/notes/", messages.note, name="notes"),
    path("inbox/<int:number>/assignment/", state.assignment, name="assignment"),
    path("inbox/<int:number>/closure/", state.closure, name="closure"),
    path("inbox/<int:number>/spam/", state.spam, name="spam"),
    path("inbox/<int:number>/snooze/", state.snooze, name="snooze"),
    path("inbox/<int:number>/tags/", state.tags, name="tags"),
    path("inbox/<int:number>/tags/<int:pk>/", state.tag, name="tag"),
    path("inbox/<int:number>/read/", state.read, name="read"),
    path("settings/writing/", habits.show, name="habits"),
    path("settings/channels/", channels.index, name="channels"),
    path("settings/channels/new/", channels.new, name="channel-new"),
    path("settings/channels/preview/", preview.preview, name="channel-preview"),
    path("settings/channels/<int:pk>/", channels.edit, name="channel"),
    path("settings/channels/mail/new/", mail_channels.new, name="mail-new"),
    path("settings/channels/<int:pk>/address/", mail_channels.address, name="mail-address"),
    path("settings/channels/<int:pk>/servers/", mail_channels.servers, name="mail-servers"),
    path("settings/channels/<int:pk>/detection/", mail_channels.detection, name="mail-detection"),
    path("settings/channels/<int:pk>/test/", mail_tests.test, name="mail-test"),
    path("settings/channels/<int:pk>/test/<slug:side>/", mail_tests.lane, name="mail-test-lane"),
    path("settings/channels/<int:pk>/switch/", mail_channels.switch, name="mail-switch"),
    path("settings/channels/<int:pk>/fetch/", mail_channels.fetch, name="mail-fetch"),
    path("settings/channels/<int:pk>/fetching/", mail_channels.fetching, name="mail-fetching"),
    path(
        "settings/channels/<int:pk>/destination/",
        mail_channels.destination,
        name="mail-destination",
    ),
    path("settings/team/teams/<int:pk>/removal/", teams.removal, name="team-removal"),
]
