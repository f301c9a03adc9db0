import Simulation
import Testing
import Trading
import Units

@Suite struct IsolatedTradingTests {
  @Test func `a market buy walks the visible book and pays the taker fee`() throws {
    var test = try TestVenue()
    let number = try test.place(.order(.buy, 15))
    let order = try test.order(number)
    // 10 contracts at 60,000.1 and 5 at 60,000.2, a contract being 0.001 BTC.
    #expect(order.state == .filled)
    #expect(order.filledNotional == "900.002")
    #expect(order.averagePrice == "60000.133333333333333333")
    #expect(order.fee == "0.5400012")
    let position = try #require(test.positions.first)
    #expect(position.side == .long)
    #expect(position.contracts == 15)
    // q·E/L at leverage 3, cut at eighteen places.
    #expect(position.isolatedMargin == "300.000666666666666666")
    #expect(test.balance.cash == "9999.4599988")
    #expect(test.balance.available == "9699.459332133333333334")
  }

  @Test func `a limit order rests, fills as maker when the market trades, and frees its margin`()
    throws
  {
    var test = try TestVenue()
    let number = try test.place(.order(.buy, 10, .limit("59990")))
    #expect(try test.order(number).state == .live)
    // 599.9 / 3 + 599.9 × 0.0006
    #expect(test.balance.orderFrozen == "200.326606666666666667")
    try test.trade(.sell, "59990", lots: 40)
    #expect(try test.order(number).filledContracts == 4)
    #expect(try test.order(number).state == .partiallyFilled)
    try test.trade(.sell, "59989", lots: 1_000)
    let order = try test.order(number)
    #expect(order.state == .filled)
    #expect(order.averagePrice == "59990")
    #expect(order.fee == "0.11998")
    #expect(test.balance.orderFrozen == 0)
  }

  @Test func `a resting order waits behind what was there before it`() throws {
    var test = try TestVenue()
    let number = try test.place(.order(.buy, 10, .limit("60000")))
    try test.trade(.sell, "60000", lots: 99)
    #expect(try test.order(number).filledContracts == 0)
    try test.trade(.sell, "60000", lots: 3)
    #expect(try test.order(number).filledContracts == "0.2")
  }

  @Test func `a closing fill realizes price profit before fees and frees the margin`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 10))
    try test.setBook(TestVenue.bitcoin, bid: "60600.1", ask: "60600.2", lots: 100)
    let number = try test.place(.order(.sell, 10, reduceOnly: true))
    let order = try test.order(number)
    #expect(order.realizedPnL == 6)
    #expect(order.fee == "0.3636006")
    #expect(test.positions.isEmpty)
    #expect(test.balance.isolatedEquity == 0)
    // 10,000 + 6 − 0.3600006 − 0.3636006
    #expect(test.balance.cash == "10005.2763988")
    #expect(test.balance.available == test.balance.cash)
  }

  @Test func `an opposite order larger than the position flips it under a new number`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 5))
    let first = try #require(test.positions.first)
    try test.place(.order(.sell, 8))
    let second = try #require(test.positions.first)
    #expect(second.side == .short)
    #expect(second.contracts == 3)
    #expect(second.number > first.number)
    #expect(second.entryPrice == 60_000)
  }

  @Test func `reduce-only never opens and is cut to the position`() throws {
    var test = try TestVenue()
    #expect(throws: VenueRefusal.reduceOnlyWithoutPosition) {
      try test.place(.order(.sell, 5, reduceOnly: true))
    }
    try test.place(.order(.buy, 5))
    let number = try test.place(.order(.sell, 9, reduceOnly: true))
    #expect(try test.order(number).contracts == 5)
    #expect(test.positions.isEmpty)
  }

  @Test func `a resting reduce-only order ends with its position`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 5))
    let number = try test.place(.order(.sell, 5, .limit("60300"), reduceOnly: true))
    #expect(test.balance.orderFrozen == 0)
    #expect(test.positions.first?.availableContracts == 0)
    try test.venue.closePosition(
      TestVenue.bitcoin, .isolated, nil, clientOrderID: nil, for: test.account, at: test.now)
    let order = try test.order(number)
    #expect(order.state == .canceled)
    #expect(order.cancelSource == .system)
  }

  @Test func `time in force decides what happens to the rest`() throws {
    var test = try TestVenue()
    let immediate = try test.place(.order(.buy, 15, .immediateOrCancel("60000.1")))
    #expect(try test.order(immediate).state == .partiallyCanceled)
    #expect(try test.order(immediate).filledContracts == 10)
    let killed = try test.place(.order(.buy, 15, .fillOrKill("60000.2")))
    #expect(try test.order(killed).state == .canceled)
    let filled = try test.place(.order(.buy, 15, .fillOrKill("60000.3")))
    #expect(try test.order(filled).state == .filled)
    let taking = try test.place(.order(.buy, 1, .postOnly("60000.4")))
    #expect(try test.order(taking).state == .canceled)
    #expect(try test.order(taking).cancelSource == .system)
    let resting = try test.place(.order(.buy, 1, .postOnly("60000")))
    #expect(try test.order(resting).state == .live)
  }

  @Test func `a canceled order gives its reservation back`() throws {
    var test = try TestVenue()
    let number = try test.place(.order(.buy, 10, .limit("59000"), id: "a1"))
    try test.venue.cancel(.client(ClientOrderID("a1")), for: test.account, at: test.now)
    #expect(try test.order(number).cancelSource == .user)
    #expect(test.balance.orderFrozen == 0)
    #expect(throws: VenueRefusal.nothingToCancel) {
      try test.venue.cancel(.number(number), for: test.account, at: test.now)
    }
  }

  @Test func `the order of outputs is orders and fills, then positions, then balance`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 15))
    let kinds = test.venue.takeOutputs().map { output in
      switch output {
      case .order(_, let order): "order \(order.state)"
      case .fill: "fill"
      case .positions: "positions"
      case .balance: "balance"
      default: "other"
      }
    }
    #expect(
      kinds == [
        "order live", "order partiallyFilled", "fill", "order filled", "fill", "positions",
        "balance",
      ])
  }
}
