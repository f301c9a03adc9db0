import Engine
import MarketData
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

struct PanelTests {
  @Test func `the watchlist sorts by the chosen figure, unknown last, and filters`() {
    var desk = Desk.trading()
    let last = Sample.ticker(Sample.ether, last: 3_030, at: desk.now)
    desk.take(
      .ticker(
        Ticker(
          instrument: last.instrument, lastPrice: 3_030, lastContracts: 1,
          bidPrice: last.bidPrice, bidContracts: 1, askPrice: last.askPrice, askContracts: 1,
          openPrice24h: 3_000, highPrice24h: 3_030, lowPrice24h: 3_000, baseVolume24h: 10,
          exchangeTime: desk.now)))
    desk.refresh()
    func names(_ list: Watchlist) -> [String] {
      list.instruments(of: desk.model.snapshot).map(\.baseText)
    }
    #expect(names(Watchlist()) == ["BTC", "ETH", "SOL"])
    #expect(names(Watchlist(sorting: .move)) == ["ETH", "BTC", "SOL"])
    #expect(names(Watchlist(sorting: .move, isAscending: true)) == ["BTC", "SOL", "ETH"])
    #expect(names(Watchlist(sorting: .volume)) == ["BTC", "SOL", "ETH"])
    #expect(names(Watchlist(sorting: .name, isAscending: true)) == ["SOL", "ETH", "BTC"])
    #expect(names(Watchlist(filter: "h-u")) == ["ETH"])
    #expect(names(Watchlist(filter: "!h-U")) == ["BTC", "SOL"])
    #expect(names(Watchlist(filter: "xyz")) == [])
  }

  @Test func `a filter narrows while it is typed, Enter keeps it, Esc clears it`() {
    var desk = Desk.trading()
    desk.press("/")
    desk.type("sol")
    #expect(desk.frame(80, 24).text.contains("/sol 1 of 3"))
    desk.press(.enter)
    #expect(desk.model.watchlist.filter == "sol")
    #expect(desk.model.instrument == Desk.solana.id)
    desk.press("/", .escape)
    #expect(desk.model.watchlist.filter == "")
  }

  @Test func `the working size goes 1, 2, 5, 10 and stays within its bounds`() {
    var size = WorkingSize()
    var seen: [String] = []
    size.unit = .notional
    for _ in 0..<4 {
      size.move(by: 1, Sample.bitcoin, Desk.limits)
      seen.append(size.text(Sample.bitcoin, Desk.limits))
    }
    for _ in 0..<2 {
      size.move(by: -1, Sample.bitcoin, Desk.limits)
      seen.append(size.text(Sample.bitcoin, Desk.limits))
    }
    #expect(seen == ["200 USDT", "500 USDT", "1000 USDT", "2000 USDT", "1000 USDT", "500 USDT"])
    size.unit = .riskShare
    for _ in 0..<9 { size.move(by: 1, Sample.bitcoin, Desk.limits) }
    #expect(size.text(Sample.bitcoin, Desk.limits) == "2 % risk")
  }

