import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

struct LineMeaningTests {
  private func meaning(_ line: String, _ desk: Desk = .trading()) throws -> LineMeaning {
    try desk.model.meaning(of: LineParser.parse(line))
  }

  private func problem(_ line: String, _ desk: Desk = .trading()) -> String? {
    do throws(LineProblem) {
      _ = try desk.model.meaning(of: LineParser.parse(line))
      return nil
    } catch {
      return error.text
    }
  }

  @Test func `an order line becomes an intent with stop and target on the tick`() throws {
    #expect(
      try meaning("buy btc 0.5% sl 1% tp 2r")
        == .openings([
          OpeningIntent(
            instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
            size: .riskShare("0.005"), stop: .stop(Trigger(triggerPrice: "59_400.5".price)),
            takeProfit: Trigger(triggerPrice: "61_200.5".price))
        ]))
    #expect(
      try meaning("sell eth 100$ @ 2500 post")
        == .openings([
          OpeningIntent(
            instrument: Sample.eth, side: .short, marginMode: .isolated, type: .postOnly(2_500),
            size: .notional(100), stop: .stop(Trigger(triggerPrice: 2_525)))
        ]))
  }

  @Test func `an order with several targets becomes a bracket with prices on the tick`() throws {
    let opening = OpeningIntent(
      instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
      size: .riskShare("0.005"), stop: .stop(Trigger(triggerPrice: "59_400.5".price)))
    #expect(
      try meaning("buy btc 0.5% sl 1% tp 1r tp 2r 25%".replacing("1r", with: "1r 75%"))
        == .bracket(
          opening,
          [
            PartialTarget(trigger: Trigger(triggerPrice: "60_600.5".price), share: "0.75"),
            PartialTarget(trigger: Trigger(triggerPrice: "61_200.5".price), share: "0.25"),
          ]))
  }

  @Test func `an order that waits counts its stop from the price that it waits for`() throws {
    let desk = Desk.trading()
    let opening = OpeningIntent(
      instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
      size: .riskShare("0.005"), stop: .stop(Trigger(triggerPrice: 61_380)))
    #expect(
      try meaning("buy stop btc 62000 0.5% sl 1% for 4h", desk)
        == .waiting(opening, trigger: 62_000, until: desk.model.snapshot.at + .hours(4)))
    #expect(
      problem("buy stop btc 59000")
        == "buy stop waits for a price above the mark, which is 60000; on the other side an order "
        + "rests: buy btc @ 59000")
    #expect(
      problem("sell stop btc 61000")
        == "sell stop waits for a price below the mark, which is 60000; on the other side an order "
        + "rests: sell btc @ 61000")
  }

  @Test func `a scale spreads its orders evenly and divides its size`() throws {
    let stop = StopPlan.stop(Trigger(triggerPrice: 59_895))
    #expect(
      try meaning("scale buy btc 3 61000..60500 3%")
        == .openings(
          [Price(61_000), 60_750, 60_500].map {
            OpeningIntent(
              instrument: Sample.btc, side: .long, marginMode: .isolated, type: .limit($0),
              size: .riskShare("0.01"), stop: stop)
          }))
  }

  @Test func `lines about positions become commands`() throws {
    let key = Sample.btcKey
    #expect(
      try meaning("close btc 50%")
        == .commands([.engine(.close(ClosingIntent(key: key, share: "0.5")))]))
    #expect(
      try meaning("stop btc 59250")
        == .commands([
          .engine(.protect(key, stopLoss: Trigger(triggerPrice: 59_250), takeProfit: nil))
        ]))
    #expect(
      try meaning("tp btc 2%")
        == .commands([
          .engine(.protect(key, stopLoss: nil, takeProfit: Trigger(triggerPrice: 60_690)))
        ]))
    #expect(try meaning("be btc") == .commands([.engine(.breakEven(key))]))
    #expect(try meaning("flatten") == .action(.flatten))
    #expect(try meaning("flatten eth") == .commands([.engine(.flatten(Sample.eth))]))
    #expect(try meaning("cancel eth") == .cancel(Sample.eth))
    #expect(
      try meaning("lev eth 3x")
        == .commands([.engine(.setLeverage(Sample.eth, .isolated, 3))]))
  }

  @Test func `a leverage that is raised while a position is held is asked about`() throws {
    // 59.50 USDT of collateral become 29.75: 565.25 are left to lose of 595.
    #expect(
      try meaning("lev btc 20x")
        == .asked(
          "raise the leverage of BTC-USDT from 10x to 20x while it is held?",
          details: ["long 10: liquidation moves from 53,812.4 to about 56,786.3"],
          [.engine(.setLeverage(Sample.btc, .isolated, 20))]))
    #expect(
      try meaning("lev btc 3x")
        == .commands([.engine(.setLeverage(Sample.btc, .isolated, 3))]))
  }

  @Test func `plans about a position are asked of the engine, a reversal after a question`() throws
  {
    var desk = Desk.trading()
    func meaning(_ line: String) throws -> LineMeaning {
      try desk.model.meaning(of: LineParser.parse(line))
    }
    let key = PositionKey(instrument: Sample.btc, slot: .net, marginMode: .isolated)
    #expect(
      try meaning("trail btc 1% @ 62000")
        == .commands([.engine(.trail(key, .share("0.01"), activation: 62_000))]))
    #expect(
      try meaning("trail btc 250")
        == .commands([.engine(.trail(key, .price(250), activation: nil))]))
    // The percent sign was forgotten.
    #expect(
      try meaning("trail btc 1")
        == .asked(
          "let the stop of BTC-USDT trail by 1, 0.0016% of the price?",
          details: ["So near behind, the next moves of the price close the position."],
          [.engine(.trail(key, .price(1), activation: nil))]))
    #expect(
      try meaning("targets btc 62000 50% 63000 25%")
        == .commands([
          .engine(
            .takeProfits(
              key,
              [
                PartialTarget(trigger: Trigger(triggerPrice: 62_000), share: "0.5"),
                PartialTarget(trigger: Trigger(triggerPrice: 63_000), share: "0.25"),
              ]))
        ]))
    desk.press(":")
    desk.type("reverse btc 5 sl 61000")
    #expect(desk.text.contains("Ghost  sell BTC-USDT market"))
    // The limits are those of the account once the long is closed.
    #expect(desk.text.contains("within every limit"))
    expect(desk.press(.enter), [])
    #expect(desk.text.contains("PAPER: close BTC-USDT and then send this order?"))
    let opening = OpeningIntent(
      instrument: Sample.btc, side: .short, marginMode: .isolated, type: .market,
      size: .contracts(5), stop: .stop(Trigger(triggerPrice: 61_000)), takeProfit: nil)
    expect(desk.press("y"), [.engine(.reverse(key, opening))])
  }

  @Test func `what cannot be done is said in a sentence`() {
    #expect(problem("buy xyz 1") == "`xyz` is none of the markets: btc eth sol")
    #expect(problem("close sol") == "there is no position in SOL-USDT")
    let nowhere = "100.00% away leaves no price: it takes less than 100%"
    #expect(problem("buy btc 1 sl 100%") == nowhere)
    #expect(problem("stop btc 100%") == nowhere)
    #expect(problem("close btc 0.5%") == "0.5 % of 10 contracts is less than one lot of 0.1")
    #expect(problem("buy btc 0.1eth") == "`eth` is not the coin of the market")
    #expect(problem("resume") == "the bot is running")
    #expect(problem("buy btc 1 @ bid", Desk()) == "`btc` is none of the markets: ")
  }

  @Test func `a line of the history comes back, the draft after it`() {
    var desk = Desk.trading()
    for line in ["tf 5m", "go eth"] {
      desk.press(":")
      desk.type(line)
      desk.press(.enter)
    }
    desk.press(":")
    desk.type("dr")
    desk.press(.up)
    #expect(desk.lineText == "go eth")
    desk.press(.up, .up)
    #expect(desk.lineText == "tf 5m")
    desk.press(.down, .down)
    #expect(desk.lineText == "dr")
    #expect(desk.model.chart.timeFrame == .fiveMinutes)
    #expect(desk.model.instrument == Sample.eth)
  }

  @Test func `the ghost of a line shows what it costs, risks and would be denied for`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("buy btc 5 sl 59000 tp 3r")
    var text = desk.frame(80, 24).text
    for part in [
      "size", "notional", "margin", "fills near", "fee", "funding", "R:R", "liquidation",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.contains("within every limit"))
    desk.type(" post")
    #expect(desk.frame(80, 24).text.contains("^ `post` needs a price"))
    desk.press(.control("u"))
    desk.type("buy btc 500000$")
    text = desk.frame(80, 24).text
    #expect(text.contains("would be denied: "))
  }

  @Test func `the ghosts of several orders tell which of them is too much with those before it`() {
    var desk = Desk.idle()
    desk.press(":")
    // A third of it is within every limit, and so are two: all may be worth 30,000.
    desk.type("scale buy btc 3 59900..59880 36000$ sl 59850")
    let denied = "would be denied: order 3 of 3: the pair would be worth"
    #expect(desk.frame(140, 40).text.ranges(of: denied).count == 2)
    #expect(desk.frame(80, 24).text.contains(denied))
    expect(desk.press(.enter), [])
    #expect(desk.lineText == "scale buy btc 3 59900..59880 36000$ sl 59850")
    desk.press(.control("u"))
    desk.type("scale buy btc 3 59900..59880 24000$ sl 59850")
    #expect(desk.frame(140, 40).text.ranges(of: "within every limit").count == 2)
  }
}

extension Desk {
  /// What stands on the command line; nil without one.
  var lineText: String? {
    if case .line(let entry) = model.sheet { entry.field.text } else { nil }
  }
}
