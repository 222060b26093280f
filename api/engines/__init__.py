"""Where work is done that one process cannot do soon enough: here, in processes of this machine, or on a cluster."""
