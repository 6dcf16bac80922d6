"""The smallest typer program: one command, one option. What copwatch's own start is compared with."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def greet(name: Annotated[str, typer.Option(help="Whom to greet.")] = "you") -> None:
    """Say hello."""
    typer.echo(f"hello {name}")


if __name__ == "__main__":
    app()
