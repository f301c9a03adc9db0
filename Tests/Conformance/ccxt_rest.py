"""Calls: public data, settings, orders in one-way mode, and who may come in."""

import time
from decimal import Decimal

from ccxt.base.errors import (
    AuthenticationError, BadRequest, ExchangeError, InvalidNonce, InvalidOrder,
)
from ccxt_session import BTC, ETH, TAKER, best, check, number

# Public data.

@check
async def markets_carry_the_contract_rules(session):
    markets = await session.client.load_markets()
    assert len(markets) >= 10, len(markets)
    btc = markets[BTC]
    assert btc["id"] == "BTC-USDT" and btc["swap"] and btc["linear"] and btc["active"]
    assert btc["contractSize"] == 0.001
    assert btc["precision"] == {**btc["precision"], "price": 0.1, "amount": 0.1}
    assert btc["limits"]["amount"]["min"] == 0.1
    assert btc["limits"]["leverage"]["max"] == 150


@check
async def currencies_come_with_their_chains(session):
    currencies = await session.client.fetch_currencies()
    assert "TRC20" in currencies["USDT"]["networks"], currencies["USDT"]["networks"].keys()


@check
async def ticker_is_consistent(session):
    ticker = await session.client.fetch_ticker(BTC)
    assert ticker["bid"] < ticker["ask"]
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert ticker["baseVolume"] > 0
    info = ticker["info"]
    assert number(info["volCurrency24h"]) == number(info["vol24h"]) * Decimal("0.001")
    assert abs(ticker["timestamp"] - time.time() * 1000) < 5_000


@check
async def tickers_cover_every_market(session):
    tickers = await session.client.fetch_tickers()
    assert set(tickers) == set(session.client.markets)
    two = await session.client.fetch_tickers([BTC, ETH])
    assert set(two) == {BTC, ETH}


@check
async def order_book_is_sorted_and_sized(session):
    book = await session.client.fetch_order_book(BTC, 20)
    bids, asks = [row[0] for row in book["bids"]], [row[0] for row in book["asks"]]
    assert len(bids) == len(asks) == 20
    assert bids == sorted(bids, reverse=True) and asks == sorted(asks)
    assert bids[0] < asks[0]
    assert all(row[1] > 0 for row in book["bids"] + book["asks"])


@check
async def trades_are_in_order(session):
    trades = await session.client.fetch_trades(BTC, limit=50)
    assert 0 < len(trades) <= 50
    assert [row["timestamp"] for row in trades] == sorted(row["timestamp"] for row in trades)
    assert all(row["side"] in ("buy", "sell") and row["amount"] > 0 for row in trades)
    assert len({row["id"] for row in trades}) == len(trades)


@check
async def candles_are_whole_and_in_step(session):
    for frame, step in (("1m", 60_000), ("5m", 300_000), ("1h", 3_600_000)):
        rows = await session.client.fetch_ohlcv(BTC, frame, limit=50)
        assert 2 <= len(rows) <= 50, (frame, len(rows))
        assert all(b[0] - a[0] == step for a, b in zip(rows, rows[1:])), frame
        assert all(row[3] <= min(row[1], row[4]) and row[2] >= max(row[1], row[4])
                   for row in rows), frame
        assert rows[-1][0] == int(time.time() * 1000) // step * step, frame


@check
async def candles_of_a_window_are_those(session):
    every = await session.client.fetch_ohlcv(BTC, "1m", limit=30)
    window = await session.client.fetch_ohlcv(BTC, "1m", since=every[5][0], limit=10)
    assert [row[0] for row in window] == [row[0] for row in every[5:15]]
    assert window[:-1] == every[5:14]


@check
async def unknown_bar_and_instrument_are_refused(session):
    await session.raises(
        BadRequest, "152002",
        session.client.public_get_market_candles({"instId": "BTC-USDT", "bar": "7m"}))
    await session.raises(
        BadRequest, "152014", session.client.public_get_market_books({"instId": "NO-USDT"}))


