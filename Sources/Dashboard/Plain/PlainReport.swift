import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// Tells in lines what changed, for screen readers and pipes: nothing is ever drawn over.
struct PlainReport: Sendable {
  private var noticeCount: UInt64 = 0
  private var positions: [PositionKey: String] = [:]
  private var orders: [OrderRow.Identity: String] = [:]
  private var pricesAt: Timestamp?

  /// How often the prices are told.
  static let priceInterval = TimeSpan.minutes(1)

  /// Returns what is new since the last time, oldest first.
  mutating func lines(_ model: DashboardModel) -> [String] {
    let time = model.snapshot.at.timeText
    let news = notices(model.snapshot) + positions(model) + orders(model) + prices(model)
    return news.map { "\(time) \($0)" }
  }

  /// Returns everything that matters now.
  static func status(_ model: DashboardModel) -> [String] {
    let snapshot = model.snapshot
    let head =
      "\(snapshot.modeWord) \(snapshot.exchange) \(model.labels.account), "
      + "\(model.labels.marketSource), \(snapshot.trading.mode.rawValue)"
    let ready = snapshot.readiness == .ready ? "ready" : "not ready: \(snapshot.readiness.text)"
    let money =
      "equity \(model.money(snapshot.equity)) USDT, day \(model.signed(snapshot.dayProfit)), "
      + "free \(model.money(snapshot.account.balance?.value.availableMargin))"
    let positions = snapshot.positions.map { text($0, model) }
    let orders = model.orderRows.map { text($0) }
    return [head, ready, money + (snapshot.moneyAges.map { " (\($0))" } ?? "")]
      + KnownList.lines(positions, of: "position", areKnown: snapshot.positionsAreKnown)
      + KnownList.lines(orders, of: "order", areKnown: snapshot.ordersAreKnown)
  }

  private mutating func notices(_ snapshot: EngineSnapshot) -> [String] {
    let all = snapshot.notices
    let fresh = min(UInt64(all.count), all.appendedCount - noticeCount)
    noticeCount = all.appendedCount
    return all.suffix(Int(fresh)).map { notice in
      let loud = notice.level == .alarm ? "ALARM " : ""
      return loud + (notice.instrument.map { "\($0) " } ?? "") + notice.text
    }
  }

  private mutating func positions(_ model: DashboardModel) -> [String] {
    var lines: [String] = []
    var seen: [PositionKey: String] = [:]
    for position in model.snapshot.positions {
      // What moves with every price is left out, or each price would be news.
      let fixed =
        "\(position.contracts) \(position.entryPrice) \(position.protection.word)"
      seen[position.key] = fixed
      if positions[position.key] != fixed { lines.append(Self.text(position, model)) }
    }
    let gone = positions.keys.filter { seen[$0] == nil }.map(\.instrument).sorted()
    lines += gone.map { "position \($0) closed" }
    positions = seen
    return lines
  }

  private mutating func orders(_ model: DashboardModel) -> [String] {
    var lines: [String] = []
    var seen: [OrderRow.Identity: String] = [:]
    for row in model.orderRows {
      let text = Self.text(row)
      seen[row.id] = text
      if orders[row.id] != text { lines.append(text) }
    }
    let gone = orders.filter { seen[$0.key] == nil }.map(\.value).sorted()
    lines += gone.map { "gone: \($0)" }
    orders = seen
    return lines
  }

  private mutating func prices(_ model: DashboardModel) -> [String] {
    let now = model.snapshot.at
    guard pricesAt.map({ now - $0 >= Self.priceInterval }) ?? true else { return [] }
    let known = model.snapshot.pairs.compactMap { pair -> String? in
      guard let market = model.snapshot.markets[pair.instrument], let last = market.lastPrice
      else { return nil }
      let move = market.priceMove24h.map { " " + NumberText.signedPercent($0) } ?? ""
      return "\(market.instrument.baseCurrency) \(NumberText.price(last, market.instrument))\(move)"
    }
    guard !known.isEmpty else { return [] }
    pricesAt = now
    return [known.joined(separator: ", ")]
  }

  private static func text(_ position: PositionFigures, _ model: DashboardModel) -> String {
    "position \(position.key.instrument) \(position.side.rawValue) \(position.contracts) "
      + "entry \(position.entryPrice) profit \(model.datedProfit(of: position)) "
      + "stop \(ProtectionText.span(position, model).text)"
  }

  private static func text(_ row: OrderRow) -> String {
    let size = row.contracts.map(\.description) ?? (row.isWaiting ? "?" : "all")
    return "order \(row.side.rawValue) \(size) \(row.instrument) \(row.kind) "
      + "\(row.price.map(\.description) ?? "market"), \(row.state), filled \(row.filled)"
  }
}
