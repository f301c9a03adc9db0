import Simulation
import Testing
import Trading
import Units

@Suite struct RefusalTests {
  @Test func `every refusal of an order carries the exchange's code`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 1, .limit("59000"), id: "taken"))
    let cases: [(OrderTicket, VenueRefusal)] = [
      (.order(.buy, 1, .market, InstrumentID("NO-USDT")), .unknownInstrument),
      (.order(.buy, 1, .limit("59000"), id: "taken"), .duplicateClientOrderID),
      (.order(.buy, 1, .limit("59000"), id: "a-b"), .identifierMalformed("clientOrderId")),
      (.order(.buy, 1, slot: .long), .positionModeMismatch),
      (.order(.buy, 1, .limit("-1")), .parameterWrong("price")),
      (.order(.buy, 1, .limit("59000.05")), .offStep),
      (.order(.buy, "0.15"), .offStep),
      (.order(.buy, 0), .parameterWrong("size")),
      (.order(.buy, 1_000_001, .limit("59000")), .limitSizeAboveMaximum),
      (.order(.buy, 100_001), .marketSizeAboveMaximum),
      (
        .order(.buy, 1, .limit("61200")),
        .buyOutsidePriceLimit(minimum: "12000", maximum: "60600", decimals: 1)
      ),
      (
        .order(.sell, 1, .limit("58000")),
        .sellOutsidePriceLimit(minimum: "59400", maximum: "300000", decimals: 1)
      ),
      (.order(.sell, 1, reduceOnly: true), .reduceOnlyWithoutPosition),
      (.order(.buy, 600, .limit("60000")), .insufficientMargin),
      (.order(.buy, 1, .limit("59000"), stopLoss: "59000"), .stopLossNotBelowOrder),
      (.order(.buy, 1, .limit("59000"), takeProfit: "59000"), .takeProfitNotAboveOrder),
      (.order(.sell, 1, .limit("61000"), stopLoss: "61000"), .stopLossNotAboveOrder),
      (.order(.sell, 1, .limit("61000"), takeProfit: "61000"), .takeProfitNotBelowOrder),
      (.order(.buy, 1, stopLoss: "60000.1"), .stopLossNotBelowAsk),
      (.order(.buy, 1, takeProfit: "60000.1"), .takeProfitNotAboveAsk),
      (.order(.sell, 1, stopLoss: "60000"), .stopLossNotAboveBid),
      (.order(.sell, 1, takeProfit: "60000"), .takeProfitNotBelowBid),
    ]
    for (ticket, refusal) in cases {
      #expect(throws: refusal) { try test.place(ticket) }
    }
  }

  @Test func `a price limit is told with thousands commas`() {
    let refusal = VenueRefusal.buyOutsidePriceLimit(
      minimum: "310.4", maximum: "1629.4", decimals: 2)
    #expect(refusal.code == 102_064)
    #expect(
      refusal.text
        == "Buy price is not within the price limit (Minimum: 310.40; Maximum:1,629.40)")
  }

  @Test func `a refused order leaves no trace`() throws {
    var test = try TestVenue()
    let before = test.balance
    #expect(throws: VenueRefusal.insufficientMargin) { try test.place(.order(.buy, 600)) }
    #expect(test.balance == before)
    #expect(test.venue.takeOutputs().isEmpty)
    #expect(test.venue.openOrders(of: test.account, HistoryPage()).isEmpty)
  }

  @Test func `a batch is refused as a whole or answered one by one`() throws {
    var test = try TestVenue()
    let good = OrderTicket.order(.buy, 1, .limit("59000"), id: "b1")
    let answers = try test.venue.placeBatch([good, good], for: test.account, at: test.now)
    #expect(try answers[0].get().clientOrderID == ClientOrderID("b1"))
    #expect(throws: VenueRefusal.duplicateClientOrderID) { try answers[1].get() }
    #expect(throws: VenueRefusal.batchTooLong) {
      _ = try test.venue.placeBatch(
        Array(repeating: .order(.buy, 1), count: 21), for: test.account, at: test.now)
    }
    #expect(throws: VenueRefusal.batchMixed) {
      _ = try test.venue.placeBatch(
        [good, .order(.buy, 1, mode: .cross)], for: test.account, at: test.now)
    }
  }
}
