import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The top line: the mode as a word, the exchange, the connections, the clock, the bot's state.
///
/// At 80 columns all of these are whole; the name of the account and the words give way first.
enum StatusBar {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let snapshot = model.snapshot
    let bar = model.labels.bar
    frame.fill(area, .blank(bar))
    let exchange = " \(snapshot.exchange)"
    // What stands before a comma names the source; a seed or a file may follow.
    let source = model.labels.marketSource.prefix { $0 != "," }
    let links = LinkName.streams.map { link(model, $0, bar) }
    let line = FittedLine(
      leading: [
        FittedLine.Part([[Span(" \(snapshot.modeWord) ", bar.bold.reversed)]]),
        FittedLine.Part(
          [[Span("\(exchange) \(model.labels.account)", bar.bold)], [Span(exchange, bar.bold)]],
          rank: 6),
        FittedLine.Part(
          [
            [Span("  \(source)", bar)], [Span("  \(source.prefix { $0 != " " })", bar)], [],
          ], rank: 4),
        FittedLine.Part(
          [[Span(String(model.labels.marketSource.dropFirst(source.count)), bar)], []], rank: 11),
        FittedLine.Part(
          [[Span(" ", bar)] + links.flatMap(\.long), links.flatMap(\.short)], rank: 9),
        FittedLine.Part(
          [[Span("  clock \(clock(model))", bar)], [Span(" clk \(clock(model))", bar)]], rank: 10),
      ],
      trailing: [
        FittedLine.Part(
          [snapshot.step == .ready ? [] : [Span("  \(snapshot.step.text)", bar.bold)], []],
          rank: 8),
        state(model, bar), late(model), armed(model, bar),
        FittedLine.Part(
          [[Span(" \(snapshot.at.timeText) UTC ", bar)], [Span(" \(snapshot.at.timeText) ", bar)]],
          rank: 7),
      ])
    line.draw(into: &frame, in: area)
  }

  /// The state of a connection and the age of its last message, with a long and a short name.
  private static func link(
    _ model: DashboardModel, _ name: LinkName, _ bar: Style
  ) -> (long: [Span], short: [Span]) {
    let (text, style) = condition(model, name, bar)
    return ([Span(" \(name.word) \(text)", style)], [Span(" \(name.shortWord) \(text)", style)])
  }

  private static func condition(
    _ model: DashboardModel, _ name: LinkName, _ bar: Style
  ) -> (String, Style) {
    let unknown = model.labels.glyphs.unknown
    guard let link = model.snapshot.links.first(where: { $0.name == name }) else {
      return (unknown, bar)
    }
    switch link.state {
    case .up:
      let age = link.messageAt.map { NumberText.age(model.snapshot.at - $0) } ?? unknown
      // In a fixed width: a second digit must not move what stands beside it.
      return (TextWidth.padded(age, to: 3), bar)
    case .connecting: return ("CONN", bar.bold)
    case .down: return ("DOWN", bar.bold.reversed)
    case .refused: return ("REFUSED", bar.bold.reversed)
    }
  }

  private static func clock(_ model: DashboardModel) -> String {
    guard let offset = model.snapshot.clock.offset else { return model.labels.glyphs.unknown }
    let sign = offset.milliseconds > 0 ? "+" : ""
    let isFar = abs(offset.milliseconds) > 1_000
    return "\(sign)\(offset.milliseconds)\(uncertainty(model))ms\(isFar ? "!" : "")"
  }

  /// By how much the offset can be off; not worth its room where it is small.
  private static func uncertainty(_ model: DashboardModel) -> String {
    guard let uncertainty = model.snapshot.clock.uncertainty?.milliseconds, uncertainty > 20
    else { return "" }
    return "\(model.labels.glyphs.isASCII ? "+-" : "±")\(uncertainty)"
  }

  /// The word for what the bot may do; only that it runs may be left out.
  private static func state(_ model: DashboardModel, _ bar: Style) -> FittedLine.Part {
    let mode = model.snapshot.trading.mode
    let word = " \(mode.rawValue.uppercased())"
    guard mode == .running else {
      return FittedLine.Part([[Span(" ", bar), Span(word + " ", bar.bold.reversed)]])
    }
    return FittedLine.Part([[Span(word, bar)], []], rank: 5)
  }

  /// By how much the program is behind, which makes everything else on the screen older than it
  /// says.
  private static func late(_ model: DashboardModel) -> FittedLine.Part {
    guard let lateness = model.snapshot.lateness else { return FittedLine.Part([]) }
    let text = " LATE \(lateness.milliseconds) ms "
    return FittedLine.Part([[Span(text, Style(.text, on: .warning).bold)]])
  }

  private static func armed(_ model: DashboardModel, _ bar: Style) -> FittedLine.Part {
    guard let until = model.armedUntil, until > model.now else { return FittedLine.Part([]) }
    let seconds = (until - model.now).milliseconds / 1_000
    let text = " ARMED \(seconds)s \(model.workingText) "
    return FittedLine.Part([[Span(" ", bar), Span(text, Style(.text, on: .warning).bold)]])
  }
}

