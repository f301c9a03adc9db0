"""NautilusTrader's simulated exchange: each quote brings an order that rests, and a cancel of the
one before. usage: nautilus_orders.py ORDERS"""
import json
import sys
import time
from decimal import Decimal

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.btcusdt_perp_binance()


class RestingOrders(Strategy):
    """Keeps one order fifty dollars under the bid and places it anew with every quote."""

    placed = 0
    canceled = 0
    resting = None

    def on_start(self):
        self.subscribe_quote_ticks(INSTRUMENT.id)

    def on_quote_tick(self, quote):
        if self.resting is not None and self.resting.is_open:
            self.cancel_order(self.resting)
        self.resting = self.order_factory.limit(
            INSTRUMENT.id, OrderSide.BUY, Quantity.from_str("0.010"),
            Price(quote.bid_price.as_double() - 50, 1))
        self.submit_order(self.resting)
        self.placed += 1

    def on_order_canceled(self, event):
        self.canceled += 1


def quotes(count):
    """Returns quotes a second apart that move by a few ticks."""
    second = 1_000_000_000
    size = Quantity(1, 3)
    return [
        QuoteTick(
            INSTRUMENT.id, Price(50_000 + place % 7 * 0.1, 1), Price(50_000.1 + place % 7 * 0.1, 1),
            size, size, place * second, place * second)
        for place in range(1, count + 1)
    ]


def main():
    """Runs it once and prints what was placed and canceled, and how long that took."""
    count = int(sys.argv[1])
    engine = BacktestEngine(
        BacktestEngineConfig(
            logging=LoggingConfig(bypass_logging=True), run_analysis=False,
            risk_engine=RiskEngineConfig(bypass=True)))
    engine.add_venue(
        Venue("BINANCE"), OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000_000, USDT)],
        base_currency=USDT, default_leverage=Decimal(20))
    engine.add_instrument(INSTRUMENT)
    engine.add_data(quotes(count))
    strategy = RestingOrders(StrategyConfig(strategy_id="R-1"))
    engine.add_strategy(strategy)
    begin = time.perf_counter()
    engine.run()
    taken = time.perf_counter() - begin
    print(json.dumps({
        "operations": strategy.placed + strategy.canceled, "seconds": taken,
        "placed": strategy.placed, "canceled": strategy.canceled}))


main()
