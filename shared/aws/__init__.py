"""How AWS is called: clients, request signing, the callback client of `@connections`."""
