"""How long what is stored is kept: rules by class, blocks against them, and a purge that certifies what went."""
