"""Public sources that figures can be fetched from, each off until config.toml has its table. What comes back is checked and
listed; nothing here writes to the store."""