@check
async def funding_rate_and_history(session):
    rate = await session.client.fetch_funding_rate(BTC)
    assert abs(rate["fundingRate"]) < 0.01
    assert rate["fundingTimestamp"] % 3_600_000 == 0
    assert 0 < rate["fundingTimestamp"] - time.time() * 1000 <= 8 * 3_600_000
    history = await session.client.fetch_funding_rate_history(BTC, limit=10)
    assert 1 <= len(history) <= 10
    assert all(row["timestamp"] < rate["fundingTimestamp"] for row in history)


@check
async def mark_price_is_near_the_market(session):
    mark = await session.client.fetch_mark_price(BTC)
    bid, ask = await best(session)
    assert bid * 0.98 < mark["markPrice"] < ask * 1.02
    assert mark["indexPrice"] > 0


@check
async def position_tiers_rise(session):
    answer = await session.client.public_get_market_position_tiers(
        {"instId": "BTC-USDT", "marginMode": "cross"})
    rates = [Decimal(row["maintenanceMarginRate"]) for row in answer["data"]]
    assert rates == sorted(rates) and rates[0] == Decimal("0.003")
    assert [row["minSize"] for row in answer["data"][1:]] == \
        [row["maxSize"] for row in answer["data"][:-1]]


# Settings and money.

@check
async def balance_is_whole(session):
    balance = await session.client.fetch_balance()
    row = balance["info"]["data"]["details"][0]
    assert row["currency"] == "USDT"
    assert balance["USDT"]["total"] == float(row["equity"])
    assert balance["USDT"]["free"] <= balance["USDT"]["total"]


@check
async def account_settings_read_back(session):
    client = session.client
    assert (await client.private_get_account_config())["data"]["accountLevel"] == "0"
    assert (await client.fetch_position_mode())["hedged"] is False
    await client.set_margin_mode("isolated")
    assert (await client.fetch_margin_mode(BTC))["marginMode"] == "isolated"
    await client.set_margin_mode("cross")
    assert (await client.fetch_margin_mode(BTC))["marginMode"] == "cross"


@check
async def leverage_reads_back(session):
    client = session.client
    for mode in ("cross", "isolated"):
        await client.set_leverage(7, BTC, {"marginMode": mode})
        assert (await client.fetch_leverage(BTC, {"marginMode": mode}))["longLeverage"] == 7
        await client.set_leverage(10, BTC, {"marginMode": mode})
    rows = await client.fetch_leverages([BTC, ETH], {"marginMode": "cross"})
    assert rows[BTC]["longLeverage"] == 10


@check
async def key_describes_itself(session):
    answer = await session.client.private_get_user_query_apikey()
    assert answer["data"]["apiKey"] == session.options.key
    assert answer["data"]["readOnly"] == 0


@check
async def transfers_move_money_between_accounts(session):
    client = session.client
    before = (await client.fetch_balance())["USDT"]["total"]
    moved = await client.transfer("USDT", 100, "swap", "funding")
    assert moved["id"]
    assert (await client.fetch_balance())["USDT"]["total"] == before - 100
    funding = await client.fetch_balance({"accountType": "funding"})
    assert funding["USDT"]["total"] == 100
    ledger = await client.fetch_ledger("USDT")
    assert ledger[-1]["amount"] == 100
    await client.transfer("USDT", 100, "funding", "swap")
    assert (await client.fetch_balance())["USDT"]["total"] == before
    await session.raises(InvalidOrder, "150004", client.transfer("USDT", 10**9, "swap", "funding"))
    assert await client.fetch_deposits() is not None
    assert await client.fetch_withdrawals() is not None


# Orders, one way.

@check
async def limit_order_rests_and_is_canceled(session):
    client = session.client
    bid, _ = await best(session)
    price = float(client.price_to_precision(BTC, bid * 0.9))
    order = await client.create_order(BTC, "limit", "buy", 2, price,
                                      {"clientOrderId": "restingA1"})
    assert order["id"] and order["clientOrderId"] == "restingA1"
    rows = await client.fetch_open_orders(BTC)
    assert [row["id"] for row in rows] == [order["id"]]
    row = rows[0]
    assert (row["price"], row["amount"], row["filled"], row["status"], row["side"], row["type"]) \
        == (price, 2, 0, "open", "buy", "limit")
    detail = await client.private_get_trade_order_detail(
        {"instId": "BTC-USDT", "orderId": order["id"]})
    assert detail["data"]["clientOrderId"] == "restingA1"
    await client.cancel_order(order["id"], BTC)
    assert await client.fetch_open_orders(BTC) == []

    async def ended():
        return [row for row in await client.fetch_closed_orders(BTC) if row["id"] == order["id"]]
    closed = await session.until(ended, "canceled order in the history")
    assert closed[0]["status"] == "canceled"
    assert closed[0]["info"]["cancelSource"] == "user_canceled"


