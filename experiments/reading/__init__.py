"""From files to experiments: TOML beside the model, tables, and what may stand in them."""
