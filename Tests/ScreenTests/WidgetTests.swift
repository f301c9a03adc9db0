import Screen
import TestSupport
import Testing
import Units

@Suite struct WidgetTests {
  static let sets = [
    ("unicode", Glyphset()), ("ascii", Glyphset(isASCII: true)), ("live", Glyphset(isLive: true)),
    ("live_ascii", Glyphset(isASCII: true, isLive: true)),
  ]

  /// Every widget once, with text that is too long, wide and hostile among the ordinary.
  private func gallery(_ glyphs: Glyphset) -> Frame {
    var frame = Frame(Size(width: 80, height: 24))
    let parts = frame.bounds.rows([.fixed(9), .rest, .fixed(1)])
    let top = parts[0].columns([.rest, .fixed(30)])
    drawWatchlist(&frame, top[0], glyphs)
    let book = Panel("Book", key: "2").draw(into: &frame, in: top[1], glyphs)
    DepthLadder(
      asks: [
        .init(price: "61235.0", size: "120", fraction: 0.3),
        .init(price: "61235.5", size: "1400", fraction: 1, own: "5"),
      ],
      bids: [
        .init(price: "61234.5", size: "80", fraction: 0.2),
        .init(price: "61234.0", size: "12345678901234", fraction: 0.01),
      ], middle: [Span("0.5 ", Style(.muted)), Span("61234.5" + glyphs.down, Style(.loss).bold)]
    ).draw(into: &frame, in: book, glyphs)
    let bottom = parts[1].columns([.percent(60), .rest])
    drawChart(&frame, bottom[0], glyphs)
    drawRisk(&frame, bottom[1], glyphs)
    KeyHints([
      .init("?", "help"), .init("a", "arm", ink: .danger), .init("B", "join bid", isEnabled: false),
      .init("F8", "flatten"), .init("Ctrl-P", String(repeating: "palette ", count: 9)),
    ]).draw(into: &frame, in: parts[2], on: .bar)
    return frame
  }

  private func drawWatchlist(_ frame: inout Frame, _ rect: Rect, _ glyphs: Glyphset) {
    let inside = Panel(
      "Markets", key: "1", badge: Span("built-in", Style(.good)), isFocused: true
    ).draw(into: &frame, in: rect, glyphs)
    let table = Table(
      [
        .init("Instrument", width: 10, grows: true, align: .leading),
        .init("Last", unit: "USDT", width: 12), .init("Day", unit: "%", width: 7),
        .init("Funding", unit: "%", width: 10, priority: 2), .init("Age", width: 5, priority: 1),
      ], sorting: .init(column: 2, isAscending: false))
    let rows = [
      ("BTC-USDT", "61234.5", "+1.20", Ink.gain), ("漢字漢字漢字漢字", "0.00000123", "-3.40", .loss),
      ("EVIL\u{1B}[2J\u{202E}X", "123456789012345", "+0.00", .text), ("SOL-USDT", "—", "—", .muted),
      ("DOGE-USDT", "0.1234", "-0.10", .loss), ("XRP-USDT", "0.5", "+0.20", .gain),
      ("ADA-USDT", "0.45", "+9.99", .gain),
    ]
    var scroll = Scroll()
    scroll.select(1, count: rows.count, visible: 6)
    table.draw(into: &frame, in: inside, glyphs, count: rows.count, scroll: scroll) { row in
      let (name, last, day, ink) = rows[row]
      return [Span(name), Span(last), Span(day, Style(ink)), Span("0.0100"), Span("1s")]
    }
  }

  private func drawChart(_ frame: inout Frame, _ rect: Rect, _ glyphs: Glyphset) {
    let inside = Panel("BTC-USDT 1m", badge: Span("too long a badge for this one panel here"))
      .draw(into: &frame, in: rect, glyphs)
    var random = SeededRandom(seed: 7)
    var price = 100.0
    var candles: [CandleColumn] = []
    for _ in 0..<(inside.width / 2) {
      let open = price
      price += Double(random.within(-30...30)) / 10
      let top = max(open, price) + Double(random.within(0...20)) / 10
      let bottom = min(open, price) - Double(random.within(0...20)) / 10
      candles.append(CandleColumn(open: open, high: top, low: bottom, close: price))
    }
    guard let scale = ChartScale(of: candles.flatMap { [$0.high, $0.low] }) else { return }
    for (index, candle) in candles.enumerated() {
      candle.draw(
        into: &frame,
        in: Rect(x: inside.x + index, y: inside.y, width: 1, height: inside.height), scale, glyphs)
    }
    let right = inside.columns([.rest, .fixed(inside.width / 2)])[1]
    var canvas = BrailleCanvas(right.size)
    canvas.plot(candles.map(\.close), scale: scale, .accent)
    canvas.plot([100, nil, 101, 99, .nan, 98, 98], scale: scale, .series1)
    canvas.draw(into: &frame, at: right.origin, glyphs)
  }

  private func drawRisk(_ frame: inout Frame, _ rect: Rect, _ glyphs: Glyphset) {
    let inside = Panel("Risk", key: "5", border: .warning).draw(into: &frame, in: rect, glyphs)
    Gauge(0.42, .good, label: "42.0 %").draw(into: &frame, in: inside.row(0), glyphs)
    Gauge(0.999, .danger, label: "99.9 %").draw(into: &frame, in: inside.row(1), glyphs)
    Gauge(0.001, .warning).draw(into: &frame, in: inside.row(2), glyphs)
    Gauge(.nan).draw(into: &frame, in: inside.row(3), glyphs)
    var field = TextField("buy btc 0.5% sl 1% tp 2r, and then some more of it")
    _ = field.handle(.left)
    field.draw(into: &frame, in: inside.row(8), Style(.text, on: .overlay), hasCursor: true)
  }

