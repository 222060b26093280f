"""What the pages of auditors, supporters, administrators and researchers show, made ready for their templates."""