  @Test func `the chart marks entry, stop, target, liquidation and orders`() {
    let desk = Desk.trading()
    let marks = ChartMark.all(of: Sample.btc, desk.model)
    #expect(
      marks == [
        ChartMark(price: 59_500, label: "entry", ink: .accent),
        ChartMark(price: "53_812.4".price, label: "liq", ink: .danger),
        ChartMark(price: 59_000, label: "stop", ink: .loss),
        ChartMark(price: 62_000, label: "target", ink: .gain),
        ChartMark(price: "59_990.5".price, label: "buy", ink: .bid),
      ])
  }

  @Test func `the crosshair shows the candle under it and goes where the present begins`() {
    var desk = Desk.trading()
    desk.press("5", "h", "h", "h")
    let candles = desk.model.snapshot.markets[Sample.btc]?.chartCandles(.oneMinute, at: desk.now)
    let third = candles?.dropLast(2).last
    let open = third.map { NumberText.price($0.open, Sample.bitcoin) }
    #expect(desk.frame(80, 24).text.contains("O \(open ?? "?")"))
    desk.press("l", "l", "l")
    #expect(desk.model.chart.cursor == nil)
  }

  @Test func `candles of a frame that is not there are asked for once, then again at intervals`() {
    var requests = ChartRequests()
    let topic = ChartRequests.Topic(instrument: Sample.btc, timeFrame: .oneHour)
    func ask(_ count: Int, _ seconds: Int64, streamed: Bool) -> Int? {
      requests.question(
        topic, known: count, isStreamed: streamed, at: Sample.start + .seconds(seconds))
    }
    #expect(ask(0, 0, streamed: false) == 500)
    #expect(ask(0, 5, streamed: false) == nil)
    #expect(ask(0, 10, streamed: false) == 500)
    #expect(ask(500, 11, streamed: false) == nil)
    #expect(ask(500, 40, streamed: false) == 5)
    #expect(ask(500, 41, streamed: false) == nil)
    #expect(ask(500, 500, streamed: true) == nil)
  }

  @Test func `the chart carries the last price beyond candles that were read`() throws {
    var desk = Desk.trading()
    desk.now = desk.now + .minutes(2)
    desk.quote(Sample.bitcoin, 60_100)
    desk.refresh()
    let market = try #require(desk.model.snapshot.markets[Sample.btc])
    let last = try #require(market.chartCandles(.oneMinute, at: desk.now).last)
    #expect(last.close == 60_100)
    #expect(last.openTime == desk.now)
    #expect(!last.isClosed)
  }

  @Test func `the book scrolls, stops at its end and is centered again`() {
    var desk = Desk.trading()
    desk.press("2", "k", "k")
    #expect(desk.model.ladderOffset == 2)
    desk.press(" ")
    #expect(desk.model.ladderOffset == 0)
  }

  @Test func `T15 gain and loss are told by sign, sides by words`() {
    let text = Desk.trading().frame(120, 40).text
    #expect(text.contains("+5.00"))
    #expect(text.contains("-7.50"))
    #expect(text.contains("long") && text.contains("short"))
  }

  @Test func `T22 stale prices are dim and their age is marked`() throws {
    var desk = Desk.trading()
    desk.pass(.minutes(11))
    let frame = desk.frame(120, 40)
    let row = try #require(frame.rows.firstIndex { $0.contains("ETH-USDT") })
    #expect(frame.rows[row].contains("11m"))
    let line = Array(frame.rows[row])
    let column = try #require(line.firstIndex(of: "E"))
    #expect(frame[column, row].style.ink == .muted)
  }

  @Test func `amounts of money can be hidden`() {
    var desk = Desk.trading()
    desk.press("v")
    let text = desk.frame(120, 40).text
    #expect(!text.contains("9,997.50"))
    #expect(text.contains("Equity •••"))
  }

  @Test func `T12 escape sequences, wide and joined characters from outside stay in their cell`() {
    var desk = Desk.trading()
    for text in ["\u{1B}[2J\u{1B}]0;x\u{7}", "漢字👩‍👩‍👧\u{202E}\t|", "e\u{301}\u{301}\u{301}"] {
      desk.take(.protocolProblem(text))
    }
    desk.refresh()
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
      let frame = desk.frame(width, height)
      for y in 0..<height {
        for x in 0..<width {
          let scalars = frame[x, y].text.unicodeScalars
          #expect(scalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
        }
      }
    }
  }

  @Test(arguments: [
    ("\u{1B}[2J\u{7}X-USDT", "[2J"), ("A\u{202E}\u{200B}\u{9B}31m-USDT", "31m-USDT"),
    ("漢字\u{D}\u{8}\u{7F}-USDT", "漢"),
    ("a\u{301}\u{302}\u{303}\u{304}-USDT", "-USDT"),
  ])
  func `B14 S25 a position in an instrument of a hostile name is shown, and acts on nothing`(
    name: String, seen: String
  ) {
    let hostile = Sample.instrument(
      name, value: 1, tick: "0.001", lot: 1, largest: 1_000, leverage: 10)
    var desk = Desk.trading()
    desk.take(.instruments([Sample.bitcoin, Sample.ether, Desk.solana, hostile]))
    desk.quote(hostile, 5)
    desk.take(
      .account(.positions([Sample.position("9", hostile, entry: 5, opened: desk.now)])))
    desk.refresh()
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
      let frame = desk.frame(width, height)
      #expect(frame.text.contains(seen), "\(width)x\(height)")
      for y in 0..<height {
        let cells = (0..<width).map { frame[$0, y].text }
        let scalars = cells.joined().unicodeScalars
        let isPlain = scalars.allSatisfy {
          $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
            && $0.properties.generalCategory != .format
        }
        #expect(isPlain, "row \(y)")
        // Two marks on a letter at most.
        #expect(cells.allSatisfy { $0.unicodeScalars.count <= 3 }, "row \(y)")
      }
    }
  }

  @Test func `T16 an ASCII screen holds ASCII only`() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
      let frame = Desk.trading(isASCII: true).frame(width, height).inASCII
      let isASCII = frame.text.unicodeScalars.allSatisfy { $0.isASCII }
      #expect(isASCII)
      #expect(!frame.text.contains("?") || frame.text.contains("? keys"))
    }
  }

  @Test func `T22 an order of unknown outcome stands on top and says so in capitals`() throws {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("buy btc 5 @ 59000 sl 58000")
    for command in desk.press(.enter, "y") {
      if case .engine(let command) = command { desk.take(.command(command, .keyboard)) }
    }
    desk.take(.intentDurable(ClientOrderID(run: RunID("p"), sequence: 1)))
    desk.answer("submit", .unknown("no answer"))
    desk.refresh()
    let first = try #require(desk.model.orderRows.first)
    #expect(first.state == "UNKNOWN")
    #expect(desk.frame(80, 24).text.contains("UNKNOWN"))
  }
}
