"""Lists to choose from, and who is asking."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership, Team
from accounts.tenancy import current_workspace
from inbox.api.v1 import serializers as show
from inbox.api.v1.base import ApiView, Page, PageQuery
from inbox.api.v1.describing import describe
from inbox.models import Channel, Tag


class TagsView(ApiView):
    query = PageQuery

    @describe("list_tags", show.Named, asks=PageQuery, pages=True)
    def get(self, request: Request) -> Response:
        """List the workspace's tags."""
        return Page(Tag.objects.all(), self.asked, "pk").answer(show.Named)


class TeamsView(ApiView):
    query = PageQuery

    @describe("list_teams", show.Named, asks=PageQuery, pages=True)
    def get(self, request: Request) -> Response:
        """List the teams."""
        return Page(Team.objects.all(), self.asked, "pk").answer(show.Named)


class MembersView(ApiView):
    query = PageQuery

    @describe("list_members", show.Member, asks=PageQuery, pages=True)
    def get(self, request: Request) -> Response:
        """List the people who work here now."""
        members = Membership.objects.active().select_related("user")
        return Page(members, self.asked, "pk").answer(show.Member)


class ChannelsView(ApiView):
    query = PageQuery

    @describe("list_channels", show.ChannelInList, asks=PageQuery, pages=True)
    def get(self, request: Request) -> Response:
        """List the channels; how they are set up stays in the product."""
        channels = Channel.objects.defer("secrets", "config")
        return Page(channels, self.asked, "pk").answer(show.ChannelInList)


class MeView(ApiView):
    @describe("me", show.Me)
    def get(self, request: Request) -> Response:
        """Show whose token this is and what it may do."""
        facts = {"workspace": current_workspace(), "member": self.actor, "access": self.token}
        return Response(show.Me(facts).data)
