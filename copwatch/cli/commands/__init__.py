"""One command a module. `copwatch/cli/lazy.py` says how a module becomes a command."""
