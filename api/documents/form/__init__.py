"""A form: headings, facts and lines for hands, the same as a sheet of Excel and as a page."""
