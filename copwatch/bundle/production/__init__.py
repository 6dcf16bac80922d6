"""What law offices load and number: Bates numbers, load files, logs, drafts for whoever has to swear to something."""
