"""Matching engines on one seeded flow of orders, and exchanges on orders that rest and are canceled.

As a program it is one contender: matching.py ENGINE OPERATIONS.
"""
import json
import statistics
import sys
import time

from order_flow import CANCEL, SWEEP, order_flow
from suites import Contender, Environment, Group, Suite

OPERATIONS = 100_000
# For one whose time for an operation grows with their number.
FEW_OPERATIONS = 5_000
# How many trades and lots so many operations make in any book of price-time priority.
FOUND = {OPERATIONS: (43_562, 565_773), FEW_OPERATIONS: (1_769, 23_121)}
RESTING = 5_000


def bourse(flow):
    """bourse: a Rust book with a Python door; its trades are read at the end."""
    from bourse.core import OrderBook

    book = OrderBook(0, 1, True)
    names = {}
    for place, (kind, is_buy, price, lots, earlier) in enumerate(flow):
        if kind == CANCEL:
            name = names.get(earlier)
            if name is not None:
                book.cancel_order(name)
            continue
        book.set_time(place)
        name = book.place_order(is_buy, lots, 0, price=price)
        if kind == SWEEP:
            book.cancel_order(name)
        else:
            names[place] = name
    trades = book.get_trades()
    return len(trades), sum(trade[3] for trade in trades)


def lightmatchingengine(flow):
    """lightmatchingengine: a Python engine, its trades come with each order."""
    import lightmatchingengine.lightmatchingengine as light

    engine = light.LightMatchingEngine()
    names = {}
    trades = volume = 0
    for place, (kind, is_buy, price, lots, earlier) in enumerate(flow):
        if kind == CANCEL:
            name = names.pop(earlier, None)
            if name is not None:
                try:
                    engine.cancel_order(name, "X")
                except AssertionError:
                    pass  # It has traded meanwhile.
            continue
        side = light.Side.BUY if is_buy else light.Side.SELL
        order, made = engine.add_order("X", price, lots, side)
        # The new order's own row sums up a price; the rows of those that rested are the matches.
        for trade in made:
            if trade.order_id != order.order_id:
                trades += 1
                volume += trade.trade_qty
        if order.leaves_qty > 0:
            if kind == SWEEP:
                engine.cancel_order(order.order_id, "X")
            else:
                names[place] = order.order_id
    return trades, volume


def pyorderbook(flow):
    """pyorderbook: a Python book."""
    import logging

    import pyorderbook

    # It would report every cancel of what has traded.
    logging.disable(logging.CRITICAL)
    book = pyorderbook.Book()
    orders = {}
    trades = volume = 0
    for place, (kind, is_buy, price, lots, earlier) in enumerate(flow):
        if kind == CANCEL:
            cancel(book, orders.pop(earlier, None))
            continue
        order = (pyorderbook.bid if is_buy else pyorderbook.ask)("X", price, lots)
        made = book.match(order).trades
        trades += len(made)
        volume += sum(trade.fill_quantity for trade in made)
        if kind == SWEEP:
            cancel(book, order)
        else:
            orders[place] = order
    return trades, volume


def cancel(book, order):
    """Cancels an order of pyorderbook, which says by a KeyError that it rests no more."""
    if order is None:
        return
    try:
        book.cancel(order)
    except (KeyError, ValueError):
        pass


def order_matching(flow):
    """order-matching: a Python engine over data classes."""
    import datetime

    from loguru import logger
    from order_matching.enums import Side
    from order_matching.matching_engine import MatchingEngine
    from order_matching.order import LimitOrder
    from order_matching.orders import Orders

    logger.remove()
    logger.disable("order_matching")
    engine = MatchingEngine(seed=1)
    start = datetime.datetime(2026, 1, 1)
    resting = set()
    trades, volume = 0, 0.0
    for place, (kind, is_buy, price, lots, earlier) in enumerate(flow):
        if kind == CANCEL:
            if earlier in resting:
                resting.discard(earlier)
                take_out(engine, earlier)
            continue
        now = start + datetime.timedelta(milliseconds=place)
        order = LimitOrder(
            side=Side.BUY if is_buy else Side.SELL, price=float(price), size=float(lots),
            timestamp=now, order_id=str(place), trader_id="one")
        engine.place(Orders([order]))
        made = engine.match(timestamp=now).trades
        trades += len(made)
        volume += sum(trade.size for trade in made)
        if kind == SWEEP:
            take_out(engine, place)
        else:
            resting.add(place)
    return trades, round(volume)


