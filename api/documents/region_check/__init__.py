"""地域要件確認書: which move, which rule, which proof, and who has seen it."""
