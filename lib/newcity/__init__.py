"""A small, complete example to begin a city of one's own with; its files stand in template/."""
