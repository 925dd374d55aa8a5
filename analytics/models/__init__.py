from analytics.models.fact import Fact, FactQuerySet
from analytics.models.rollup import DirtyHour, Rollup

__all__ = ["DirtyHour", "Fact", "FactQuerySet", "Rollup"]
