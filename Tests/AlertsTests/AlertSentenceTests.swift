import Alerts
import TestSupport
import Testing
import Trading
import Units

/// What alerts say, read as somebody reads them who was asleep a minute ago.
@Suite struct AlertSentenceTests {
  /// A condition for each reading, a value that makes it true, and the sentence.
  private static let sentences: [(rule: String, value: Fixed, text: String)] = [
    ("last(BTC) > 65000", "65000.5", "BTC-USDT last price 65000.5 USDT (last(BTC-USDT) > 65000)"),
    ("mark(BTC) > 65000", "65000.5", "BTC-USDT mark price 65000.5 USDT (mark(BTC-USDT) > 65000)"),
    ("index(BTC) > 1", 2, "BTC-USDT index price 2 USDT (index(BTC-USDT) > 1)"),
    ("bid(BTC) > 1", 2, "BTC-USDT best bid 2 USDT (bid(BTC-USDT) > 1)"),
    ("ask(BTC) > 1", 2, "BTC-USDT best ask 2 USDT (ask(BTC-USDT) > 1)"),
    ("spread(BTC) > 0.05%", "0.0612345", "BTC-USDT spread 0.0612 % (spread(BTC-USDT) > 0.05%)"),
    ("funding(BTC) < 0%", "-0.0125", "BTC-USDT funding rate -0.0125 % (funding(BTC-USDT) < 0%)"),
    (
      "funding_in(BTC) < 1h", 3_541,
      "BTC-USDT funding settles in 59m 1s (funding_in(BTC-USDT) < 1h)"
    ),
    ("move24h(BTC) < -5%", "-6.123456", "BTC-USDT move of 24h -6.12 % (move24h(BTC-USDT) < -5%)"),
    ("high24h(BTC) > 1", 2, "BTC-USDT high of 24h 2 USDT (high24h(BTC-USDT) > 1)"),
    ("low24h(BTC) > 1", 2, "BTC-USDT low of 24h 2 USDT (low24h(BTC-USDT) > 1)"),
    ("volume24h(BTC) > 1", 2, "BTC-USDT volume of 24h 2 BTC (volume24h(BTC-USDT) > 1)"),
    ("age(BTC) > 30s", "35.2", "BTC-USDT nothing heard for 35.2s (age(BTC-USDT) > 30s)"),
    ("move(BTC, 5m) > 3%", "3.14159", "BTC-USDT move of 5m 3.14 % (move(BTC-USDT, 5m) > 3%)"),
    ("high(BTC, 1h) > 1", 2, "BTC-USDT high of the last 1h 2 USDT (high(BTC-USDT, 1h) > 1)"),
    ("low(BTC, 1h) > 1", 2, "BTC-USDT low of the last 1h 2 USDT (low(BTC-USDT, 1h) > 1)"),
    ("close(BTC, 15m) > 1", 2, "BTC-USDT 15m close 2 USDT (close(BTC-USDT, 15m) > 1)"),
    ("volume(BTC, 15m) > 1", 2, "BTC-USDT 15m volume 2 BTC (volume(BTC-USDT, 15m) > 1)"),
    (
      "volume_ratio(BTC, 15m) > 3", "3.0909090909",
      "BTC-USDT 15m volume 3.09091 times the median of 20 (volume_ratio(BTC-USDT, 15m, 20) > 3)"
    ),
    (
      "rsi(BTC, 15m) < 30", "28.123456789",
      "BTC-USDT 15m RSI(14) 28.1235 (rsi(BTC-USDT, 15m, 14) < 30)"
    ),
    (
      "ema(BTC, 15m) > 1", "61000.123456",
      "BTC-USDT 15m EMA(20) 61000.1 USDT (ema(BTC-USDT, 15m, 20) > 1)"
    ),
    ("sma(BTC, 15m) > 1", 2, "BTC-USDT 15m SMA(20) 2 USDT (sma(BTC-USDT, 15m, 20) > 1)"),
    ("atr(BTC, 15m) > 1", 2, "BTC-USDT 15m ATR(14) 2 USDT (atr(BTC-USDT, 15m, 14) > 1)"),
    ("in_zone(BTC, 15m)", 1, "BTC-USDT last price in a 15m zone"),
    ("position(BTC) > 0", 12, "BTC-USDT position 12 contracts (position(BTC-USDT) > 0)"),
    (
      "pnl(BTC) < -50", "-50.123456", "BTC-USDT unrealized profit -50.12 USDT (pnl(BTC-USDT) < -50)"
    ),
    (
      "pnl_percent(BTC) < -5%", "-5.5",
      "BTC-USDT unrealized profit -5.5 % of its margin (pnl_percent(BTC-USDT) < -5%)"
    ),
    ("pnl_r(BTC) > 2", "2.0123456789", "BTC-USDT result 2.01235 R (pnl_r(BTC-USDT) > 2)"),
    (
      "liquidation_percent(BTC) < 5%", "4.21",
      "BTC-USDT liquidation 4.21 % away (liquidation_percent(BTC-USDT) < 5%)"
    ),
    (
      "liquidation_price(BTC) < 3000", "1800",
      "BTC-USDT liquidation 1800 USDT away (liquidation_price(BTC-USDT) < 3000)"
    ),
    (
      "liquidation_atr(BTC, 15m) < 3", "2.5",
      "BTC-USDT liquidation 2.5 times the 15m ATR(14) away "
        + "(liquidation_atr(BTC-USDT, 15m, 14) < 3)"
    ),
    ("naked(BTC)", 1, "BTC-USDT position without a stop"),
    ("unproven(BTC)", 1, "BTC-USDT stop not shown by the exchange"),
    ("equity < 9000", "8999.999", "equity 9000 USDT (equity < 9000)"),
    ("day_pnl < -100", "-100.5", "profit of the day -100.5 USDT (day_pnl < -100)"),
    ("day_loss_used > 80%", "85.128", "loss of the day 85.13 % of its limit (day_loss_used > 80%)"),
    ("margin_used > 50%", 51, "margin in use 51 % of the equity (margin_used > 50%)"),
    ("drawdown > 5%", 6, "equity 6 % below its peak (drawdown > 5%)"),
    ("link_down", 1, "a connection is lost"),
    ("clock_skew > 1s", "1.5", "our clock off the exchange's by 1.5s (clock_skew > 1s)"),
    ("halted", 1, "the bot is halted"),
  ]

