import AccountData
import Dashboard
import Engine
import Exchanges
import MarketData
import Risk
import Runtime
import Screen
import Simulation
import Testing
import Trading
import Units

@MainActor
struct ControlDeskTests {
  private let story = Story()
  private let desk: ControlDesk

  init() {
    desk = ControlDesk(story.runtime, account: "main")
    story.wait(3_000)
  }

  /// A desk that takes lines of orders.
  private var lineDesk: ControlDesk {
    ControlDesk(
      story.runtime, account: "main",
      labels: DashboardLabels(
        marketSource: story.exchange.label, account: "main", glyphs: Glyphset(), isLive: false,
        bar: Style(.text, on: .paper)))
  }

  @Test func `a setting from a second terminal is told when the exchange has answered`() {
    let desk = lineDesk
    var heard: [String] = []
    desk.answer("text act lev btc 3x") { heard.append($0) }
    #expect(heard == [])
    story.wait(1_000)
    #expect(heard == ["done"])
    for leverage in ["2.5x", "0.5x"] {
      desk.answer("text act lev btc \(leverage)") { heard.append($0) }
      #expect(
        heard.last
          == "error: denied: leverage \(leverage): it is a whole number from 1x to 10x")
    }
    story.exchange.disconnect()
    desk.answer("text act lev btc 4x") { heard.append($0) }
    story.wait(3_000)
    #expect(heard.last == "sent, not confirmed yet: perpdeck status tells what came of it")
  }

  @Test(arguments: ["fok", "ioc"])
  func `an order that ends at once and unfilled is no success and says why`(manner: String) throws {
    let desk = lineDesk
    let market = try #require(story.runtime.snapshot().markets[InstrumentID("BTC-USDT")])
    let last = try #require(market.lastPrice)
    let below = last.scaled(by: "0.99", .down).rounded(to: market.instrument.tickSize, .down)
    var heard: [String] = []
    desk.answer("text act buy btc 2c @ \(below) \(manner) sl 2%") { heard.append($0) }
    story.wait(2_500)
    let told = try #require(heard.last)
    let reason = manner == "fok" ? "it could not fill whole at once" : "nothing was offered"
    #expect(told.hasPrefix("error: "))
    #expect(told.hasSuffix("buy 2 at \(below) \(manner): nothing filled, \(reason)"))
    #expect(!told.split(separator: "\n").contains("done"))
    #expect(story.runtime.snapshot().positions.isEmpty)
    // One that fills is done as before.
    desk.answer("text act buy btc 2c sl 2%") { heard.append($0) }
    story.wait(2_500)
    #expect(heard.count == 2)
    #expect(heard.last?.split(separator: "\n").contains("done") == true)
  }

  @Test func `a waiting entry that is refused is no success and says why`() throws {
    let desk = lineDesk
    let market = try #require(story.runtime.snapshot().markets[InstrumentID("BTC-USDT")])
    let last = try #require(market.lastPrice)
    let tick = market.instrument.tickSize
    let above = last.scaled(by: "1.05", .up).rounded(to: tick, .nearestOrEven)
    let stop = above + tick
    let off = above + tick.scaled(by: "0.5", .down)
    var heard: [String] = []
    desk.answer("json act buy stop btc \(above) sl \(stop)") { heard.append($0) }
    desk.answer("text act buy stop btc \(off) sl 1%") { heard.append($0) }
    let side = "would be denied: the stop \(stop) is past the price \(above)"
    #expect(
      heard == [
        #"{"ok":false,"asks":false,"lines":["\#(side)"]}"#,
        "error: would be denied: \(off) is no multiple of the tick size \(tick)",
      ])
    #expect(story.runtime.snapshot().plans.isEmpty)
  }

  @Test func `a runtime answers a command with the reason why it was not done`() {
    let mode = PositionMode.hedge
    #expect(story.runtime.command(.setPositionMode(mode), from: .control) == nil)
    #expect(
      story.runtime.command(.breakEven(Self.held), from: .control)
        == "there is no position in BTC-USDT to close")
    #expect(
      story.runtime.snapshot().notices.last?.text
        == "denied: there is no position in BTC-USDT to close")
  }

  private static let held = PositionKey(
    instrument: InstrumentID("BTC-USDT"), slot: .net, marginMode: .isolated)

  @Test func `only an answer that says so in as many words asks nothing`() {
    #expect(ControlAnswer.asksNothing(#"{"ok":true,"asks":false,"lines":[]}"#))
    #expect(ControlAnswer.asksNothing(#"{"version":2,"lines":["a"],"asks":false,"ok":true}"#))
    for answer in [
      #"{"ok":true,"asks":true,"lines":[]}"#, #"{"version":2,"asks":true,"ok":true}"#,
      #"{"ok":true}"#, #"{"asks":"false"}"#, #"{"asks":false"#, "error: no such verb", "",
    ] {
      #expect(!ControlAnswer.asksNothing(answer), "\(answer)")
    }
    var heard: [String] = []
    let desk = lineDesk
    heard.append(desk.answer("json preview lev btc 3x"))
    heard.append(desk.answer("json preview buy btc 0.2% sl 1%"))
    #expect(heard.map(ControlAnswer.asksNothing) == [true, false])
  }

  @Test func `only an answer that says in as many words that all went well is a success`() {
    #expect(ControlAnswer.isGood(#"{"ok":true,"lines":[]}"#))
    #expect(ControlAnswer.isGood(#"{"version":2,"lines":["ok"],"ok":true}"#))
    for answer in [
      #"{"ok":false,"error":"no"}"#, #"{"error":"no","ok":false}"#, #"{"error":"no"}"#,
      #"{"ok":"true"}"#, #"{"lines":[{"ok":true}]}"#, #"{"ok":true"#, "halted", "",
    ] {
      #expect(!ControlAnswer.isGood(answer), "\(answer)")
    }
    let heard = ["status", "balance", "positions", "orders", "why", "alerts", "halt", "nonsense"]
      .map { lineDesk.answer("json \($0)") }
    #expect(heard.map(ControlAnswer.isGood) == Array(repeating: true, count: 7) + [false])
  }

  @Test func `what is canceled is counted without orders made elsewhere, which stay`() throws {
    _ = try buyElsewhere()
    #expect(
      desk.answer("text cancel-all")
        == "canceling 0 orders; protection stays; 1 made elsewhere stays, flatten takes it too")
    #expect(
      desk.answer("text halt")
        == "halted: no new risk; 1 made elsewhere stays, flatten takes it too")
  }

  /// Lets somebody else rest a buy of Bitcoin; returns its price.
  private func buyElsewhere() throws -> Price {
    let market = try #require(story.runtime.snapshot().markets[InstrumentID("BTC-USDT")])
    let last = try #require(market.lastPrice)
    let far = last.scaled(by: "0.95", .down).rounded(to: market.instrument.tickSize, .down)
    story.exchange.perform(
      .submit(
        OrderRequest(
          clientOrderID: ClientOrderID("elsewhere1"), instrument: market.id, side: .buy,
          marginMode: .isolated, type: .limit(far), contracts: 1, reduceOnly: false)),
      as: RequestID(900_000))
    story.wait(1_000)
    return far
  }

  @Test func `status tells why nothing opens, what was made elsewhere and how old a stop is`()
    throws
  {
    openLong()
    let price = try buyElsewhere()
    _ = desk.answer("text halt")
    let lines = desk.answer("text status").split(separator: "\n").map(String.init)
    let halted = lines.filter { $0.hasPrefix("halted since 2026-03-02 10:00:") }
    #expect(halted.count == 1)
    #expect(
      halted[0].hasSuffix(
        " UTC by a second terminal or Telegram: halted from a second terminal"))
    #expect(lines.contains { $0.contains(", stop ") && $0.contains(", seen ") })
    #expect(lines.contains { $0.hasSuffix("filled 0, live, made elsewhere") })
    let json = desk.answer("json status")
    #expect(json.contains(#""stateReason":"halted from a second terminal""#))
    #expect(json.contains(#""stateBy":"control""#))
    #expect(json.contains(#""type":"limit","price":"\#(price)","external":true}"#))
    #expect(!json.contains(#""stopPrice":null"#))
  }

  private func openLong() {
    story.press(.character("b"), .character("y"))
    story.wait(1_000)
  }

  @Test func `J08 a screen, a terminal, a program and a chat at once: one queue, own answers`()
    throws
  {
    story.press(.character("b"))
    let before = story.journal.records.count
    var heard: [[String]] = [[], []]
    // Nothing moves between these: the loop does not run.
    lineDesk.answer("text act lev eth 3x") { heard[0].append($0) }
    story.host?.take([.character("y")])
    let chat = ControlDesk(story.runtime, account: "main").answer("text close SOL-USDT")
    lineDesk.answer("json act lev sol 2.5x") { heard[1].append($0) }
    lineDesk.answer("json act lev sol 2x") { heard[1].append($0) }
    #expect(chat == "no position in SOL-USDT")
    #expect(heard[0] == [])
    #expect(heard[1].map(ControlAnswer.isGood) == [false])
    story.wait(3_000)
    #expect(heard[0] == ["done"])
    #expect(heard[1].map(ControlAnswer.isGood) == [false, true])
    #expect(story.runtime.snapshot().positions.map(\.source) == [.keyboard])
    // Each wish is in the journal once, in the order in which they came, with who had it.
    let wishes = story.journal.records.dropFirst(before).compactMap { record -> String? in
      guard case .command(let wish) = record else { return nil }
      let word = wish.text.prefix { $0 != " " }
      let outcome = wish.answer == nil ? "done" : "refused"
      return "\(wish.source): \(word) \(outcome)"
    }
    #expect(
      wishes == [
        "\(CommandSource.control): leverage done", "\(CommandSource.keyboard): open done",
        "\(CommandSource.control): leverage refused", "\(CommandSource.control): leverage done",
      ])
  }

  @Test func `the status of a running program is told in lines`() {
    let lines = desk.answer("text status").split(separator: "\n")
    #expect(
      lines == [
        "PAPER simulated main: running, ready",
        "equity 10000.00 USDT, day 0.00, unrealized 0.00, margin used 0.00", "positions 0",
        "orders 0",
      ])
  }

  @Test func `a halt from a second terminal refuses new risk and says so when it is repeated`() {
    #expect(desk.answer("text halt") == "halted: no new risk")
    #expect(desk.answer("text halt") == "was halted already")
    openLong()
    #expect(story.exchange.venue.positions(of: story.exchange.account).isEmpty)
    #expect(desk.answer("text resume") == "running")
    #expect(desk.answer("text resume") == "was running already")
  }

  @Test func `why tells that no strategy trades where none is set up`() {
    #expect(
      desk.answer("text why BTC-USDT") == """
        no strategy is set up: strategies.yaml names none
        the bot is running
        """)
    #expect(desk.answer("text why BTC") == desk.answer("text why BTC-USDT"))
    #expect(desk.answer("text why NONE-USDT") == "error: NONE-USDT is not listed here")
    #expect(desk.answer("json why").hasPrefix(#"{"ok":true,"verb":"why","mode":"paper","at":"#))
    #expect(desk.answer("json why").hasSuffix(#""ready":true,"strategies":[]}"#))
  }

  @Test func `a position is closed from a second terminal, also while the bot is halted`() {
    openLong()
    #expect(story.rows(with: "3 Positions (1)").count == 1)
    _ = desk.answer("text halt")
    var heard: [String] = []
    desk.answer("text close BTC-USDT") { heard.append($0) }
    #expect(heard == [])
    story.wait(2_500)
    #expect(heard == ["closing BTC-USDT at market"])
    #expect(desk.answer("text close BTC-USDT") == "no position in BTC-USDT")
    #expect(desk.answer("text close BTC-USDT short") == "no short position in BTC-USDT")
    #expect(story.exchange.venue.positions(of: story.exchange.account).isEmpty)
  }

  @Test func `a close that the exchange does not confirm is not told as one that goes on`() {
    openLong()
    story.exchange.disconnect()
    var heard: [String] = []
    desk.answer("text close BTC-USDT") { heard.append($0) }
    #expect(heard == [])
    story.wait(3_000)
    #expect(heard.count == 1)
    #expect(heard.first != "closing BTC-USDT at market")
  }

  @Test func `R10 before the account was read nothing is said to be flat, and an exit waits`() {
    let story = Story()
    let desk = ControlDesk(story.runtime, account: "main")
    #expect(desk.answer("text positions") == "positions unknown: the account was not read yet")
    #expect(desk.answer("text orders") == "orders unknown: the account was not read yet")
    #expect(desk.answer("json positions").contains("\"positions\":null"))
    #expect(
      desk.answer("text close BTC-USDT")
        == "the account was not read yet: BTC-USDT is closed, both sides, and its orders are "
        + "canceled as soon as it is")
    #expect(
      desk.answer("text flatten")
        == "the account was not read yet: everything is closed and canceled as soon as it is")
    #expect(
      desk.answer("text cancel-all")
        == "error: the account was not read yet: canceling 0 orders that this program knows of; "
        + "say it again once the account is read")
    story.wait(3_000)
    #expect(desk.answer("text positions") == "no open position")
    #expect(desk.answer("json positions").contains("\"positions\":[]"))
    #expect(desk.answer("text close NONE-USDT") == "error: NONE-USDT is not listed here")
  }

  @Test func `the drawdown begins anew from a second terminal, after a question`() {
    let desk = lineDesk
    var heard: [String] = []
    desk.answer("json preview reset peak") { heard.append($0) }
    #expect(heard.last?.contains("\"asks\":true") == true)
    desk.answer("text act reset peak") { heard.append($0) }
    story.wait(1_000)
    #expect(heard.last?.hasSuffix("\ndone") == true)
  }

  @Test func `figures are rounded as on the screen for people, and exact for programs`() throws {
    openLong()
    let snapshot = story.runtime.snapshot()
    let position = try #require(snapshot.positions.first)
    let tick = try #require(snapshot.markets[InstrumentID("BTC-USDT")]).instrument.tickSize
    func money(_ amount: Money) -> String { amount.value.text(places: 2, .towardZero) }
    func price(_ price: Price) -> String { "\(price.rounded(to: tick, .towardZero))" }
    let liquidation =
      position.liquidationPrice.map {
        ", liquidation \(Liquidation.onTick($0, side: position.side, tickSize: tick))"
      } ?? ""
    #expect(
      desk.answer("text positions").hasPrefix(
        "BTC-USDT long \(position.contracts) at \(price(position.entryPrice)), mark "
          + "\(price(position.markPrice)), unrealized \(position.unrealizedPnL.value.resultText())"
          + "\(liquidation), stop "))
    let equity = try #require(snapshot.equity)
    // The fee of the opening has more than two decimals.
    #expect(money(equity) != "\(equity)")
    #expect(desk.answer("text balance").hasPrefix("equity \(money(equity)) USDT\nday's profit "))
    let profit = try #require(snapshot.dayProfit)
    #expect(
      desk.answer("text balance").contains("\nday's profit \(profit.value.resultText())\n"))
    #expect(desk.answer("json positions").contains(#""entryPrice":"\#(position.entryPrice)""#))
    #expect(desk.answer("json balance").contains(#""equity":"\#(equity)""#))
  }

  @Test func `T22 a report says how old the prices are that its sums come from`() throws {
    openLong()
    #expect(!desk.answer("text status").contains(" old"))
    story.exchange.disconnect()
    story.wait(20_000)
    let snapshot = story.runtime.snapshot()
    let age = try #require(snapshot.oldMarkAge)
    let seconds = age.milliseconds / 1_000
    #expect((18...21).contains(seconds))
    #expect(desk.answer("text status").contains("\nprices \(seconds) s old"))
    #expect(desk.answer("text balance").contains("\nprices \(seconds) s old"))
    #expect(desk.answer("text positions").contains(" (\(seconds) s old), unrealized "))
    let pricedAt = (snapshot.at - age).milliseconds
    #expect(desk.answer("json positions").contains(#""markAt":\#(pricedAt)"#))
    let balance = try #require(snapshot.account.balance)
    #expect(
      desk.answer("json balance").contains(#""balanceAt":\#(balance.receivedAt.milliseconds)"#))
  }

  @Test func `several stops of a position are told with their parts, the nearest first`() throws {
    let desk = lineDesk
    for line in ["buy btc 2c sl 3%", "buy btc 3c sl 2%"] {
      desk.answer("text act \(line)") { _ in }
      story.wait(2_000)
    }
    let snapshot = story.runtime.snapshot()
    let position = try #require(snapshot.positions.first)
    let stops = snapshot.account.stopsByReach(of: position.key, position.side)
      .compactMap(\.order.stopLoss?.triggerPrice)
    try #require(stops.count == 2 && stops[0] > stops[1])
    let told = desk.answer("text positions")
    #expect(told.contains(", stops \(stops[0]) for 3, \(stops[1]) for 2, seen "))
    let members =
      #""protection":"stops \#(stops[0]), \#(stops[1])","stopPrice":"\#(stops[0])","#
      + #""stopContracts":"5","stops":[{"price":"\#(stops[0])","contracts":"3"},"#
      + #"{"price":"\#(stops[1])","contracts":"2"}],"stopSeenAt":"#
    #expect(desk.answer("json positions").contains(members))
    #expect(desk.answer("json status").contains(members))
    // What the exchange itself is asked tells the same stops.
    let asked = snapshot.account.positions.held.map(\.report)
    let triggers = snapshot.account.triggers.map(\.order)
    #expect(
      asked.map { PositionRow($0, among: triggers).protection }
        == ["stops \(stops[0]), \(stops[1])"])
  }

  @Test func `a loss is told as large on the phone as everywhere`() {
    var cycle = PositionCycle(
      key: Self.held, side: .long, source: nil, openedAt: Timestamp(milliseconds: 0),
      entryPrice: 60_000, peakContracts: 1)
    cycle.realizedPnL = "-8.381"
    cycle.fees = 1
    #expect(
      ChatReport.profit(of: "today", [cycle])
        == "today: -9.39 USDT net of 1 closed positions, 0 won\nfees -1.00 USDT, funding 0.00 USDT")
  }

  @Test func `what a person reads on the phone has units and reasons`() {
    openLong()
    let report = ChatReport(story.runtime.snapshot())
    let lines = report.positions.split(separator: "\n").map(String.init)
    #expect(lines.count == 5)
    #expect(lines[0].hasPrefix("BTC-USDT long ") && lines[0].hasSuffix(" USDT, 5x isolated"))
    #expect(lines[0].contains(" contracts (") && lines[0].contains(" BTC), "))
    #expect(lines[1].hasPrefix("entry ") && lines[1].hasSuffix(" USDT"))
    #expect(lines[4].hasSuffix(" by the keyboard"))
    let why = report.why(InstrumentID("BTC-USDT"), intents: []).split(separator: "\n")
    #expect(why[0].hasPrefix("held: long "))
    #expect(why.dropFirst() == ["ready", "state running", "nothing was denied in BTC-USDT"])
    #expect(report.why(InstrumentID("NO-USDT"), intents: []) == "NO-USDT is not watched here")
    #expect(report.status.hasPrefix("state running\nready\nequity "))
  }

  @Test func `flatten from a second terminal leaves neither orders nor positions`() {
    openLong()
    #expect(desk.answer("text flatten") == "flattening: 0 orders, 1 positions")
    story.wait(2_000)
    #expect(desk.answer("text status").hasSuffix("positions 0\norders 0"))
  }

  @Test func `what waits here for a price is listed among the orders, where no screen is`() throws {
    let market = try #require(story.runtime.snapshot().markets[InstrumentID("BTC-USDT")])
    let last = try #require(market.lastPrice)
    let tick = market.instrument.tickSize
    let trigger = last.scaled(by: "1.05", .up).rounded(to: tick, .nearestOrEven)
    let stop = last.scaled(by: "1.02", .up).rounded(to: tick, .nearestOrEven)
    let until = story.runtime.snapshot().at + .minutes(60)
    story.runtime.command(
      .openAt(
        OpeningIntent(
          instrument: InstrumentID("BTC-USDT"), side: .long, marginMode: .isolated, type: .market,
          size: .contracts(10), stop: .stop(Trigger(triggerPrice: stop))),
        trigger: trigger, until: until), from: .keyboard)
    let plan = try #require(story.runtime.snapshot().plans.first)
    let end = "\(until.dateText) \(until.timeText)"
    let line =
      "BTC-USDT stop entry: buy 10 at market when the mark price is at \(trigger), waits here until"
      + " \(end) UTC"
    #expect(desk.answer("text orders") == line)
    #expect(
      desk.answer("text status").split(separator: "\n").suffix(4) == [
        "positions 0", "orders 0", "plans 1", "  \(line)",
      ])
    let object =
      #""orders":[],"triggers":[],"plans":[{"id":"\#(plan.id)","kind":"entry","#
      + #""instrument":"BTC-USDT","step":"waiting at \#(trigger)","#
      + #""startedAt":\#(plan.startedAt.milliseconds),"side":"buy","contracts":"10","#
      + #""triggerPrice":"\#(trigger)","until":\#(until.milliseconds)}]}"#
    #expect(desk.answer("json orders").hasSuffix(object))
    #expect(desk.answer("json status").hasSuffix(object))
    #expect(ChatReport(story.runtime.snapshot()).orders == line)
  }

  @Test func `a line that is no verb is refused in the form that it asked for`() {
    #expect(
      desk.answer("text sell everything")
        == "error: this program knows no such verb; is it an older one?")
    #expect(
      desk.answer("json close NOPE-USDT")
        == "{\"ok\":false,\"error\":\"NOPE-USDT is not listed here\"}")
    #expect(
      desk.answer("text close") == "error: close takes one instrument, such as BTC-USDT")
    #expect(
      desk.answer("text close BTC-USDT half")
        == "error: behind the instrument stands long, short or nothing")
    #expect(
      desk.answer("text close " + String(repeating: "X", count: 200))
        == "error: XXXXXXXXXXXXXXXXXXXX… is the name of no instrument; one is BTC-USDT")
    #expect(desk.answer("status").hasPrefix("error: "))
  }
}
