"""Where the boxes of a process map stand: layers by typical order, rows beside the main way. Plain numbers, no figure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """An activity: its usual place in a path (1 is first), how many cases pass it and how often they begin with it."""

    name: str
    place: float
    cases: int
    first_of: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """One activity right after another: how often, and of these how often the second was done again."""

    source: str
    target: str
    steps: int
    again: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a box stands: its layer along the way, its row beside the main way (0)."""

    layer: int
    row: int


def most_frequent(edges: Sequence[Edge], share: float) -> list[Edge]:
    """The fewest edges that together hold `share` of all steps, the most frequent first; at least one.

    The most frequent way back is always among them. So that no box hangs in the air, the most frequent edge to it and away from
    it are kept as well.
    """
    ordered = sorted(edges, key=lambda edge: (-edge.steps, edge.source, edge.target))
    kept: list[Edge] = []
    whole, running = sum(edge.steps for edge in ordered), 0
    for edge in ordered:
        if kept and running >= share * whole:
            break
        kept.append(edge)
        running += edge.steps
    back = [edge for edge in ordered if goes_back(edge) and edge not in forward_edges(ordered)]
    return _tied(kept + [edge for edge in back[:1] if edge not in kept], ordered)


def _tied(kept: list[Edge], ordered: Sequence[Edge]) -> list[Edge]:
    """`kept` with the first edge of `ordered` into and out of every box that they touch, and of the boxes which that adds."""
    come: dict[str, Edge] = {}
    go: dict[str, Edge] = {}
    for edge in reversed(ordered):
        if edge.source != edge.target:
            come[edge.target], go[edge.source] = edge, edge
    made = list(kept)
    for edge in made:
        for name in (edge.source, edge.target):
            made += [one for one in (come.get(name), go.get(name)) if one is not None and one not in made]
    return made


def goes_back(edge: Edge) -> bool:
    """Whether an edge mostly leads to something that the case has been through already."""
    return edge.source != edge.target and 2 * edge.again > edge.steps


def place(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, Spot]:
    """A spot for every node: to the right of all that usually come right before it, on the main way or beside it."""
    forward = forward_edges(edges)
    layers = _layers([node.name for node in nodes], forward)
    main = set(_main_way(nodes, forward))
    spots: dict[str, Spot] = {}
    taken: set[tuple[int, int]] = set()
    for node in sorted(nodes, key=lambda node: (node.name not in main, -node.cases, node.name)):
        layer = layers[node.name]
        row = 0 if node.name in main else next(row for row in _rows() if (layer, row) not in taken)
        taken.add((layer, row))
        spots[node.name] = Spot(layer, row)
    return spots


def forward_edges(edges: Sequence[Edge]) -> list[Edge]:
    """The edges that lead onwards: the most frequent first, each unless those before it already lead the other way round."""
    forward: list[Edge] = []
    after: dict[str, set[str]] = defaultdict(set)
    for edge in sorted(edges, key=lambda edge: (goes_back(edge), -edge.steps, edge.source, edge.target)):
        if edge.source != edge.target and edge.source not in _reached(edge.target, after):
            after[edge.source].add(edge.target)
            forward.append(edge)
    return forward


def _reached(start: str, after: dict[str, set[str]]) -> set[str]:
    """Everything that can be reached from here, and here itself."""
    found, waiting = {start}, [start]
    while waiting:
        fresh = after.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def _layers(names: Sequence[str], forward: Sequence[Edge]) -> dict[str, int]:
    """Length of the longest way to each node; `forward` has no cycle."""
    layers = dict.fromkeys(names, 0)
    for _round in names:
        for edge in forward:
            layers[edge.target] = max(layers[edge.target], layers[edge.source] + 1)
    return layers


def _main_way(nodes: Sequence[Node], forward: Sequence[Edge]) -> list[str]:
    """From where most cases begin, along the most frequent edge each time."""
    heaviest: dict[str, Edge] = {}
    for edge in forward:
        if edge.source not in heaviest or edge.steps > heaviest[edge.source].steps:
            heaviest[edge.source] = edge
    way = [max(nodes, key=lambda node: (node.first_of, -node.place, node.name)).name] if nodes else []
    while way and way[-1] in heaviest:
        way.append(heaviest[way[-1]].target)
    return way


def _rows() -> list[int]:
    """Rows to try: above, below, further above, and so on."""
    return [sign * distance for distance in range(1, 200) for sign in (1, -1)]
