"""Run the command line as ``python -m covey``."""

from covey.cli import main

main()
