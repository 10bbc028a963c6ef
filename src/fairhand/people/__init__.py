"""People and organisations: the user model, roles, and who may see what."""