@check
async def cancel_by_client_id_and_cancel_of_nothing(session):
    client = session.client
    bid, _ = await best(session)
    price = float(client.price_to_precision(BTC, bid * 0.9))
    await client.create_order(BTC, "limit", "buy", 1, price, {"clientOrderId": "restingA2"})
    await client.cancel_order("", BTC, {"clientOrderId": "restingA2"})
    assert await client.fetch_open_orders(BTC) == []
    await session.raises(BadRequest, "102068", client.cancel_order("123456789", BTC))


@check
async def market_order_opens_a_position_with_its_fee(session):
    client = session.client
    await session.flat()
    before = (await client.fetch_balance())["info"]["data"]["details"][0]
    order = await client.create_order(BTC, "market", "buy", 5, params={"clientOrderId": "opensA1"})

    async def opened():
        return await client.fetch_positions([BTC])
    position = (await session.until(opened, "position"))[0]
    assert (position["side"], position["contracts"], position["marginMode"]) == ("long", 5, "cross")

    async def filled():
        rows = await client.fetch_my_trades(BTC)
        return [row for row in rows if row["order"] == order["id"]]
    fills = await session.until(filled, "fills")
    assert sum(number(row["info"]["fillSize"]) for row in fills) == 5
    notional = sum(number(row["info"]["fillSize"]) * Decimal("0.001")
                   * number(row["info"]["fillPrice"]) for row in fills)
    fee = sum(number(row["info"]["fee"]) for row in fills)
    assert abs(fee - notional * TAKER) < Decimal("1e-15"), (fee, notional * TAKER)
    mean = notional / (5 * Decimal("0.001"))
    assert abs(number(position["info"]["averagePrice"]) - mean) < Decimal("1e-12")
    after = (await client.fetch_balance())["info"]["data"]["details"][0]
    assert number(before["balance"]) - number(after["balance"]) == fee


@check
async def position_figures_obey_the_formulas(session):
    row = (await session.client.fetch_position(BTC))["info"]
    amount, entry, mark = (number(row["positions"]) * Decimal("0.001"),
                           number(row["averagePrice"]), number(row["markPrice"]))
    assert abs(number(row["unrealizedPnl"]) - amount * (mark - entry)) < Decimal("0.01")
    assert abs(number(row["initialMargin"]) - amount * mark / number(row["leverage"])) \
        < Decimal("0.01")
    assert abs(number(row["maintenanceMargin"]) - amount * mark * Decimal("0.003")) \
        < Decimal("0.01")
    assert number(row["marginRatio"]) > 1


@check
async def close_position_leaves_history(session):
    client = session.client
    await client.close_position(BTC, params={"clientOrderId": "closesA1"})

    async def gone():
        return not await client.fetch_positions([BTC])
    await session.until(gone, "flat account")

    async def history():
        return await client.fetch_positions_history()
    row = (await session.until(history, "position history"))[-1]["info"]
    assert number(row["closePositions"]) == Decimal("0.005")
    assert number(row["fee"]) < 0
    price = number(row["closePositions"]) \
        * (number(row["closeAveragePrice"]) - number(row["openAveragePrice"]))
    assert abs(number(row["realizedPnl"]) - price - number(row["fee"])) < Decimal("1e-9")


