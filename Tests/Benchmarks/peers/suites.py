"""What a suite is made of."""
import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Environment:
    """A Python environment of its own, with packages in exact versions."""

    name: str
    # Versions of Python that its packages take, the best first.
    pythons: tuple
    packages: tuple


@dataclasses.dataclass(frozen=True)
class Contender:
    """A program that does the work and prints one JSON line."""

    name: str
    # Words; {bin}, {peers}, {root} and {bars} are filled in. With an environment its Python comes first.
    command: tuple
    environment: typing.Optional[Environment] = None
    # How many rounds it takes part in at most: one that is slow need not run often.
    rounds: int = 1_000
    # Seconds after which it is given up.
    limit: int = 600
    variables: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Group:
    """Contenders that do the same work, ours first."""

    title: str
    unit: str
    ours: Contender
    peers: tuple
    # Raises when what a contender found is not what it must find: check(contender, result).
    check: typing.Callable
    # The words for the table: finding(result).
    finding: typing.Callable = lambda result: ""


@dataclasses.dataclass(frozen=True)
class Suite:
    """Groups that are measured together, and the products of ours that they need."""

    products: tuple
    groups: tuple
    # Files of bars that contenders read: so many bars, {bars}/COUNT.csv.
    bars: tuple = ()