extension LinkName {
  /// The connections whose ages are always in sight.
  fileprivate static let streams: [LinkName] = [.publicStream, .privateStream]

  fileprivate var word: String {
    switch self {
    case .publicStream: "market"
    case .privateStream: "account"
    case .requests: "requests"
    }
  }

  fileprivate var shortWord: String {
    switch self {
    case .publicStream: "mkt"
    case .privateStream: "acc"
    case .requests: "req"
    }
  }
}

/// The second line: equity, the day, margin, exposure.
enum AccountLine {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let snapshot = model.snapshot
    let day = model.figures.dayProfit
    let dayStyle = Style(day.map { $0.isNegative ? .loss : .gain } ?? .muted)
    let equity = model.dated(model.money(model.figures.equity), Style(.text).bold)
    let share = model.figures.dayShare.map { " " + NumberText.signedPercent($0) } ?? ""
    let unrealized = model.figures.unrealizedPnL
    let profit = model.dated(
      model.signed(unrealized), Style(unrealized.map { $0.isNegative ? .loss : .gain } ?? .muted))
    let size = FittedLine.Part(
      [[Span("  size ", Style(.muted)), Span("\(model.workingText) ", Style(.accent))], []],
      rank: 9)
    let parts = [
      naked(model),
      FittedLine.Part([
        [Span(" Equity ", Style(.muted)), equity]
      ]),
      FittedLine.Part([[Span(" USDT", Style(.muted))], []], rank: 10),
      FittedLine.Part([
        [Span("  Day ", Style(.muted)), model.dated(model.signed(day) + share, dayStyle)]
      ]),
      FittedLine.Part([[Span("  uPnL ", Style(.muted)), profit], []], rank: 5),
      // Its width changes with every price: what is beside it stays while there is room.
      FittedLine.Part(
        (0...max(0, 9 - TextWidth.columns(of: profit.text))).reversed().map {
          [Span(String(repeating: " ", count: $0))]
        }, rank: 8),
      figure(
        "Free", model.money(snapshot.account.balance.map { $0.value.availableMargin }), rank: 6),
      figure("Used", model.money(model.figures.usedMargin), rank: 7),
    ]
    FittedLine(leading: parts, trailing: [size]).draw(into: &frame, in: area)
  }

  private static func figure(_ name: String, _ text: String, rank: Int) -> FittedLine.Part {
    FittedLine.Part([[Span("  \(name) ", Style(.muted)), Span(text)], []], rank: rank)
  }

  private static func naked(_ model: DashboardModel) -> FittedLine.Part {
    let naked = model.figures.positions.filter(\.protection.isNaked).count
    guard naked > 0 else { return FittedLine.Part([]) }
    let style = Style(.danger).bold.reversed
    return FittedLine.Part(
      [[Span(" NAKED: \(naked) without a stop ", style)], [Span(" NAKED: \(naked) ", style)]],
      rank: 1)
  }
}

