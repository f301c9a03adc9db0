import BloFin
import Exchanges
import Testing
import Trading
import Units

@testable import ExchangeServer

extension OverLoopback {
  /// The private half of the adapter: account, orders, positions.
  @MainActor @Suite(.serialized) struct TradingTests {
    @Test func `a fresh account`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      let snapshot = try await desk.snapshot()
      #expect(snapshot.balance.equity == 10_000)
      #expect(snapshot.balance.availableMargin == 10_000)
      #expect(snapshot.positions == [])
      #expect(snapshot.orders == [])
      #expect(snapshot.triggerOrders == [])
      #expect(snapshot.fills == [])
    }

    @Test func `the private stream logs in and delivers the balance`() async throws {
      let desk = try await Desk.open()
      #expect(try await desk.wait(for: .privateStream) { $0 == .up } == .up)
      let balance = try await desk.first("a balance") {
        if case .account(.balance(let balance)) = $0 { balance } else { nil }
      }
      #expect(balance.cash == 10_000)
    }

    @Test func `leverage and position mode are set and told`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      #expect(
        try await desk.ask(.setLeverage(Desk.btc, .isolated, .net, 7)) == .confirmed(.done))
      let leverage = try await desk.first("a leverage") {
        if case .account(.leverage(Desk.btc, .isolated, .net, let leverage)) = $0 {
          leverage
        } else {
          nil
        }
      }
      #expect(leverage == 7)
      for mode in [PositionMode.hedge, .oneWay] {
        let start = desk.events.count
        #expect(try await desk.ask(.setPositionMode(mode)) == .confirmed(.done))
        let told = try await desk.first("a position mode", after: start) {
          if case .account(.positionMode(let told)) = $0 { told } else { nil }
        }
        #expect(told == mode)
      }
    }

    @Test func `R12 a leverage that was set elsewhere is in the next reading of the account`()
      async throws
    {
      let desk = try await Desk.open()
      try await desk.begin()
      let places = [
        LeveragePlace(Desk.btc, .isolated), LeveragePlace(Desk.eth, .isolated),
        LeveragePlace(Desk.btc, .cross),
      ]
      func expected(_ btc: Leverage) -> [LeverageSetting] {
        [
          LeverageSetting(
            instrument: Desk.btc, marginMode: .cross, slot: .net, leverage: 3),
          LeverageSetting(
            instrument: Desk.btc, marginMode: .isolated, slot: .net, leverage: btc),
          LeverageSetting(
            instrument: Desk.eth, marginMode: .isolated, slot: .net, leverage: 3),
        ]
      }
      func read() async throws -> [LeverageSetting]? {
        try await desk.snapshot(leveragesOf: places).leverages?.sorted {
          ($0.marginMode.rawValue, $0.instrument) < ($1.marginMode.rawValue, $1.instrument)
        }
      }
      #expect(try await read() == expected(3))
      #expect(
        try await desk.ask(.setLeverage(Desk.btc, .isolated, .net, 100)) == .confirmed(.done))
      #expect(try await read() == expected(100))
      // What does not come is not known; the rest of the account is read all the same.
      try await desk.fault(
        #"{"match":"GET account/batch-leverage-info","do":"reject","count":0,"code":"152404"}"#)
      let blind = try await desk.snapshot(leveragesOf: [LeveragePlace(Desk.btc, .isolated)])
      #expect(blind.leverages == nil)
      #expect(blind.balance.cash == 10_000)
    }

    @Test func `a long with a stop is opened, seen everywhere and closed`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      _ = try await desk.wait(for: .privateStream) { $0 == .up }
      let price = try await desk.lastPrice()
      let id = desk.orderID()
      let stop = price.scaled(by: "0.97", .down).rounded(to: "0.1", .down)
      let order = OrderRequest(
        clientOrderID: id, instrument: Desk.btc, side: .buy, marginMode: .isolated, type: .market,
        contracts: 5, reduceOnly: false, stopLoss: Trigger(triggerPrice: stop))
      guard case .confirmed(.order(let exchangeID?)) = try await desk.ask(.submit(order)) else {
        Issue.record("the order was not taken")
        return
      }
      let filled = try await desk.first("the filled order") {
        if case .account(.order(let order)) = $0, order.state == .filled { order } else { nil }
      }
      #expect(filled.clientOrderID == id)
      #expect(filled.exchangeOrderID == exchangeID)
      #expect(filled.filledContracts == 5)
      let position = try await desk.first("the position") {
        if case .account(.positions(let all)) = $0 { all.first } else { nil }
      }
      #expect(position.key == PositionKey(instrument: Desk.btc, slot: .net, marginMode: .isolated))
      #expect(position.contracts == 5)
      #expect(position.side == .long)
      let fill = try await desk.first("a fill") {
        if case .account(.fill(let fill)) = $0 { fill } else { nil }
      }
      #expect(fill.exchangeOrderID == exchangeID)
      let waiting = try await desk.snapshot()
      #expect(waiting.positions.map(\.contracts) == [5])
      #expect(waiting.triggerOrders.count == 1)
      #expect(waiting.fills.reduce(Contracts.zero) { $0 + $1.contracts } == 5)

      let start = desk.events.count
      #expect(
        try await desk.ask(.closePosition(position.key, desk.orderID())) == .confirmed(.order(nil)))
      try await desk.first("no position", after: start) {
        if case .account(.positions([])) = $0 { () } else { nil }
      }
      let after = try await desk.snapshot()
      #expect(after.positions == [])
      #expect(after.triggerOrders == [])
      #expect(after.balance.cash < 10_000)
      #expect(desk.problems == [])
    }

    @Test func `a resting order is found by both ids, canceled once and not twice`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      _ = try await desk.wait(for: .privateStream) { $0 == .up }
      let id = desk.orderID()
      let price = try await desk.lastPrice().scaled(by: "0.9", .down).rounded(to: "0.1", .down)
      guard case .confirmed(.order(let exchangeID?)) = try await desk.ask(desk.resting(id, price))
      else {
        Issue.record("the order was not taken")
        return
      }
      for reference in [OrderReference.client(id), .exchange(exchangeID)] {
        guard
          case .confirmed(.orderStatus(let order?)) = try await desk.ask(
            .orderStatus(Desk.btc, reference))
        else {
          Issue.record("the order was not found")
          return
        }
        #expect(order.state == .live)
        #expect(order.type == .limit(price))
      }
      #expect(
        try await desk.ask(.cancel(Desk.btc, .exchange(exchangeID))) == .confirmed(.cancel))
      try await desk.first("the canceled order") {
        if case .account(.order(let order)) = $0, order.state == .canceled { () } else { nil }
      }
      guard case .refused(let refusal) = try await desk.ask(.cancel(Desk.btc, .client(id))) else {
        Issue.record("a canceled order was canceled again")
        return
      }
      #expect(refusal.advice == .queryState)
    }

    @Test func `R02 many orders are found together with few requests`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      let price = try await desk.lastPrice().scaled(by: "0.9", .down).rounded(to: "0.1", .down)
      let ids = (0..<8).map { _ in desk.orderID() }
      // Six rest, one of which is canceled; one never left; the last is unknown to everybody.
      for id in ids.prefix(6) { #expect(try await desk.ask(desk.resting(id, price)).isConfirmed) }
      #expect(try await desk.ask(.cancel(Desk.btc, .client(ids[0]))) == .confirmed(.cancel))
      let outcomes = try await desk.ask(
        ids.map { ExchangeRequest.orderStatus(Desk.btc, .client($0)) })
      let states = outcomes.map { outcome -> OrderState? in
        guard case .confirmed(.orderStatus(let order)) = outcome else { return .unknown }
        return order?.state
      }
      #expect(states == [.canceled, .live, .live, .live, .live, .live, nil, nil])
      let details = try await desk.calls(to: "/api/v1/trade/order-detail")
      let live = try await desk.calls(to: "/api/v1/trade/orders-pending")
      #expect(details <= 3)
      #expect(live == 1)
    }

    @Test func `protection is placed on a position and taken away`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      let price = try await desk.lastPrice()
      _ = try await desk.ask(
        .submit(
          OrderRequest(
            clientOrderID: desk.orderID(), instrument: Desk.btc, side: .buy, marginMode: .isolated,
            type: .market, contracts: 3, reduceOnly: false)))
      let key = PositionKey(instrument: Desk.btc, slot: .net, marginMode: .isolated)
      let protection = ProtectionRequest(
        clientOrderID: desk.orderID(), key: key, side: .sell, size: .wholePosition,
        takeProfit: Trigger(
          triggerPrice: price.scaled(by: "1.05", .up).rounded(to: "0.1", .up)),
        stopLoss: Trigger(
          triggerPrice: price.scaled(by: "0.95", .down).rounded(to: "0.1", .down)))
      guard case .confirmed(.order(let id?)) = try await desk.ask(.protect(protection)) else {
        Issue.record("the protection was not taken")
        return
      }
      #expect(try await desk.snapshot().triggerOrders.map(\.exchangeOrderID) == [id])
      #expect(try await desk.ask(.cancelTrigger(Desk.btc, id)) == .confirmed(.cancel))
      #expect(try await desk.snapshot().triggerOrders == [])
    }

    @Test func `what the exchange refuses, with its advice`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      let price = try await desk.lastPrice()
      func order(_ contracts: Contracts, _ type: OrderType = .market, reduceOnly: Bool = false)
        -> ExchangeRequest
      {
        .submit(
          OrderRequest(
            clientOrderID: desk.orderID(), instrument: Desk.btc, side: .buy, marginMode: .isolated,
            type: type, contracts: contracts, reduceOnly: reduceOnly))
      }
      let low = price.scaled(by: "0.9", .down).rounded(to: "0.1", .down)
      #expect(try await desk.refusal(of: order(900_000, .limit(low))).code == "103003")
      #expect(try await desk.refusal(of: order(1_000_001, .limit(low))).code == "102014")
      #expect(try await desk.refusal(of: order("0.05")).advice == .fixRequest)
      #expect(
        try await desk.refusal(of: order(1, .limit(low), reduceOnly: true)).advice == .queryState)
      let id = desk.orderID()
      #expect(try await desk.ask(desk.resting(id, low)).isConfirmed)
      let again = try await desk.refusal(of: desk.resting(id, low))
      #expect(again.code == "102002")
      #expect(again.advice == .queryState)
    }

    @Test(arguments: [
      ("102068", Refusal.Advice.queryState), ("103003", .fixRequest), ("152405", .waitAndRetry),
      ("152011", .stopTrading), ("152401", .stopTrading), ("999999", .fixRequest),
    ])
    func `each refusal has its advice`(_ code: String, _ advice: Refusal.Advice) async throws {
      let desk = try await Desk.open()
      try await desk.fault(
        #"{"match":"POST trade/order","do":"reject","code":"\#(code)","text":"No."}"#)
      let refusal = try await desk.refusal(of: desk.resting(desk.orderID(), 1_000))
      #expect(refusal.code == code)
      #expect(refusal.message.hasPrefix("No."))
      #expect(refusal.advice == advice)
    }
  }
}

extension Desk {
  /// An order that rests below the market.
  func resting(_ id: ClientOrderID, _ price: Price) -> ExchangeRequest {
    .submit(
      OrderRequest(
        clientOrderID: id, instrument: Desk.btc, side: .buy, marginMode: .isolated,
        type: .limit(price), contracts: 2, reduceOnly: false))
  }

  /// Asks for something that must be refused.
  func refusal(of request: ExchangeRequest) async throws -> Refusal {
    let outcome = try await ask(request)
    guard case .refused(let refusal) = outcome else {
      throw NeverCame(description: "a refusal of \(request): \(outcome)")
    }
    return refusal
  }
}

extension Outcome {
  var isConfirmed: Bool { if case .confirmed = self { true } else { false } }
}
