import Foundation
import Risk
import TestSupport
import Testing
import Trading
import Units

@Suite struct LiquidationTests {
  /// Source: BloFin reference, appendix of margin vectors.
  @Test func `published liquidation prices are reproduced to the last digit`() {
    func price(
      _ side: PositionSide, _ amount: BaseAmount, _ entry: Price, _ collateral: Money, _ rate: Rate
    ) -> Price? {
      Liquidation.price(
        side: side, amount: amount, entryPrice: entry, collateral: collateral,
        maintenanceMarginRate: rate, takerFeeRate: "0.0006")
    }
    #expect(price(.long, "0.1", "1591.8", "53.06", "0.004") == "1066.104078762306610407")
    #expect(
      price(.short, "2.9", 1_890, "10012455.355082481548717298", "0.01")
        == "3418227.599542259480103079")
    #expect(price(.long, 1, "67.85", "61.298033775651804468", "0.005") == "6.588863861975256971")
    #expect(price(.long, "0.01", "2326.2", "29.01123408", "0.004") == nil)
    #expect(price(.long, "0.5", 3_000, 150, "0.004") == "2712.477396021699819168")
    #expect(price(.short, "0.5", 3_000, 150, "0.004") == "3284.88950826199482381")
    #expect(price(.long, 0, 3_000, 150, "0.004") == nil)
  }

  @Test func `a price is told on the tick nearer to the entry`() {
    #expect(Liquidation.onTick("54219.13", side: .long, tickSize: "0.1") == "54219.2")
    #expect(Liquidation.onTick("65780.97", side: .short, tickSize: "0.1") == "65780.9")
    #expect(Liquidation.onTick("54219.1", side: .long, tickSize: "0.1") == "54219.1")
  }

  @Test func `the distance follows the side`() {
    #expect(Liquidation.distance(side: .long, from: 100, to: 90) == "0.1")
    #expect(Liquidation.distance(side: .short, from: 100, to: 90) == "-0.1")
  }
}

@Suite struct StopBeforeLiquidationTests {
  @Test func `K07 a stop leaves room to liquidation on the losing side of the entry`() {
    func isBehind(_ stop: Price, _ side: PositionSide, _ liquidation: Price) -> Bool {
      Liquidation.isBehind(stop, side: side, liquidation: liquidation, least: "0.01")
    }
    #expect(!isBehind(30_000, .long, 48_976))
    #expect(!isBehind("49465.75", .long, 48_976))
    #expect(isBehind("49465.76", .long, 48_976))
    #expect(!isBehind(80_000, .short, 73_000))
    #expect(isBehind(72_270, .short, 73_000))
    #expect(!isBehind("72270.1", .short, 73_000))
  }
}

@Suite struct DenialTextTests {
  @Test func `every denial has its sentence`() throws {
    let key = Sample.btcKey
    let denials: [Denial] =
      [
        .stateForbids(.halted), .approvalNeeded, .notReady(.starting("reading instruments")),
        .notReady(.reconciling), .notReady(.linkDown(.publicStream)),
        .notReady(.linkDown(.privateStream)), .notReady(.linkDown(.requests)),
        .notReady(.clockOff(.milliseconds(-1_530))), .notReady(.journalDown),
        .tooManyOrders(count: 20, limit: 20), .tooFast(count: 5, limit: 5),
        .unknownInstrument(Sample.btc),
        .instrumentNotLive(Sample.btc),
      ]
      + Denial.Datum.allCases.map(Denial.missing) + [
        .stale(.ticker, age: .milliseconds(12_340), limit: .seconds(10)), .bookUnsynced,
        .bookCrossed, .bookEmpty, .bookTooThin(wanted: 10, offered: "2.5"),
        .pricesDiverge(last: 60_000, mark: 58_000, limit: "0.02"),
        .unknownOrder(ClientOrderID("p000001")), .oppositePosition(.short, 4),
        .oppositeOrder(.sell, 4),
        .equityNotPositive(-5), .sizeNotPositive, .offLot("0.15", lotSize: "0.1"),
        .belowMinimum("0.1", minimum: 1), .aboveMaximum(200_000, maximum: 100_000),
        .sizeBelowOneLot(lot: "0.1", cost: "6.28"),
        .riskBelowOneLot(risk: "0.01", lossPerLot: "0.10001"), .offTick("1.05", tickSize: "0.1"),
        .outsideCollar(61_500, mark: 60_000, limit: "0.02"), .outOfRange, .stopMissing,
        .liquidationIsNoStop, .stopOnWrongSide(stop: 61_000, entry: 60_000),
        .stopBeyondLiquidation(stop: 54_000, liquidation: "54250.6", least: "0.005"),
        .targetOnWrongSide(target: 59_900, entry: 60_000),
        .rewardTooSmall(ratio: "1.2345", minimum: 2), .targetMissing(minimum: "1.5"),
        .riskTooLarge(loss: "301.456", limit: 200),
        .pairNotional(would: 30_060, limit: 30_000), .totalNotional(would: 50_001, limit: 50_000),
        .marginUsed(would: 9_000, limit: 5_000), .marginShort(needs: "60.36", available: 58),
        .leverageTooHigh(11, limit: 10), .tooManyPositions(count: 3, limit: 3),
        .nothingToClose(key), .shareOutOfRange("1.01"), .protectionEmpty,
        .notReady(.positionModeChanged(.hedge)), .notReady(.accountUnread(.seconds(61))),
        .duplicate(age: .milliseconds(400), window: .seconds(1)),
        .dailyLoss(lost: "301.5", limit: 300), .drawdown(fallen: 1_001, limit: 1_000),
        .resting(Sample.btc, left: .minutes(14)), .outsideHours,
        .tooManyTrades(count: 20, limit: 20), .marginPerTrade(needs: 102, limit: 100),
        .bookShare(wanted: 11, offered: 20, limit: "0.5"),
        .aboveMedian(1_860, median: 180, multiple: 10),
        .rangeTooLarge(move: "0.22", limit: "0.2"),
        .correlatedNotional(would: "1110.001", limit: 1_000),
        .tradeRiskTooLarge(loss: "96.89", before: "106.49", limit: 200),
        .strategyTrades(count: 5, limit: 5), .strategyLoss(lost: "100.5", limit: 100),
        .strategyRisk(loss: "61.2", before: 0, limit: 50),
        .strategyRisk(loss: "31.2", before: 30, limit: 50),
        .strategyNotional(would: "2100.5", limit: 2_000),
        .exitsRest(key, 10), .shareBelowLot("0.25", of: "0.3", lotSize: "0.1"),
        .trailOutOfRange(100_000, least: "0.5", price: 63_000),
        .leverageNotWhole("2.5", limit: 10),
        .leverageNotMeant(100, meant: 5), .instrumentChanged(Sample.btc),
        .notReady(.rulesUnread), .unknownForeignOrder(ExchangeOrderID("1000147281717")),
        .notValued(Sample.btc), .positionModeTaken(positions: 1, orders: 2),
        .stopFarther(.halted),
      ]
    let text = denials.map { "\($0.code): \($0.text)\n" }.joined()
    let mismatch = try Golden.mismatch(text, "denials")
    #expect(mismatch == nil)
    #expect(Set(denials.map(\.code)).count == denials.count - 10)
  }
}