/// The line above the footer: the newest sentence, or what is missing before orders can be placed.
enum MessageLine {
  /// `showsNotices` says that no panel in sight lists them.
  static func draw(
    _ model: DashboardModel, showsNotices: Bool, in area: Rect, into frame: inout Frame
  ) {
    guard let line = spans(model, showsNotices: showsNotices) else { return }
    // What is said for seconds may cover what lies above; what stays may not.
    let isBrief = model.toast != nil && model.sheet == nil
    let rows = WrappedSpans.rows(line, width: area.width, indent: 1, limit: isBrief ? 3 : 1)
    for (place, row) in rows.enumerated() {
      let top = area.y - (rows.count - 1 - place)
      let room = Rect(x: area.x, y: top, width: area.width, height: 1)
      frame.fill(room, .blank(Style(.text)))
      frame.draw(row, in: room)
    }
  }

  /// What the line says, nil where there is nothing to say.
  static func spans(_ model: DashboardModel, showsNotices: Bool) -> [Span]? {
    told(model, showsNotices: showsNotices).map { model.masked($0) }
  }

  private static func told(_ model: DashboardModel, showsNotices: Bool) -> [Span]? {
    guard let alert = model.snapshot.alerts.waiting.last else {
      let news = LogPanel.newest(model.snapshot, besideAlert: false)
      return usual(model, model.toast, news, showsNotices: showsNotices)
    }
    // It stays until somebody acknowledges it, beside whatever else there is to say.
    let count = model.snapshot.alerts.waiting.count
    let more = count > 1 ? " and \(count - 1) more" : ""
    let key = model.labels.keymap.key(.acknowledge)
    let style = Style(.danger).bold
    guard let newer = newer(than: alert, model, showsNotices: showsNotices) else {
      return [Span(" ALERT \(alert.id)\(more), \(key) acknowledges: \(alert.text)", style)]
    }
    return [Span(" ALERT \(alert.id)\(more) (\(key)) |", style)] + newer
  }

  /// What came after an alert and is not told by it, in its own ink; nil where the alert itself is
  /// the newest thing to say.
  private static func newer(
    than alert: AlertRecord, _ model: DashboardModel, showsNotices: Bool
  ) -> [Span]? {
    let snapshot = model.snapshot
    // The sentence that told of it says no more than it does itself.
    let toast = model.toast.flatMap { $0.isAlert || $0.at < alert.at ? nil : $0 }
    let news = LogPanel.newest(snapshot, besideAlert: true)
    let told = [showsNotices ? news?.at : nil, snapshot.denials.last?.at].compactMap(\.self)
    let isNewer = told.contains { $0 > alert.at && snapshot.at - $0 < newsTime }
    guard toast != nil || isNewer else { return nil }
    return usual(model, toast, news, showsNotices: showsNotices)
  }

  /// For how long a sentence is news.
  private static let newsTime: TimeSpan = .seconds(30)

  /// What there is to say but for alerts.
  private static func usual(
    _ model: DashboardModel, _ toast: Toast?, _ news: (at: Timestamp, line: [Span])?,
    showsNotices: Bool
  ) -> [Span]? {
    if let toast, !showsNotices || news.map({ $0.at <= toast.at }) ?? true {
      return [Span(" " + toast.text, Style(toast.ink).bold)]
    }
    if model.snapshot.readiness != .ready {
      return [Span(" No new orders: \(model.snapshot.readiness.text)", Style(.warning))]
    }
    if let denial = model.snapshot.denials.last,
      model.snapshot.at - denial.at < newsTime, news.map({ $0.at <= denial.at }) ?? true
    {
      let about = denial.intent.instrument.map { "\($0): " } ?? ""
      return [Span(" Denied: \(about)\(denial.text)", Style(.warning))]
    }
    return showsNotices ? news.map { [Span(" ")] + $0.line } : nil
  }
}

/// The last line: the most important keys of the context, those that do nothing now in gray.
enum Footer {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    frame.fill(area, .blank(Style(.text, on: .bar)))
    let hints = model.labels.keymap.hints(
      model.context, isOffered: { model.isOffered($0) },
      isEnabled: { model.disabledReason(of: $0) == nil })
    KeyHints(hints).draw(into: &frame, in: area.inset(x: 1, y: 0), on: .bar)
  }
}
