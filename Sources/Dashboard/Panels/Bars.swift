import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The top line: the mode as a word, the exchange, the connections, the clock, the bot's state.
enum StatusBar {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let snapshot = model.snapshot
    let bar = model.labels.bar
    frame.fill(area, .blank(bar))
    var spans = [
      Span(" \(snapshot.modeWord) ", bar.bold.reversed),
      Span(" \(snapshot.exchange) \(model.labels.account)", bar.bold),
      Span("  \(model.labels.marketSource)  ", bar),
    ]
    spans += link(model, .publicStream, "market", bar) + link(model, .privateStream, "account", bar)
    spans.append(Span(" clock \(clock(model))", bar))
    frame.draw(spans, in: area)
    let state = "\(snapshot.trading.mode.rawValue.uppercased())\(armed(model))  "
    let right = [
      Span(snapshot.step == .ready ? "" : "\(snapshot.step.text)  ", bar),
      Span(state, snapshot.trading.mode == .running ? bar : bar.bold.reversed),
      Span("\(model.now.timeText) UTC ", bar),
    ]
    let width = right.reduce(0) { $0 + TextWidth.columns(of: $1.text) }
    let place = Rect(x: max(area.x, area.endX - width), y: area.y, width: width, height: 1)
    frame.draw(right, in: place)
  }

  private static func link(
    _ model: DashboardModel, _ name: LinkName, _ word: String, _ bar: Style
  ) -> [Span] {
    guard let link = model.snapshot.links.first(where: { $0.name == name }) else { return [] }
    switch link.state {
    case .up:
      let age = link.messageAt.map { NumberText.age(model.now - $0) } ?? model.labels.glyphs.unknown
      return [Span("\(word) \(age) ", bar)]
    case .connecting: return [Span("\(word) connecting ", bar.bold)]
    case .down: return [Span("\(word) DOWN ", bar.bold.reversed)]
    case .refused: return [Span("\(word) REFUSED ", bar.bold.reversed)]
    }
  }

  private static func clock(_ model: DashboardModel) -> String {
    guard let offset = model.snapshot.clock.offset else { return model.labels.glyphs.unknown }
    let sign = offset.milliseconds > 0 ? "+" : ""
    let isFar = abs(offset.milliseconds) > 1_000
    return "\(sign)\(offset.milliseconds)ms\(isFar ? "!" : "")"
  }

  private static func armed(_ model: DashboardModel) -> String {
    guard let until = model.armedUntil, until > model.now else { return "" }
    return " ARMED \((until - model.now).milliseconds / 1_000)s"
  }
}

/// The second line: equity, the day, margin, exposure.
enum AccountLine {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let snapshot = model.snapshot
    let unknown = model.labels.glyphs.unknown
    let day = snapshot.dayProfit
    let dayStyle = Style(day.map { $0.isNegative ? .loss : .gain } ?? .muted)
    let naked = snapshot.positions.filter(\.protection.isNaked).count
    var spans: [Span] = [
      Span(" Equity ", Style(.muted)),
      Span(snapshot.equity.map { NumberText.money($0) } ?? unknown, Style(.text).bold),
      Span(" USDT  Day ", Style(.muted)),
      Span(day.map { NumberText.signed($0) } ?? unknown, dayStyle),
      Span(snapshot.dayShare.map { " " + NumberText.signedPercent($0) } ?? "", dayStyle),
      Span("  Free ", Style(.muted)),
      Span(
        snapshot.account.balance.map { NumberText.money($0.value.availableMargin) } ?? unknown),
      Span("  Used ", Style(.muted)),
      Span(NumberText.money(snapshot.account.usedMargin)),
      Span("  uPnL ", Style(.muted)),
      Span(
        NumberText.signed(snapshot.unrealizedPnL),
        Style(snapshot.unrealizedPnL.isNegative ? .loss : .gain)),
    ]
    if naked > 0 {
      spans.insert(Span(" NAKED: \(naked) without a stop ", Style(.danger).bold.reversed), at: 0)
    }
    frame.draw(spans, in: area)
  }
}

/// The line above the footer: the newest sentence, or what is missing before orders can be placed.
enum MessageLine {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    if let toast = model.toast {
      frame.draw(" " + toast.text, in: area, Style(toast.ink).bold)
    } else if model.snapshot.readiness != .ready {
      frame.draw(" No new orders: \(model.snapshot.readiness.text)", in: area, Style(.warning))
    } else if let denial = model.snapshot.denials.last,
      model.now - denial.at < .seconds(30)
    {
      frame.draw(" Denied: \(denial.text)", in: area, Style(.warning))
    } else if let notice = model.snapshot.notices.last,
      model.now - notice.at < .minutes(2)
    {
      frame.draw(" \(notice.at.timeText) \(notice.text)", in: area, Style(.muted))
    }
  }
}

/// The last line: the most important keys of the context.
enum Footer {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let rows = Keymap.rows.filter { $0.context == model.context && $0.short != nil }
    frame.fill(area, .blank(Style(.text, on: .bar)))
    var spans: [Span] = [Span(" ", Style(.text, on: .bar))]
    for row in rows {
      guard let short = row.short, let key = row.keys.first else { continue }
      spans.append(Span(key.description, Style(.accent, on: .bar).bold))
      spans.append(Span(" \(short)  ", Style(.text, on: .bar)))
    }
    frame.draw(spans, in: area)
  }
}
