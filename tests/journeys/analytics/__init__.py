"""Numbers, as people of a workspace see them."""
