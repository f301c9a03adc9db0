import AccountData
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What one trade may lose at its stop, however it is opened.
@Suite struct RiskOfOneTradeTests {
  /// A cap of 2 % of 10 000: 200. A hundred contracts from 60 000 to 59 000 lose 106.49 with the
  /// costs of the stop.
  private func desk(holding contracts: Contracts, entry: Price = 60_000) -> RiskDesk {
    var desk = RiskDesk()
    desk.take(.positions([Sample.position(contracts: contracts, entry: entry)]))
    return desk
  }

  private func adding(_ contracts: Contracts) -> OpeningIntent {
    RiskDesk.long.with { $0.size = .contracts(contracts) }
  }

  @Test func `E1 K08 a size by risk that walks through the book risks no more than was asked for`()
  {
    var desk = RiskDesk()
    desk.take(.book(Sample.book(levels: 1, contracts: 20, sequence: 200)))
    desk.take(.book(Sample.delta(asks: [(60_200, 1_000)], previous: 200, sequence: 201)))
    let preview = desk.preview(RiskDesk.long.with { $0.size = .riskShare("0.01") })
    // At the best price and with the allowance it would be 88.4 contracts, which lose 111 here.
    #expect(preview.contracts == "79.6")
    #expect(preview.denial == nil)
    #expect(preview.lossAtStop.map { $0 > 99 && $0 <= 100 } == true)
  }

  @Test func `K08 a trade that is opened in pieces is one trade`() {
    var desk = desk(holding: 100)
    desk.take(.triggerOrder(Sample.stop()))
    #expect(desk.denial(adding(80)) == nil)
    #expect(
      desk.denial(adding(88))
        == .tradeRiskTooLarge(loss: "96.88800528", before: "106.49", limit: 200))
    // The opposite slot and other instruments are other trades.
    let ether = OpeningIntent(
      instrument: Sample.eth, side: .long, marginMode: .isolated, type: .market,
      size: .contracts(300), stop: .stop(Trigger(triggerPrice: 2_950)))
    #expect(desk.denial(ether) == nil)
  }

  @Test func `K08 orders that wait for the same position count as well`() {
    var desk = RiskDesk()
    desk.book.add(
      OrderRequest(
        clientOrderID: ClientOrderID(trusted: "a"), instrument: Sample.btc, side: .buy,
        marginMode: .isolated, type: .limit(60_000), contracts: 100, reduceOnly: false,
        stopLoss: Trigger(triggerPrice: 59_000)),
      source: .keyboard, at: desk.now)
    #expect(desk.denial(adding(80)) == nil)
    #expect(
      desk.denial(adding(88))
        == .tradeRiskTooLarge(loss: "96.88800528", before: "106.49", limit: 200))
  }

  @Test func `K08 a stop in profit loses nothing, one that is not known all the collateral`() {
    var desk = desk(holding: 100, entry: 55_000)
    // Ten times leverage: 550 of collateral, more than the cap.
    #expect(
      desk.denial(adding(10))
        == .tradeRiskTooLarge(loss: "11.0100006", before: 550, limit: 200))
    desk.take(.triggerOrder(Sample.stop(at: 57_000)))
    #expect(desk.denial(adding(150)) == nil)
  }

  @Test func `K08 parts with stops of their own lose what each loses there`() {
    var desk = desk(holding: 100)
    desk.take(.triggerOrder(Sample.stop("901", at: 59_000, size: .contracts(60))))
    desk.take(.triggerOrder(Sample.stop("902", at: 58_500, size: .contracts(40))))
    let lower = adding(100).with {
      $0.type = .limit(58_900)
      $0.stop = .stop(Trigger(triggerPrice: 58_000))
    }
    // 63.894 for the first part and 62.574 for the second, though the new stop lies below both.
    guard case .tradeRiskTooLarge(_, before: "126.468", limit: 200) = desk.denial(lower) else {
      Issue.record("\(String(describing: desk.denial(lower)))")
      return
    }
  }

  @Test func `K08 the farther stop of an addition becomes that of the whole`() {
    var desk = desk(holding: 100)
    desk.take(.triggerOrder(Sample.stop(at: "60072.1")))
    desk.quote(Sample.bitcoin, 62_000)
    var more = adding(60)
    guard case .tradeRiskTooLarge = desk.denial(more) else {
      Issue.record("\(String(describing: desk.denial(more)))")
      return
    }
    more.stop = .stop(Trigger(triggerPrice: 61_000))
    #expect(desk.denial(more) == nil)
  }

  @Test func `K08 a fill that closed the other side is no part of the new trade`() {
    var desk = RiskDesk()
    desk.take(.positions([Sample.position(side: .short, contracts: 100)]))
    desk.take(.fill(Sample.fill("1", side: .buy, contracts: 100)))
    #expect(desk.denial(adding(150)) == nil)
    // One that went further opened a trade whose stop is not known.
    desk.take(.fill(Sample.fill("2", side: .buy, contracts: 40)))
    #expect(
      desk.denial(adding(10))
        == .tradeRiskTooLarge(loss: "11.0100006", before: "240.0004", limit: 200))
  }

  /// A hedge of ten contracts of Bitcoin on either side.
  private func hedge() -> RiskDesk {
    var desk = RiskDesk()
    desk.take(.positionMode(.hedge))
    for instrument in [Sample.btc, Sample.eth] {
      for slot in [PositionSlot.long, .short] {
        desk.take(.leverage(instrument, .isolated, slot, 10))
      }
    }
    desk.take(
      .positions([
        Sample.position("7", side: .long, contracts: 10, slot: .long),
        Sample.position("8", side: .short, contracts: 10, slot: .short),
      ]))
    return desk
  }

  @Test func `in hedge mode the long and the short of an instrument are two positions`() {
    var desk = hedge()
    desk.limits.riskPerTradeMaximum = 1
    desk.limits.openPositionsMaximum = 2
    let ether = OpeningIntent(
      instrument: Sample.eth, side: .long, marginMode: .isolated, type: .market,
      size: .contracts(10), stop: .stop(Trigger(triggerPrice: 2_950)))
    #expect(desk.denial(ether) == .tooManyPositions(count: 2, limit: 2))
    #expect(desk.denial(adding(10)) == nil)
  }

  @Test func `in hedge mode the long and the short of an instrument are worth both`() {
    var desk = hedge()
    desk.limits.riskPerTradeMaximum = 1
    // 10 contracts of 0.001 coins at 60,000 are 600 on either side.
    desk.limits.notionalPerPairMaximum = "0.15"
    #expect(desk.denial(adding(10)) == .pairNotional(would: 1_800, limit: 1_500))
    desk.limits.notionalPerPairMaximum = 3
    desk.limits.notionalTotalMaximum = "0.12"
    let ether = OpeningIntent(
      instrument: Sample.eth, side: .long, marginMode: .isolated, type: .market,
      size: .contracts(1), stop: .stop(Trigger(triggerPrice: 2_950)))
    guard case .totalNotional(let would, 1_200) = desk.denial(ether) else {
      Issue.record("\(String(describing: desk.denial(ether)))")
      return
    }
    #expect(would > 1_229 && would < 1_231)
  }
}
