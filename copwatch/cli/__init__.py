"""The command line: parse, call one workflow, render, exit code. The only importer of typer and rich."""
