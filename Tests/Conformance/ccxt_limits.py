"""The exchange's own limits, on a served exchange that has them on."""

import asyncio
import time

from ccxt.base.errors import InvalidNonce, NetworkError, RateLimitExceeded
from ccxt_session import BTC, best_of, check


@check
async def at_its_own_pace_ccxt_is_never_refused(session):
    async with session.strict(enableRateLimit=True) as client:
        assert (await client.fetch_balance())["USDT"]["total"] > 0
        bid, _ = await best_of(client)
        low = float(client.price_to_precision(BTC, bid * 0.9))
        for _ in range(3):
            order = await client.create_order(BTC, "limit", "buy", 1, low)
            rows = await client.fetch_open_orders(BTC)
            assert [row["id"] for row in rows] == [order["id"]]
            await client.cancel_order(order["id"], BTC)
        await client.create_order(BTC, "market", "buy", 1)
        await client.close_position(BTC)
        assert await client.fetch_positions([BTC]) == []


@check
async def an_end_shows_in_the_history_a_moment_later(session):
    async with session.strict() as client:
        async def found():
            rows = await client.fetch_closed_orders(BTC)
            return [row for row in rows if row["id"] == order["id"]]

        for _ in range(5):
            began = time.monotonic()
            order = await client.create_order(BTC, "market", "buy", 1)
            rows = await found()
            # Where the calls took longer than the list lags, they are made again.
            if time.monotonic() - began < 1.5:
                break
        assert rows == []
        await asyncio.sleep(1)
        row = (await session.until(found, "order in the history", every=0.5))[0]
        assert row["status"] == "closed"
        await client.close_position(BTC)


@check
async def a_nonce_used_again_is_refused(session):
    async with session.strict() as client:
        now = client.milliseconds()
        client.milliseconds = lambda: now
        await client.private_get_account_balance()
        await session.raises(InvalidNonce, "152407", client.private_get_account_balance())


@check
async def connections_of_an_address_keep_a_second_apart(session):
    async with session.strict() as first, session.strict() as second, session.strict() as third:
        await asyncio.sleep(1.1)
        # Both at once, so that they come within the second on any machine.
        told = await asyncio.gather(
            first.watch_ticker(BTC), second.watch_ticker(BTC), return_exceptions=True)
        refused = [problem for problem in told if isinstance(problem, Exception)]
        assert len(refused) == 1, told
        assert isinstance(refused[0], NetworkError) and "429" in str(refused[0]), refused
        assert all(row["last"] > 0 for row in told if row is not refused[0])
        await asyncio.sleep(1.1)
        assert (await third.watch_ticker(BTC))["last"] > 0


@check
async def a_stream_answers_the_text_ping(session):
    async with session.strict() as client:
        client.streaming["keepAlive"] = 300
        await asyncio.sleep(1.1)
        await client.watch_ticker(BTC)
        stream = client.clients[client.urls["api"]["ws"]["swap"]["public"]]
        before = stream.lastPong

        async def answered():
            return stream.lastPong != before
        await session.until(answered, "pong")


@check
async def the_thirty_first_trading_call_in_ten_seconds_is_refused(session):
    async with session.strict() as client:
        async def calls():
            for _ in range(31):
                await client.private_get_trade_orders_pending()
        await session.raises(RateLimitExceeded, "429", calls())
        # Other private calls are not trading calls.
        await client.private_get_account_balance()
