"""面接評価シート: what each member of a panel scores, and a sheet that brings the scores together."""
