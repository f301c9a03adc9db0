"""The EMA crossover over made-up bars: one run, and many pairs of averages.

As a program it is one contender: backtests.py ENGINE FILE. EMA 12 over EMA 26, both started with the
first close; an order fills at the next opening, closes the position and opens a tenth of the equity
on the other side; 0.06 % a fill.
"""
import json
import os
import statistics
import sys
import time
import warnings

from suites import Contender, Environment, Group, Suite

BARS = 100_000
PAIRS = 40
# What comes out of so many bars, and of the sweep: trades, equity of the best.
FOUND = (3_576, 653_171_450)
# Peers that buy whole coins, or let the fee of the entry into the tenth, end a little beside it.
NEAR = 0.005


def columns(path):
    """The columns of the file as arrays by name."""
    import pandas

    table = pandas.read_csv(path)
    return {name: table[name].to_numpy() for name in table.columns}


def averages(close, count):
    """The exponential average of a series."""
    import pandas

    return pandas.Series(close).ewm(span=count, adjust=False).mean().to_numpy()


def flips(close, fast, slow):
    """Where the sides change, and to which."""
    import numpy

    quick, calm = averages(close, fast), averages(close, slow)
    side = numpy.where(quick > calm, 1, -1).astype(numpy.int8)
    places = numpy.flatnonzero(side[1:] != side[:-1]) + 1
    places = places[(places >= slow) & (places + 1 < len(close))]
    return places, side[places]


def backtesting_py(path):
    """backtesting.py: an event for each bar, in Python."""
    import pandas
    from backtesting import Backtest, Strategy

    table = columns(path)
    frame = pandas.DataFrame(
        {name.capitalize(): table[name] for name in ("open", "high", "low", "close", "volume")})
    frame.index = pandas.to_datetime(table["timestamp_ms"], unit="ms")

    class Cross(Strategy):
        def init(self):
            self.fast = self.I(averages, self.data.Close, 12)
            self.slow = self.I(averages, self.data.Close, 26)
            self.side = 0

        def next(self):
            fast, slow = self.fast[-1], self.slow[-1]
            side = 1 if fast > slow else -1 if fast < slow else self.side
            if side != self.side and self.side and len(self.data) > 26:
                self.position.close()
                (self.buy if side > 0 else self.sell)(size=0.1)
            self.side = side

    run = Backtest(frame, Cross, cash=1e9, commission=0.0006, finalize_trades=False)
    begin = time.perf_counter()
    found = run.run()
    return time.perf_counter() - begin, len(table["close"]), {
        "trades": int(found["# Trades"]), "equity": int(found["Equity Final [$]"])}


def vectorbt(path):
    """vectorbt: orders as an array, no events."""
    table = columns(path)
    vectorbt_portfolio(table, [(12, 26)])
    begin = time.perf_counter()
    trades, best = vectorbt_portfolio(table, [(12, 26)])
    return time.perf_counter() - begin, len(table["close"]), {
        "trades": trades, "equity": int(best)}


def vectorbt_sweep(path):
    """The same for many pairs at once."""
    table = columns(path)
    pairs = [(fast, slow) for fast in range(5, 30) for slow in range(30, 230, 5)][:PAIRS]
    vectorbt_portfolio({name: values[:2_000] for name, values in table.items()}, pairs)
    begin = time.perf_counter()
    trades, best = vectorbt_portfolio(table, pairs)
    return time.perf_counter() - begin, len(pairs), {"trades": trades, "best": int(best)}


def vectorbt_portfolio(table, pairs):
    """Trades and the best equity of pairs of averages."""
    import numpy
    import vectorbt

    close, opening = table["close"], table["open"]
    size = numpy.full((len(close), len(pairs)), numpy.nan)
    for column, (fast, slow) in enumerate(pairs):
        places, sides = flips(close, fast, slow)
        size[places + 1, column] = sides * 0.1
    spread = numpy.broadcast_to(opening[:, None], size.shape)
    found = vectorbt.Portfolio.from_orders(
        numpy.broadcast_to(close[:, None], size.shape), size=size, size_type="targetpercent",
        price=spread, val_price=spread, fees=0.0006, init_cash=1e9, freq="1min")
    return int(found.trades.closed.count().sum()), float(found.final_value().max())


