"""Who a caller is: tokens, their signing keys, identities."""
