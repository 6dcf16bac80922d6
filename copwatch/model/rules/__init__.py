"""Time limits as counsel gives them, and reminders of what gets written over: rules as data, and dates. Pure."""
