"""The scored market of the stored records, kept ready and carried from state to state."""