  @Test func `every reading has a name, a figure and its unit`() throws {
    let vocabulary = AlertVocabulary(instruments: [Sample.btc, Sample.eth])
    var told: Set<ReadingKind> = []
    for (text, value, sentence) in Self.sentences {
      let rule = try AlertRule(
        text, vocabulary: vocabulary, defaults: .usual, now: Sample.start)
      guard case .expression(let expression) = rule.condition else { continue }
      told.formUnion(expression.readings.map(\.kind))
      #expect(Self.firing(rule, [value]).text == sentence)
    }
    // The exchange does not tell the open interest.
    #expect(Set(ReadingKind.allCases).subtracting(told) == [.openInterest])
  }

  @Test func `an instrument is named again only where another one was`() throws {
    let vocabulary = AlertVocabulary(instruments: [Sample.btc, Sample.eth])
    func sentence(_ text: String, _ values: [Fixed?]) throws -> String {
      let rule = try AlertRule(
        text, vocabulary: vocabulary, defaults: .usual, now: Sample.start)
      return Self.firing(rule, values).text
    }
    #expect(
      try sentence("mark(btc) > 1 and funding(btc) < 0% note \"long squeeze\"", [2, "-0.01"])
        == "long squeeze: BTC-USDT mark price 2 USDT, funding rate -0.01 % "
        + "(mark(BTC-USDT) > 1 and funding(BTC-USDT) < 0%)")
    #expect(
      try sentence("mark(btc) > 1 or mark(eth) > 1", [2, nil])
        == "BTC-USDT mark price 2 USDT, ETH-USDT mark price unknown "
        + "(mark(BTC-USDT) > 1 or mark(ETH-USDT) > 1)")
    #expect(
      try sentence("naked(btc) or unproven(eth)", [0, 1])
        == "ETH-USDT stop not shown by the exchange")
    #expect(try sentence("not halted", [0]) == "the bot is not halted (not halted)")
  }

  private static func firing(_ rule: AlertRule, _ values: [Fixed?]) -> AlertFiring {
    guard case .expression(let expression) = rule.condition else {
      preconditionFailure("only conditions are told here")
    }
    return AlertFiring(
      id: AlertID(rule: AlertRuleID(1), count: 1), rule: rule,
      cause: .readings(zip(expression.readings, values).map { AlertCause($0, $1) }),
      suppressedCount: 0, at: Sample.start)
  }
}