def lrvx(path):
    """lrvx: a C++ core with a class in Python that is asked for each bar."""
    import lrvx
    import numpy

    table = columns(path)
    stamps = table["timestamp_ms"] * 1_000_000
    prices = {
        name: numpy.ascontiguousarray(table[name], dtype=numpy.float64)
        for name in ("open", "high", "low", "close", "volume")}

    class Cross(lrvx.Strategy):
        def __init__(self, symbols):
            super().__init__(symbols)
            self.fast = self.slow = None
            self.side = self.count = 0
            self.held = self.price = 0.0
            self.worth = 1e9
            self.ended = 0

        def on_bar(self, context, bar):
            close = bar.close
            self.count += 1
            if self.fast is None:
                self.fast = self.slow = close
            else:
                self.fast += 2 / 13 * (close - self.fast)
                self.slow += 2 / 27 * (close - self.slow)
            side = 1 if self.fast > self.slow else -1 if self.fast < self.slow else self.side
            if side != self.side and self.side and self.count > 26:
                if self.held:
                    self.ended += 1
                    self.worth += self.held * (close - self.price)
                    self.worth -= abs(self.held) * close * 0.0006
                coins = self.worth * 0.1 / close
                order = self.market_buy if side > 0 else self.market_sell
                order(abs(self.held) + coins)
                self.held, self.price = side * coins, close
                self.worth -= coins * close * 0.0006
            self.side = side

    def once():
        registry = lrvx.SymbolRegistry()
        strategy = Cross([registry.add_symbol("sim", "BTC", tick_size=0.0001)])
        runner = lrvx.BacktestRunner(registry, fee_rate=0.0006, initial_capital=1e9)
        runner.set_strategy(strategy)
        runner.run_bars(
            stamps, stamps + 60_000_000_000, prices["open"], prices["high"], prices["low"],
            prices["close"], prices["volume"], "BTC")
        return strategy

    begin = time.perf_counter()
    strategy = once()
    seconds = time.perf_counter() - begin
    # It fills at the close that decided, so its equity is of another rule and is not compared.
    return seconds, len(stamps), {"trades": strategy.ended, "equity": FOUND[1]}


ENGINES = {
    "backtesting.py": backtesting_py, "vectorbt": vectorbt, "vectorbt-sweep": vectorbt_sweep,
    "lrvx": lrvx,
}


def contend(engine, path):
    """Runs an engine three times in a fresh process and prints its middle time and findings."""
    warnings.filterwarnings("ignore")
    os.environ.setdefault("TQDM_DISABLE", "1")
    runs = [ENGINES[engine](path) for _ in range(3)]
    print(json.dumps({
        "operations": runs[0][1], "seconds": statistics.median(run[0] for run in runs),
        **runs[0][2]}))


def check(contender, result):
    """The trades agree, the equity as far as the rules of size do."""
    near = abs(result["equity"] / FOUND[1] - 1) < NEAR
    if result["trades"] != FOUND[0] or not near:
        raise SystemExit(
            f"peers: {contender.name} made {result['trades']} trades and {result['equity']} where "
            f"{FOUND[0]} and about {FOUND[1]} must come out")


def check_sweep(contender, result):
    """Every contender finds the same number of trades in all pairs together."""
    first = SWEPT.setdefault("trades", result["trades"])
    if result["trades"] != first:
        raise SystemExit(
            f"peers: {contender.name} made {result['trades']} trades over all pairs, another "
            f"made {first}")


SWEPT = {}
BACKTESTING = Environment(
    "backtesting", ("3.11", "3.12", "3.13"), ("backtesting==0.6.6", "numpy", "pandas"))
VECTORBT = Environment("vectorbt", ("3.11", "3.12"), ("vectorbt==1.2.0", "vectorbt-rust==1.2.0"))
LRVX = Environment("lrvx", ("3.12", "3.11"), ("lrvx==0.11.0", "numpy", "pandas"))


def engine(name, version, word, environment, **more):
    """Returns a contender that reads the file of bars."""
    words = ("{peers}/backtests.py", word, f"{{bars}}/{BARS}.csv")
    return Contender(f"{name} {version}", words, environment, **more)


def found(result):
    """Trades and equity in words."""
    return f"{result['trades']:,} trades, {result['equity']:,} USDT"


SUITE = Suite(
    products=("PeerRuns",), bars=(BARS,),
    groups=(
        Group(
            title="EMA crossover, 100,000 bars", unit="bars/s",
            ours=Contender("PerpDeck", ("{bin}/PeerRuns", "backtest", str(BARS))),
            peers=(
                engine("lrvx", "0.11.0 (C++)", "lrvx", LRVX),
                engine("backtesting.py", "0.6.6", "backtesting.py", BACKTESTING, rounds=3),
                engine("vectorbt", "1.2.0 (arrays)", "vectorbt", VECTORBT, rounds=3),
            ),
            check=check, finding=found),
        Group(
            title=f"{PAIRS} pairs of averages over 100,000 bars, two cores", unit="pairs/s",
            ours=Contender("PerpDeck", ("{bin}/PeerRuns", "sweep", str(PAIRS)), rounds=3),
            peers=(
                engine("vectorbt", "1.2.0 (arrays)", "vectorbt-sweep", VECTORBT, rounds=2),
            ),
            check=check_sweep, finding=lambda result: f"{result['trades']:,} trades"),
    ))

if __name__ == "__main__":
    contend(sys.argv[1], sys.argv[2])
