"""Mail: what it says, told from bytes alone."""
