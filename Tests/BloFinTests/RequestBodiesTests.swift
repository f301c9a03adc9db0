import Exchanges
import Testing
import Trading
import Transport
import Units

@testable import BloFin

private let btc = InstrumentID("BTC-USDT")
private let bodies = RequestBodies(brokerID: nil)

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct `Request bodies` {
  @Test func `an order with protection`() {
    let order = OrderRequest(
      clientOrderID: ClientOrderID("a1b2c3"), instrument: btc, side: .buy, marginMode: .cross,
      type: .limit("60000.10"), contracts: "20.0", reduceOnly: false,
      takeProfit: Trigger(triggerPrice: 63_000),
      stopLoss: Trigger(triggerPrice: 58_500, source: .mark, execution: .limit("58400.5")))
    #expect(
      text(bodies.order(order)) == """
        {"instId":"BTC-USDT","marginMode":"cross","positionSide":"net","side":"buy",\
        "orderType":"limit","price":"60000.1","size":"20","reduceOnly":"false",\
        "clientOrderId":"a1b2c3","tpTriggerPrice":"63000","tpOrderPrice":"-1",\
        "tpTriggerPriceType":"last","slTriggerPrice":"58500","slOrderPrice":"58400.5",\
        "slTriggerPriceType":"mark"}
        """)
  }

  @Test(arguments: [
    (OrderType.market, #""orderType":"market","size""#),
    (.limit(1), #""orderType":"limit","price":"1","size""#),
    (.postOnly(1), #""orderType":"post_only","price":"1","size""#),
    (.fillOrKill(1), #""orderType":"fok","price":"1","size""#),
    (.immediateOrCancel(1), #""orderType":"ioc","price":"1","size""#),
  ])
  func `every type of order`(type: OrderType, part: String) {
    let order = OrderRequest(
      clientOrderID: ClientOrderID("a"), instrument: btc, side: .sell, slot: .short,
      marginMode: .isolated, type: type, contracts: "0.1", reduceOnly: true)
    #expect(text(bodies.order(order)).contains(part))
    #expect(text(bodies.order(order)).contains(#""size":"0.1","reduceOnly":"true""#))
  }

  @Test func `a broker id goes with what is placed and with nothing else`() {
    let bodies = RequestBodies(brokerID: "abc123")
    let key = PositionKey(instrument: btc, slot: .net, marginMode: .cross)
    let order = OrderRequest(
      clientOrderID: ClientOrderID("a"), instrument: btc, side: .sell, marginMode: .cross,
      type: .market, contracts: 1, reduceOnly: true)
    let protection = ProtectionRequest(
      clientOrderID: ClientOrderID("p"), key: key, side: .sell, size: .wholePosition,
      takeProfit: nil, stopLoss: Trigger(triggerPrice: 5))
    for body in [
      bodies.order(order), bodies.protection(protection),
      bodies.closePosition(key, ClientOrderID("c")),
    ] {
      #expect(text(body).hasSuffix(#","brokerId":"abc123"}"#))
    }
    #expect(!text(bodies.cancelOrder(btc, .client(ClientOrderID("a")))).contains("brokerId"))
  }

  @Test func `protection, cancels and settings`() {
    let key = PositionKey(instrument: btc, slot: .net, marginMode: .cross)
    let protection = ProtectionRequest(
      clientOrderID: ClientOrderID("p"), key: key, side: .sell, size: .contracts(3),
      takeProfit: Trigger(triggerPrice: 63_000), stopLoss: nil)
    #expect(
      [
        bodies.protection(protection), bodies.closePosition(key, ClientOrderID("c")),
        bodies.cancelOrder(btc, .exchange(ExchangeOrderID("7"))),
        bodies.cancelOrder(btc, .client(ClientOrderID("a"))),
        bodies.cancelProtection(btc, ExchangeOrderID("7")),
        bodies.cancelTrigger(btc, ExchangeOrderID("7")),
        bodies.setLeverage(btc, .isolated, .long, 5), bodies.setLeverage(btc, .cross, .net, 5),
        bodies.setPositionMode(.hedge),
      ].map(text) == [
        """
        {"instId":"BTC-USDT","marginMode":"cross","positionSide":"net","side":"sell",\
        "size":"3","reduceOnly":"true","clientOrderId":"p","tpTriggerPrice":"63000",\
        "tpOrderPrice":"-1","tpTriggerPriceType":"last"}
        """,
        #"{"instId":"BTC-USDT","marginMode":"cross","positionSide":"net","clientOrderId":"c"}"#,
        #"{"instId":"BTC-USDT","orderId":"7"}"#,
        #"{"instId":"BTC-USDT","clientOrderId":"a"}"#,
        #"[{"instId":"BTC-USDT","tpslId":"7"}]"#,
        #"{"instId":"BTC-USDT","algoId":"7"}"#,
        #"{"instId":"BTC-USDT","leverage":"5","marginMode":"isolated","positionSide":"long"}"#,
        #"{"instId":"BTC-USDT","leverage":"5","marginMode":"cross"}"#,
        #"{"positionMode":"long_short_mode"}"#,
      ])
  }

  @Test func `a query is written as it is signed`() {
    #expect(QueryItem.text([]) == "")
    #expect(
      QueryItem.text([QueryItem("instId", "BTC-USDT"), QueryItem("note", "a b,ä%&=_.~")])
        == "?instId=BTC-USDT&note=a%20b%2C%C3%A4%25%26%3D_.~")
  }
}

@Suite struct `Endpoints` {
  @Test func `every path is of the API, every signed call counts for the user`() {
    for endpoint in Endpoint.allCases {
      #expect(endpoint.path.hasPrefix("/api/v1/"))
      #expect(endpoint.isPrivate == endpoint.scopes.contains(.user))
      #expect(endpoint.scopes.contains(.address))
      #expect(endpoint.method == (endpoint.isWrite ? .post : .get))
    }
    #expect(Set(Endpoint.allCases.map(\.path)).count == Endpoint.allCases.count)
  }

  @Test func `the quotas are the exchange's`() {
    #expect(
      RequestQuota.blofin.map { [$0.limit, Int($0.window.milliseconds / 1_000)] } == [
        [500, 60], [1_500, 300], [30, 10],
      ])
  }
}
