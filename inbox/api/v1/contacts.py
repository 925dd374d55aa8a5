"""Contacts, as far as their conversations may be seen."""

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.actions.contacts import change_contact
from inbox.api.v1 import serializers as show
from inbox.api.v1.base import ApiView, Page, PageQuery
from inbox.api.v1.describing import describe
from inbox.models import Contact


class ContactsView(ApiView):
    query = PageQuery

    @describe("list_contacts", show.FullContact, asks=PageQuery, pages=True)
    def get(self, request: Request) -> Response:
        """List contacts, the longest known first."""
        contacts = Contact.objects.visible_to(self.bearer)
        return Page(contacts, self.asked, "pk").answer(show.FullContact)


class ContactView(ApiView):
    @describe("retrieve_contact", show.FullContact)
    def get(self, request: Request, pk: int) -> Response:
        """Show one contact."""
        return Response(show.FullContact(self._contact(pk)).data)

    @describe("change_contact", show.FullContact, takes=show.ContactChange)
    def patch(self, request: Request, pk: int) -> Response:
        """Change a contact's name or email, or whether they are a VIP; what is left out stays."""
        facts = self.parse(show.ContactChange)
        contact = change_contact(self._contact(pk), actor=self.actor, **facts)
        return Response(show.FullContact(contact).data)

    def _contact(self, pk: int) -> Contact:
        return get_object_or_404(Contact.objects.visible_to(self.bearer), pk=pk)
