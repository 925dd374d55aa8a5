from knowledgebase.models.article import (
    Article,
    ArticleTranslation,
    ArticleVersion,
    ArticleVote,
    Collection,
    HelpCenter,
)
from knowledgebase.models.insertion import Insertion
from knowledgebase.models.saved_reply import SavedReply

__all__ = [
    "Article",
    "ArticleTranslation",
    "ArticleVersion",
    "ArticleVote",
    "Collection",
    "HelpCenter",
    "Insertion",
    "SavedReply",
]