def take_out(engine, place):
    """Cancels an order of order-matching, if it still rests."""
    try:
        engine.cancel_order(str(place))
    except Exception:  # It raises its own kinds for orders that have traded.
        pass


ENGINES = {
    "bourse": bourse, "lightmatchingengine": lightmatchingengine, "pyorderbook": pyorderbook,
    "order-matching": order_matching,
}


def contend(engine, count):
    """Runs an engine three times over the flow and prints its middle time and what it traded."""
    flow = order_flow(count)
    times = []
    for _ in range(3 if engine in ("bourse", "lightmatchingengine") else 1):
        begin = time.perf_counter()
        trades, volume = ENGINES[engine](flow)
        times.append(time.perf_counter() - begin)
    print(json.dumps({
        "operations": count, "seconds": statistics.median(times), "trades": trades,
        "volume": volume}))


def check(contender, result):
    """The flow trades what it always trades."""
    expected = FOUND[result["operations"]]
    if (result["trades"], result["volume"]) != expected:
        raise SystemExit(
            f"peers: {contender.name} made {result['trades']} trades of {result['volume']} lots "
            f"where {expected[0]} of {expected[1]} must come out")


def check_resting(contender, result):
    """Every order was taken and every order but the last was canceled."""
    if (result["placed"], result["canceled"]) != (RESTING, RESTING - 1):
        raise SystemExit(
            f"peers: {contender.name} placed {result['placed']} orders and canceled "
            f"{result['canceled']} where {RESTING} and {RESTING - 1} must come out")


BOOKS = Environment(
    "books", ("3.12", "3.11"), ("bourse==0.4.0", "pyorderbook==0.4.9"))
LIGHT = Environment("light", ("3.11", "3.10"), ("lightmatchingengine==2019.1.4",))
CLASSES = Environment("classes", ("3.12", "3.11"), ("order-matching[all]==0.12.0",))
NAUTILUS = Environment("nautilus", ("3.13", "3.12"), ("nautilus_trader==1.231.0",))


def engine(name, version, environment, operations=OPERATIONS, **more):
    """Returns a contender of the flow."""
    words = ("{peers}/matching.py", name, str(operations))
    return Contender(f"{name} {version}", words, environment, **more)


SUITE = Suite(
    products=("PeerRuns",),
    groups=(
        Group(
            title="matching alone, 100,000 operations", unit="op/s",
            ours=Contender("PerpDeck", ("{bin}/PeerRuns", "matching", str(OPERATIONS))),
            peers=(
                engine("bourse", "0.4.0 (Rust)", BOOKS),
                engine("lightmatchingengine", "2019.1.4", LIGHT),
                engine("pyorderbook", "0.4.9", BOOKS, rounds=2),
                engine("order-matching", "0.12.0", CLASSES, FEW_OPERATIONS, rounds=1),
            ),
            check=check,
            finding=lambda result: f"{result['trades']:,} trades of {result['volume']:,} lots"),
        Group(
            title="the same flow with margin, fees and books", unit="op/s",
            ours=Contender("PerpDeck", ("{bin}/PeerRuns", "flow", str(OPERATIONS))),
            peers=(), check=check,
            finding=lambda result: f"{result['trades']:,} trades of {result['volume']:,} lots"),
        Group(
            title="orders placed and canceled at a simulated exchange", unit="op/s",
            ours=Contender("PerpDeck", ("{bin}/PeerRuns", "resting", str(RESTING))),
            peers=(
                Contender(
                    "nautilus_trader 1.231.0", ("{peers}/nautilus_orders.py", str(RESTING)),
                    NAUTILUS, rounds=2),
            ),
            check=check_resting,
            finding=lambda result: f"{result['placed']:,} placed, {result['canceled']:,} canceled"),
    ))

if __name__ == "__main__":
    contend(sys.argv[1], int(sys.argv[2]))
