"""Who may ask for what: accounts, sign-in, sessions, tokens, and the one written table of permissions."""
