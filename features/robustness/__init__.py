"""How much the weights decide: the exact ranges in which a result stays, and what each choice of values costs."""
