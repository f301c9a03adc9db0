"""Trading and watching in hedge mode: each check but the last leaves the account in it."""

import asyncio

from ccxt.base.errors import BadRequest, InvalidOrder
from ccxt_session import BTC, ETH, best, check, number


@check
async def hedge_mode_holds_both_sides(session):
    client = session.client
    await session.flat()
    await client.set_position_mode(True)
    assert (await client.fetch_position_mode())["hedged"] is True
    await client.create_order(BTC, "market", "buy", 3, params={"hedged": True})
    await client.create_order(BTC, "market", "sell", 2, params={"hedged": True})

    async def both():
        rows = await client.fetch_positions([BTC])
        return rows if len(rows) == 2 else None
    rows = await session.until(both, "both positions")
    assert {(row["side"], row["contracts"]) for row in rows} == {("long", 3), ("short", 2)}
    assert all(number(row["info"]["positions"]) > 0 for row in rows)
    await session.raises(InvalidOrder, "110019", client.set_position_mode(False))
    await session.raises(BadRequest, "102089", client.create_order(
        BTC, "market", "buy", 1, params={"positionSide": "net"}))
    await session.raises(BadRequest, "152001", client.create_order(BTC, "market", "buy", 1))


@check
async def hedge_close_of_one_side_leaves_the_other(session):
    client = session.client
    order = await client.create_order(
        BTC, "market", "sell", 1, params={"positionSide": "long", "reduceOnly": True})

    async def fills():
        rows = await client.fetch_my_trades(BTC)
        return [row for row in rows if row["order"] == order["id"]]
    rows = await session.until(fills, "fill of the close")
    assert {row["info"]["positionSide"] for row in rows} == {"long"}
    await client.close_position(BTC, params={"positionSide": "short"})

    async def one():
        rows = await client.fetch_positions([BTC])
        return rows if len(rows) == 1 else None
    rows = await session.until(one, "one position")
    assert (rows[0]["side"], rows[0]["contracts"], rows[0]["hedged"]) == ("long", 2, True)


@check
async def hedge_protection_belongs_to_its_side(session):
    client = session.client
    bid, ask = await best(session)
    above = float(client.price_to_precision(BTC, ask * 1.05))
    below = float(client.price_to_precision(BTC, bid * 0.95))
    both = await client.create_order(BTC, "market", "sell", 2, params={
        "stopLossPrice": below, "takeProfitPrice": above, "hedged": True})
    rows = await client.fetch_open_orders(BTC, params={"tpsl": True})
    assert [(row["id"], row["info"]["positionSide"]) for row in rows] == [(both["id"], "long")]
    await client.cancel_order(both["id"], BTC, {"tpsl": True})
    trigger = await client.create_order(BTC, "market", "sell", 1, params={
        "triggerPrice": below, "positionSide": "short"})
    rows = await client.fetch_open_orders(BTC, params={"trigger": True})
    assert [(row["id"], row["info"]["positionSide"]) for row in rows] == [(trigger["id"], "short")]
    await client.cancel_order(trigger["id"], BTC, {"trigger": True})


@check
async def hedge_leverage_is_per_side_when_isolated(session):
    client = session.client
    for side, leverage in (("long", 4), ("short", 6)):
        await client.set_leverage(
            leverage, ETH, {"marginMode": "isolated", "positionSide": side})
    answer = await client.private_get_account_batch_leverage_info(
        {"instId": "ETH-USDT", "marginMode": "isolated"})
    assert {(row["positionSide"], row["leverage"]) for row in answer["data"]} \
        == {("long", "4"), ("short", "6")}


@check
async def hedge_batch_rests_on_both_sides(session):
    client = session.client
    bid, ask = await best(session)
    orders = await client.create_orders([
        {"symbol": BTC, "type": "limit", "side": side, "amount": 1,
         "price": float(client.price_to_precision(BTC, price)), "params": {"hedged": True}}
        for side, price in (("buy", bid * 0.9), ("sell", ask * 1.1))])
    rows = await client.fetch_open_orders(BTC)
    assert {(row["side"], row["info"]["positionSide"]) for row in rows} \
        == {("buy", "long"), ("sell", "short")}
    await client.cancel_orders([row["id"] for row in orders], BTC)
    assert await client.fetch_open_orders(BTC) == []


@check
async def hedge_watch_orders_sees_a_fill(session):
    client = session.client
    watching = asyncio.ensure_future(client.watch_orders(ETH))
    await session.subscribed()
    order = await client.create_order(ETH, "market", "sell", 2, params={"hedged": True})
    rows = await watching
    while rows[-1]["status"] != "closed":
        rows = await client.watch_orders(ETH)
    row = rows[-1]
    assert (row["id"], row["filled"], row["info"]["positionSide"]) == (order["id"], 2, "short")


@check
async def hedge_watch_positions_sees_the_side(session):
    client = session.client
    position = await client.watch_positions([ETH])
    assert (position["side"], position["contracts"], position["hedged"]) == ("short", 2, True)
    assert position["info"]["positionSide"] == "short"


@check
async def hedge_watch_balance_sees_a_fee(session):
    client = session.client
    before = (await client.fetch_balance())["info"]["data"]["details"][0]
    watching = asyncio.ensure_future(client.watch_balance())
    await asyncio.sleep(0)
    await client.create_order(BTC, "market", "buy", 5, params={"hedged": True})
    after = await watching
    while after["info"]["data"]["details"][0]["balance"] == before["balance"]:
        after = await client.watch_balance()
    assert number(after["info"]["data"]["details"][0]["balance"]) < number(before["balance"])


@check
async def hedge_mode_is_left_when_flat(session):
    client = session.client
    await session.flat()
    await client.set_position_mode(False)
    assert (await client.fetch_position_mode())["hedged"] is False
