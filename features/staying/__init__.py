"""Who stays: chances of 12 months and of settling, from terms alone, with what is known of them.

Only values of terms are read, never records: age, sex and family are in no term. (``api.retention`` is another matter:
how long records are kept.)
"""