@check
async def refusals_are_the_exchanges_own(session):
    # Refusals of size and margin have outer code 1, as recorded, and ccxt looks no further; the
    # others have it zero, and ccxt finds the class by the code in the row.
    client = session.client
    bid, ask = await best(session)
    low = float(client.price_to_precision(BTC, bid * 0.9))
    await session.raises(InvalidOrder, "102022", client.create_order(
        BTC, "market", "sell", 1, params={"reduceOnly": True}))
    await session.raises(ExchangeError, "103003", client.create_order(
        BTC, "limit", "buy", 900_000, low))
    await session.raises(ExchangeError, "102014", client.create_order(
        BTC, "limit", "buy", 1_000_001, low))
    await session.raises(ExchangeError, "102015", client.create_order(BTC, "market", "buy", 100_001))
    await session.raises(BadRequest, "102064", client.create_order(
        BTC, "limit", "buy", 1, float(client.price_to_precision(BTC, ask * 1.5))))
    await session.raises(BadRequest, "152002", client.private_post_trade_order({
        "instId": "BTC-USDT", "marginMode": "cross", "side": "buy", "orderType": "limit",
        "price": "-1", "size": "1"}))
    await session.raises(BadRequest, "152001", client.private_post_trade_order({
        "instId": "BTC-USDT", "marginMode": "cross", "side": "buy", "orderType": "limit",
        "price": str(low)}))
    await session.raises(BadRequest, "102089", client.create_order(
        BTC, "limit", "buy", 1, low, {"positionSide": "long"}))


@check
async def duplicate_client_id_is_refused_while_alive(session):
    client = session.client
    bid, _ = await best(session)
    low = float(client.price_to_precision(BTC, bid * 0.9))
    order = await client.create_order(BTC, "limit", "buy", 1, low, {"clientOrderId": "twiceA1"})
    await session.raises(InvalidOrder, "102002", client.create_order(
        BTC, "limit", "buy", 1, low, {"clientOrderId": "twiceA1"}))
    await client.cancel_order(order["id"], BTC)


@check
async def batch_orders_and_batch_cancel(session):
    client = session.client
    bid, _ = await best(session)
    prices = [float(client.price_to_precision(BTC, bid * part)) for part in (0.9, 0.91, 0.92)]
    orders = await client.create_orders([
        {"symbol": BTC, "type": "limit", "side": "buy", "amount": 1, "price": price}
        for price in prices])
    assert len({row["id"] for row in orders}) == 3
    rows = await client.fetch_open_orders(BTC)
    assert sorted(row["price"] for row in rows) == prices, [row["price"] for row in rows]
    await client.cancel_orders([row["id"] for row in orders], BTC)
    assert await client.fetch_open_orders(BTC) == []


@check
async def immediate_orders_do_not_rest(session):
    client = session.client
    bid, _ = await best(session)
    low = float(client.price_to_precision(BTC, bid * 0.9))
    for kind in ("ioc", "fok"):
        await client.create_order(BTC, kind, "buy", 1, low, {"clientOrderId": f"quick{kind}"})
    assert await client.fetch_open_orders(BTC) == []

    async def ended():
        rows = await client.fetch_closed_orders(BTC)
        return {row["clientOrderId"]: row for row in rows}.keys() >= {"quickioc", "quickfok"}
    await session.until(ended, "canceled immediate orders")


@check
async def post_only_order_never_takes(session):
    client = session.client
    bid, ask = await best(session)
    low = float(client.price_to_precision(BTC, bid * 0.9))
    rests = await client.create_order(BTC, "post_only", "buy", 1, low)
    rows = await client.fetch_open_orders(BTC)
    assert [(row["id"], row["postOnly"]) for row in rows] == [(rests["id"], True)]
    await client.cancel_order(rests["id"], BTC)
    above = float(client.price_to_precision(BTC, ask * 1.005))
    crosses = await client.create_order(BTC, "post_only", "buy", 1, above)

    async def ended():
        return [row for row in await client.fetch_closed_orders(BTC) if row["id"] == crosses["id"]]
    row = (await session.until(ended, "canceled post-only order"))[0]
    assert (row["status"], row["filled"], row["info"]["cancelSource"]) \
        == ("canceled", 0, "system_canceled")


