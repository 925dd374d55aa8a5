"""Under /help/<workspace>/: what anybody may read."""

from django.urls import path

from knowledgebase.views import help_pages, help_votes

ONE = "<slug:language>/articles/<str:address>/"

urlpatterns = [
    path("", help_pages.entrance, name="help-entrance"),
    path("sitemap.xml", help_pages.sitemap, name="help-sitemap"),
    path("<slug:language>/", help_pages.home, name="help-home"),
    path("<slug:language>/search/", help_pages.search, name="help-search"),
    path("<slug:language>/suggestions/", help_pages.suggestions, name="help-suggestions"),
    path("<slug:language>/collections/<int:pk>/", help_pages.collection, name="help-collection"),
    path(f"{ONE}vote/", help_votes.vote, name="help-vote"),
    path(ONE, help_pages.article, name="help-article"),
]
