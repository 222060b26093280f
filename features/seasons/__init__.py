"""Rolling intake over records: offer now or wait, what seats will be worth, and a finished year run again."""