  @Test(arguments: sets)
  func `T24 every widget looks as recorded`(name: String, glyphs: Glyphset) throws {
    let frame = gallery(glyphs)
    #expect(try Golden.mismatch(frame.snapshot, "screen_widgets_\(name)") == nil)
    #expect(frame.rows.allSatisfy { TextWidth.columns(of: $0) <= 80 })
    if glyphs.isASCII {
      let drawn = frame.text.unicodeScalars.filter {
        !$0.isASCII && !"漢字�—…".unicodeScalars.contains($0)
      }
      #expect(String(String.UnicodeScalarView(drawn)) == "")
    }
  }

  @Test func `T12 no widget draws outside its rectangle or traps, however small`() {
    for width in 0...12 {
      for height in 0...6 {
        var frame = Frame(Size(width: 20, height: 10))
        let rect = Rect(x: 3, y: 2, width: width, height: height)
        let inside = Panel("Title", key: "1", badge: Span("b"))
          .draw(into: &frame, in: rect, Glyphset())
        Gauge(0.5, label: "50 %").draw(into: &frame, in: inside, Glyphset())
        Table([.init("A", width: 5), .init("B", width: 5, priority: 1)]).draw(
          into: &frame, in: rect, Glyphset(), count: 9, scroll: Scroll(selected: 4)
        ) { row in [Span("\(row)漢"), Span("x")] }
        DepthLadder(
          asks: [.init(price: "1", size: "2", fraction: 2)], bids: [], middle: [Span("mid")]
        ).draw(into: &frame, in: rect, Glyphset())
        KeyHints([.init("q", "quit")]).draw(into: &frame, in: rect)
        TextField("text").draw(into: &frame, in: rect, hasCursor: false)
        for y in 0..<10 {
          for x in 0..<20 where !rect.contains(Point(x: x, y: y)) {
            if frame[x, y] != .blank { Issue.record("\(rect): \(x), \(y)\n\(frame)") }
          }
        }
      }
    }
  }

  @Test(arguments: [
    (60, [0, 1, 2, 3, 4]), (44, [0, 1, 2, 4]), (38, [0, 1, 2]), (20, [0, 1, 2]),
  ])
  func `the least important columns go first`(width: Int, kept: [Int]) {
    let titles = ["A", "B", "C", "D", "E"]
    let table = Table(
      zip(titles, [(10, 0), (12, 0), (7, 0), (10, 2), (5, 1)]).map {
        .init($0, width: $1.0, priority: $1.1)
      })
    var frame = Frame(Size(width: width, height: 1))
    table.draw(into: &frame, in: frame.bounds, Glyphset(), count: 0, scroll: Scroll()) { _ in [] }
    let shown = titles.indices.filter { frame.text.contains(titles[$0]) }
    #expect(shown == kept || width < 34)
  }

  @Test(arguments: [(39, "ABC"), (34, "AB"), (30, "AC"), (17, "A")])
  func `a narrow column stays where a wide one of more weight has no room`(
    width: Int, kept: String
  ) {
    let table = Table([
      .init("A", width: 10), .init("B", width: 20, priority: 1), .init("C", width: 5, priority: 2),
    ])
    var frame = Frame(Size(width: width, height: 1))
    table.draw(into: &frame, in: frame.bounds, Glyphset(), count: 0, scroll: Scroll()) { _ in [] }
    #expect(frame.text.filter { "ABC".contains($0) } == kept)
  }

  @Test func `a list keeps its selection in sight`() {
    var scroll = Scroll()
    var seen: [[Int?]] = []
    for key in [Key.down, .down, .pageDown, .end, .up, .home, .pageUp, .character("x")] {
      let isHandled = scroll.handle(key, count: 10, visible: 4)
      seen.append([scroll.selected, scroll.first(of: 10, in: 4), isHandled ? 1 : 0])
    }
    #expect(
      seen == [
        [0, 0, 1], [1, 0, 1], [4, 1, 1], [9, 6, 1], [8, 6, 1], [0, 0, 1], [0, 0, 1], [0, 0, 0],
      ])
    scroll.select(9, count: 10, visible: 4)
    #expect(scroll.first(of: 5, in: 4) == 1)
    scroll.move(1, count: 0, visible: 4)
    #expect(scroll.selected == nil)
  }

  @Test(
    arguments: [
      ("buy btc", [Key.control("w")], "buy ", 4), ("abc", [.left, .backspace], "ac", 1),
      ("abc", [.home, .delete], "bc", 0), ("abc", [.control("a"), .control("k")], "", 0),
      ("a b", [.alternate("b"), .character("x")], "a xb", 3),
      ("", [.paste("y\n y\u{1B}\n")], "y  y", 4),
      ("abc", [.enter, .up], "abc", 3), ("漢字", [.left, .character("é")], "漢é字", 2),
      ("abcdefghij", [.character("k")], "abcdefghij", 10),
      ("", [.paste("0123456789ABC")], "0123456789", 10),
    ] as [(String, [Key], String, Int)])
  func `T18 a text field edits, and a paste is text on one line`(
    text: String, keys: [Key], expected: String, cursor: Int
  ) {
    var field = TextField(text, limit: 10)
    for key in keys { _ = field.handle(key) }
    #expect(field.text == expected)
    #expect(field.cursor == cursor)
  }
}