@check
async def trigger_and_protection_orders_live_and_end(session):
    client = session.client
    await session.flat()
    bid, ask = await best(session)
    above = float(client.price_to_precision(BTC, ask * 1.05))
    below = float(client.price_to_precision(BTC, bid * 0.95))
    trigger = await client.create_order(BTC, "market", "buy", 1, params={"triggerPrice": above})
    rows = await client.fetch_open_orders(BTC, params={"trigger": True})
    assert [row["id"] for row in rows] == [trigger["id"]]
    assert number(rows[0]["info"]["triggerPrice"]) == number(above)
    await client.cancel_order(trigger["id"], BTC, {"trigger": True})
    assert await client.fetch_open_orders(BTC, params={"trigger": True}) == []

    await client.create_order(BTC, "market", "buy", 3)
    both = await client.create_order(BTC, "market", "sell", 3, params={
        "stopLossPrice": below, "takeProfitPrice": above})
    rows = await client.fetch_open_orders(BTC, params={"tpsl": True})
    assert [row["id"] for row in rows] == [both["id"]]
    assert (rows[0]["stopLossPrice"], rows[0]["takeProfitPrice"]) == (below, above)
    await client.cancel_order(both["id"], BTC, {"tpsl": True})
    assert await client.fetch_open_orders(BTC, params={"tpsl": True}) == []
    wrong = client.create_order(BTC, "market", "sell", 3, params={
        "stopLossPrice": above, "takeProfitPrice": above})
    await session.raises(InvalidOrder, "102038", wrong)

    async def ended():
        rows = await client.fetch_closed_orders(BTC, params={"trigger": True})
        return [row for row in rows if row["id"] == both["id"]]
    closed = await session.until(ended, "canceled protection in the history")
    assert closed[0]["status"] == "canceled"
    await session.flat()


@check
async def attached_protection_follows_the_fill(session):
    client = session.client
    bid, ask = await best(session)
    above = float(client.price_to_precision(BTC, ask * 1.05))
    below = float(client.price_to_precision(BTC, bid * 0.95))
    await client.create_order(BTC, "market", "buy", 2, params={
        "stopLoss": {"triggerPrice": below}, "takeProfit": {"triggerPrice": above}})

    async def protected():
        return await client.fetch_open_orders(BTC, params={"tpsl": True})
    row = (await session.until(protected, "protection"))[0]
    assert (row["side"], row["stopLossPrice"], row["takeProfitPrice"]) == ("sell", below, above)
    await session.flat()


@check
async def isolated_position_shows_margin(session):
    client = session.client
    await client.create_order(ETH, "market", "sell", 10, params={"marginMode": "isolated"})

    async def opened():
        return await client.fetch_positions([ETH])
    position = (await session.until(opened, "position"))[0]
    info = position["info"]
    assert (position["side"], position["marginMode"]) == ("short", "isolated")
    assert number(info["positions"]) == -10
    amount = Decimal("10") * Decimal("0.01")
    margin = amount * number(info["averagePrice"]) / number(info["leverage"])
    assert abs(number(info["margin"]) - margin) < Decimal("1e-12")
    rate = number(info["maintenanceMargin"]) / (amount * number(info["markPrice"]))
    rate = rate.quantize(Decimal("0.001"))
    expected = (amount * number(info["averagePrice"]) + number(info["margin"])) \
        / (amount * (1 + rate + TAKER))
    assert abs(number(info["liquidationPrice"]) - expected) < Decimal("1e-6")
    await session.flat()


# Who may come in.

@check
async def wrong_credentials_are_told_apart(session):
    def balance(client):
        return client.private_get_account_balance()

    def off(milliseconds):
        async def run(client):
            real = client.milliseconds
            client.milliseconds = lambda: real() + milliseconds
            return await client.private_get_account_balance()
        return run

    cases = [
        (AuthenticationError, "152409", balance, {"secret": "wrong"}),
        (AuthenticationError, "152401", balance, {"apiKey": "wrong"}),
        (AuthenticationError, "152408", balance, {"password": "wrong"}),
        (InvalidNonce, "152405", off(-120_000), {}),
        (InvalidNonce, "152405", off(120_000), {}),
    ]
    for kind, code, action, changes in cases:
        await session.raises(kind, code, session.with_client(action, **changes))
