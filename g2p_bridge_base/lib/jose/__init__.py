"""JOSE: signatures over messages (JWS, RFC 7515) and the keys that make and check them."""
