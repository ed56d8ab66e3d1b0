"""A file a command, with its options, its run and its exit; and what commands, plugin and `api` share."""
