"""The routes about rooms and their members."""
