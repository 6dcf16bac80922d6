"""One use case a file. The clock, the progress and what was asked are passed in; nothing here prints."""
