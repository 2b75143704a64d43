"""WHAT voters get: letters, e-mails, the mail-merge table."""
