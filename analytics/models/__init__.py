from analytics.models.fact import Fact, FactQuerySet
from analytics.models.quality import MOST_EACH, QualityReview, QualitySample, SampledConversation
from analytics.models.rollup import DirtyHour, Rollup

__all__ = [
    "MOST_EACH",
    "DirtyHour",
    "Fact",
    "FactQuerySet",
    "QualityReview",
    "QualitySample",
    "Rollup",
    "SampledConversation",
]
