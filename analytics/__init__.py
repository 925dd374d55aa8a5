"""How well: facts, rollups, the dashboard, ratings, quality reviews."""
