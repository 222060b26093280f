"""How good an order of reading is, measured on a labelled set."""
