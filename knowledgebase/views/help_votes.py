"""Whether an article helped: told without a script, without a name, once by each browser."""

import secrets

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.http import place_of
from accounts.limits import spend
from knowledgebase.actions.votes import browser_of, vote_on
from knowledgebase.article_forms import Strict
from knowledgebase.enums import Missing
from knowledgebase.help_reading import HelpRequest, article_path, for_readers
from knowledgebase.views.help_pages import public_article

COOKIE = "help_reader"
YEAR = 365 * 24 * 3600


class VoteForm(Strict):
    helpful = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    why = forms.ChoiceField(choices=Missing, required=False)
    words = forms.CharField(required=False, max_length=1000)


# A vote is nobody's: there is no session whose rights a foreign page could use.
@csrf_exempt
@require_POST
@for_readers
def vote(request: HelpRequest, address: str) -> HttpResponse:
    spend("help-vote", place_of(request))
    found, said = public_article(request, address), VoteForm.parse(request.POST)
    token = request.COOKIES.get(COOKIE, "")[:64] or secrets.token_urlsafe(24)
    is_helpful = said["helpful"] == "yes"
    vote_on(
        found,
        browser=browser_of(token),
        is_helpful=is_helpful,
        why=said["why"],
        words=said["words"],
    )
    told = "yes" if is_helpful else "told" if said["why"] or said["words"] else "no"
    path = article_path(request.workspace, found, request.language)
    response = HttpResponseRedirect(f"{path}?voted={told}#vote")
    response.status_code = 303
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(
        COOKIE,
        token,
        max_age=YEAR,
        path="/help/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
