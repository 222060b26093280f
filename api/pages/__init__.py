"""Pages for people, served beside the API: templates, words in two languages, and thin routes over the API's own."""
