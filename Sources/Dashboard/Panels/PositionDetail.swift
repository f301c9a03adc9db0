import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// Everything about one position.
enum PositionDetail {
  /// Fewer lines than this would leave out what matters: what the table does not say comes first.
  static let leastHeight = 6

  static func draw(
    _ position: PositionFigures, _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    let title =
      "\(position.key.instrument) \(position.side.rawValue) "
      + "\(position.key.marginMode.rawValue), opened \(age(position.openedAt, model)) ago by "
      + (position.source.map(\.words) ?? "someone else")
    frame.draw(" \(title)", in: area.row(0), Style(.heading).bold)
    let columns = area.inset(x: 1, y: 0).columns([.rest, .rest], gap: 3)
    for (column, lines) in zip(columns, [size(position, model), money(position, model)]) {
      for (row, line) in lines.enumerated() {
        let parts = column.row(row + 1).columns([.fixed(15), .rest], gap: 1)
        frame.draw(line.name, in: parts[0], Style(.muted))
        frame.draw([line.value], in: parts[1])
      }
    }
  }

  private struct Line {
    let name: String
    let value: Span
  }

  private static func size(_ position: PositionFigures, _ model: DashboardModel) -> [Line] {
    let market = model.snapshot.markets[position.key.instrument]
    let instrument = market?.instrument
    let unknown = model.labels.glyphs.unknown
    func price(_ price: Price?) -> Span {
      Span(
        price.map { price in
          instrument.map { NumberText.price(price, $0) } ?? NumberText.price(price)
        } ?? unknown)
    }
    let coins = position.baseAmount.map { "\($0) \(instrument?.baseCurrency ?? "")" } ?? unknown
    return [
      Line(name: "stop", value: ProtectionText.span(position, model)),
      Line(
        name: "liquidation",
        value: Span(model.liquidation(position.liquidationPrice, position.side, instrument))),
      Line(name: "  distance", value: model.dated(distance(position, model), position)),
      Line(
        name: "  in ATR \(model.chart.timeFrame.rawValue)", value: ranges(position, market, model)),
      Line(name: "break-even", value: price(position.breakEvenPrice)),
      Line(name: "mark", value: model.dated(price(position.markPrice), position)),
      Line(name: "entry", value: price(position.entryPrice)),
      Line(name: "notional", value: Span(model.money(position.notional))),
      Line(name: "contracts", value: Span("\(position.contracts) = \(coins)")),
    ]
  }

  private static func money(_ position: PositionFigures, _ model: DashboardModel) -> [Line] {
    let unknown = model.labels.glyphs.unknown
    let mood = Style(position.unrealizedPnL.isNegative ? .loss : .gain)
    let onMargin = position.returnOnMargin.map { NumberText.signedPercent($0) } ?? unknown
    let multiple =
      position.rMultiple.map { NumberText.multiple($0.value) } ?? unknown
    return [
      Line(
        name: "unrealized",
        value: model.dated(Span(model.signed(position.unrealizedPnL), mood), position)),
      Line(name: "  on margin", value: model.dated(Span(onMargin, mood), position)),
      Line(name: "margin", value: Span(model.money(position.margin))),
      Line(
        name: "leverage", value: Span("\(position.leverage.value.text(places: 1, .towardZero))x")),
      Line(name: "funding", value: Span(model.signed(position.funding))),
      Line(name: "realized", value: Span(model.signed(position.realizedPnL))),
      // Of the whole result, what is realized and what is not.
      Line(
        name: "in risks",
        value: model.dated(Span(multiple, Style(position.multipleInk)), position)),
      Line(name: "told", value: Span("\(age(position.receivedAt, model)) ago", Style(.muted))),
    ]
  }

  /// How far liquidation is: of the price, and in money.
  private static func distance(_ position: PositionFigures, _ model: DashboardModel) -> Span {
    let unknown = model.labels.glyphs.unknown
    guard let share = position.liquidationDistance, let price = position.liquidationPrice else {
      return Span(unknown)
    }
    let way = (position.markPrice - price).magnitude
    let amount = position.baseAmount.flatMap { way.notionalIfInRange(of: $0, .towardZero) }
    let ink: Ink = share < "0.02" ? .danger : share < "0.05" ? .warning : .text
    return Span("\(NumberText.percent(share)), \(model.money(amount))", Style(ink))
  }

  /// How far liquidation is in mean moves of the chart's candles.
  private static func ranges(
    _ position: PositionFigures, _ market: Market?, _ model: DashboardModel
  ) -> Span {
    guard let price = position.liquidationPrice,
      let range = market.flatMap({ averageRange($0, model.chart.timeFrame) })
    else { return Span(model.labels.glyphs.unknown) }
    let tenths = Int((Double((position.markPrice - price).magnitude) / range * 10).rounded())
    return Span("\(tenths / 10).\(tenths % 10)")
  }

  /// The average true range of the chart's candles; nil before there are enough.
  private static func averageRange(_ market: Market, _ frame: TimeFrame) -> Double? {
    guard let series = market.series(frame) else { return nil }
    var range = ATR()
    var value: Double?
    for candle in series.closed.suffix(100) { value = range.update(Bar(candle)) }
    return value.flatMap { $0 > 0 ? $0 : nil }
  }

  private static func age(_ moment: Timestamp, _ model: DashboardModel) -> String {
    NumberText.age(model.snapshot.at - moment)
  }
}
