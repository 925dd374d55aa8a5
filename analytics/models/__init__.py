from analytics.models.fact import Fact, FactQuerySet
from analytics.models.quality import MOST_EACH, QualityReview, QualitySample, SampledConversation
from analytics.models.rollup import DayRollup, DirtyHour, Rollup
from analytics.models.wish import RatingRefusal

__all__ = [
    "MOST_EACH",
    "DayRollup",
    "DirtyHour",
    "Fact",
    "FactQuerySet",
    "QualityReview",
    "QualitySample",
    "RatingRefusal",
    "Rollup",
    "SampledConversation",
]
