"""The watch calls in one-way mode."""

import asyncio
import time

from ccxt_session import BTC, ETH, SOL, best, check

# Streams.

@check
async def watch_ticker_moves(session):
    first = await session.client.watch_ticker(BTC)
    second = await session.client.watch_ticker(BTC)
    assert first["bid"] < first["ask"] and second["timestamp"] >= first["timestamp"]


@check
async def watch_tickers_and_bids_asks(session):
    row = await session.client.watch_tickers([BTC, ETH])
    assert set(row) <= {BTC, ETH} and row
    sides = await session.client.watch_bids_asks([SOL])
    assert sides[SOL]["bid"] < sides[SOL]["ask"]


@check
async def watch_order_book_stays_whole(session):
    for _ in range(30):
        book = await session.client.watch_order_book(BTC)
        bids, asks = [row[0] for row in book["bids"]], [row[0] for row in book["asks"]]
        assert bids[0] < asks[0], (bids[0], asks[0])
        assert bids == sorted(bids, reverse=True) and asks == sorted(asks)
        assert 100 <= len(bids) <= 400 and 100 <= len(asks) <= 400


@check
async def watch_trades_arrive(session):
    trades = await session.client.watch_trades(BTC)
    assert trades and all(row["price"] > 0 and row["amount"] > 0 for row in trades)


@check
async def watch_ohlcv_is_the_current_candle(session):
    rows = await session.client.watch_ohlcv(BTC, "1m")
    assert abs(rows[-1][0] - int(time.time() * 1000) // 60_000 * 60_000) <= 60_000
    assert rows[-1][3] <= rows[-1][4] <= rows[-1][2]


@check
async def watch_funding_rate_comes_at_once(session):
    rate = await session.client.watch_funding_rate(BTC)
    assert rate["fundingTimestamp"] % 3_600_000 == 0


@check
async def watch_balance_comes(session):
    balance = await session.client.watch_balance()
    assert balance["USDT"]["total"] > 0


@check
async def watch_orders_sees_an_order_live_and_end(session):
    client = session.client
    bid, _ = await best(session)
    low = float(client.price_to_precision(BTC, bid * 0.9))

    async def states(order_id, wanted):
        seen = []
        while wanted not in seen:
            rows = await client.watch_orders(BTC)
            seen += [row["status"] for row in rows if row["id"] == order_id]
        return seen

    watching = asyncio.ensure_future(client.watch_orders(BTC))
    await session.subscribed()
    order = await client.create_order(BTC, "limit", "buy", 1, low)
    await watching
    canceling = asyncio.ensure_future(states(order["id"], "canceled"))
    await asyncio.sleep(0)
    await client.cancel_order(order["id"], BTC)
    assert (await canceling)[-1] == "canceled"


@check
async def watch_algo_orders_sees_a_trigger(session):
    client = session.client
    _, ask = await best(session)
    above = float(client.price_to_precision(BTC, ask * 1.05))
    watching = asyncio.ensure_future(client.watch_orders(BTC, params={"trigger": True}))
    await session.subscribed()
    order = await client.create_order(BTC, "market", "buy", 1, params={"triggerPrice": above})
    rows = await watching
    assert rows[-1]["id"] == order["id"] and rows[-1]["status"] == "open"
    await client.cancel_order(order["id"], BTC, {"trigger": True})


@check
async def watch_positions_sees_one(session):
    client = session.client
    watching = asyncio.ensure_future(client.watch_positions([SOL]))
    await session.subscribed()
    await client.create_order(SOL, "market", "buy", 1)
    position = await watching
    assert (position["symbol"], position["side"], position["contracts"]) == (SOL, "long", 1)
    await session.flat()
