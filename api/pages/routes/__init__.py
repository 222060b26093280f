"""Pages: one module a page, thin; each calls the function of the API's route that it shows."""
