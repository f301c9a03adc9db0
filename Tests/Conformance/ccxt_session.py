"""A ccxt client of a served exchange, and the list of checks that run on it."""

import asyncio
import contextlib
import time
from decimal import Decimal

import ccxt.async_support as ccxt_async
import ccxt.pro as ccxt_pro
from ccxt.base.errors import NetworkError

BTC, ETH, SOL = "BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"
TAKER, MAKER = Decimal("0.0006"), Decimal("0.0002")
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def settings(options, address=None, **changes):
    address = address or options.address
    rest = f"http://{address}"
    stream = f"ws://{address}/ws"
    values = {
        "apiKey": options.key, "secret": options.secret, "password": options.passphrase,
        "enableRateLimit": False,
        "urls": {"api": {"rest": rest, "ws": {"swap": {
            "public": stream + "/public", "private": stream + "/private"}}}},
    }
    values.update(changes)
    return values


class Session:
    """One client for all checks, and what they hand on to each other."""

    def __init__(self, options):
        self.options = options
        self.client = ccxt_pro.blofin(settings(options))

    async def raises(self, kind, text, awaitable):
        """Awaits a refusal of exactly this class, or of one below where ccxt has none of its own."""
        try:
            await awaitable
        except kind as problem:
            exact = kind is NetworkError or type(problem) is kind
            assert exact, f"{type(problem).__name__} in place of {kind.__name__}: {problem}"
            assert text in str(problem), f"{text} is not in {problem}"
        else:
            raise AssertionError(f"{kind.__name__} was expected")

    async def with_client(self, action, **changes):
        client = ccxt_async.blofin(settings(self.options, **changes))
        client.markets = None
        try:
            return await action(client)
        finally:
            await client.close()

    @contextlib.asynccontextmanager
    async def strict(self, **changes):
        """A new client of the exchange that has its limits on; no two nonces are the same."""
        client = ccxt_pro.blofin(settings(self.options, self.options.strict_address, **changes))
        last = 0

        def milliseconds():
            nonlocal last
            last = max(last + 1, int(time.time() * 1000))
            return last
        client.milliseconds = milliseconds
        try:
            await client.load_markets()
            yield client
        finally:
            await client.close()

    async def until(self, condition, what, seconds=60, every=0.1):
        """Asks again until the answer is good; histories lag behind on purpose."""
        end = time.monotonic() + seconds
        while True:
            value = await condition()
            if value:
                return value
            assert time.monotonic() < end, f"no {what} after {seconds} s"
            await asyncio.sleep(every)

    async def subscribed(self):
        """Waits until a subscription that was begun has been made: it takes a few answers, and so
        do these calls, as long as the machine makes them."""
        await asyncio.sleep(0.3)
        for _ in range(8):
            await self.client.fetch_order_book(BTC, 5)

    async def flat(self):
        """Cancels everything and closes every position."""
        client = self.client
        for order in await client.fetch_open_orders():
            await client.cancel_order(order["id"], order["symbol"])
        for row in await client.fetch_open_orders(params={"tpsl": True}):
            await client.cancel_order(row["id"], row["symbol"], {"tpsl": True})
        for row in await client.fetch_open_orders(params={"trigger": True}):
            await client.cancel_order(row["id"], row["symbol"], {"trigger": True})
        for row in await client.fetch_positions():
            params = {"marginMode": row["marginMode"]}
            if row["hedged"]:
                params["positionSide"] = row["side"]
            await client.close_position(row["symbol"], params=params)

        async def nothing():
            return not await client.fetch_positions()
        await self.until(nothing, "flat account")


def number(value):
    return Decimal(str(value))


async def best_of(client, symbol=BTC):
    book = await client.fetch_order_book(symbol, 5)
    return book["bids"][0][0], book["asks"][0][0]


async def best(session, symbol=BTC):
    return await best_of(session.client, symbol)
