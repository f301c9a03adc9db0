import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// The candles of the chosen instrument with volume, the own entry, orders, stops and targets, and
/// a crosshair.
enum ChartPanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let state = model.chart
    let snapshot = model.snapshot
    let known = model.instrument.flatMap { snapshot.markets[$0] }
    let stale = model.staleText(
      known?.tickerAge(at: snapshot.at, snapshot.exchangeClock)
        ?? known?.candlePriceAge(at: snapshot.at))
    let name = "\(model.instrument?.text ?? "") \(state.timeFrame.rawValue)\(stale)"
    let badge = Span(state.drawing.label, Style(.muted))
    let inside = model.drawPanel(.chart, name, badge: badge, in: area, into: &frame)
    guard inside.width >= 20, inside.height >= 5, let id = model.instrument,
      let market = model.snapshot.markets[id]
    else { return }
    let candles = market.chartCandles(
      state.timeFrame, at: model.snapshot.at, newest: inside.width + (state.cursor ?? 0) + 1)
    guard !candles.isEmpty else {
      frame.draw("reading candles", in: inside.row(0), Style(.muted))
      return
    }
    let picture = ChartPicture(candles, market, model, in: inside)
    picture.draw(into: &frame)
  }

  /// How many candles before the newest the one at a place is; nil where none is drawn.
  static func cursor(at point: Point, _ model: DashboardModel, in inside: Rect) -> Int? {
    guard inside.width >= 20, inside.height >= 5, let id = model.instrument,
      let market = model.snapshot.markets[id]
    else { return nil }
    let candles = market.chartCandles(model.chart.timeFrame, at: model.snapshot.at)
    guard !candles.isEmpty else { return nil }
    return ChartPicture(candles, market, model, in: inside).cursor(at: point, of: candles.count)
  }
}

/// A chart laid out in its room: which candles, which scale, where the parts stand.
struct ChartPicture {
  private let market: Market
  private let model: DashboardModel
  private let shown: ArraySlice<Candle>
  private let marks: [ChartMark]
  private let scale: ChartScale
  private let head: Rect
  private let plot: Rect
  private let volume: Rect
  private let times: Rect
  private let axis: Rect
  /// Which of the shown candles the crosshair stands on.
  private let cursor: Int?

  init(_ candles: [Candle], _ market: Market, _ model: DashboardModel, in area: Rect) {
    self.market = market
    self.model = model
    let axisWidth = min(
      area.width / 3,
      NumberText.price(candles.last?.high ?? .zero, market.instrument).count + 2)
    let columns = area.columns([.rest, .fixed(axisWidth)])
    let volumeHeight = area.height >= 14 ? max(2, area.height / 7) : 0
    let parts = columns[0].rows([.fixed(1), .rest, .fixed(volumeHeight), .fixed(1)])
    (head, plot, volume, times) = (parts[0], parts[1], parts[2], parts[3])
    axis = Rect(x: columns[1].x, y: plot.y, width: columns[1].width, height: plot.height)
    let room = parts[1].width
    let behind = model.chart.cursor.map { max(0, $0 - room + 1) } ?? 0
    let visible = candles.dropLast(behind).suffix(room)
    shown = visible
    cursor = model.chart.cursor.flatMap { back in
      let place = candles.count - 1 - back
      return visible.indices.contains(place) ? place - visible.startIndex : nil
    }
    marks = ChartMark.all(of: market.id, model)
    scale = Self.scale(shown, marks)
  }

  /// The scale of the candles, widened for marks that are near, so that they can be seen.
  private static func scale(_ candles: ArraySlice<Candle>, _ marks: [ChartMark]) -> ChartScale {
    var low = candles.map { Double($0.low) }.min() ?? 0
    var high = candles.map { Double($0.high) }.max() ?? 1
    let reach = (high - low) * 0.6
    let (near, far) = (low - reach, high + reach)
    for mark in marks {
      let price = Double(mark.price)
      guard price >= near, price <= far else { continue }
      low = min(low, price)
      high = max(high, price)
    }
    let margin = (high - low) * 0.04
    return ChartScale(low: low - margin, high: high + margin)
  }

  /// How many candles before the newest of `count` the one at a place is.
  func cursor(at point: Point, of count: Int) -> Int? {
    let index = point.x - x(0)
    guard index >= 0, index < shown.count, point.x < plot.endX else { return nil }
    return count - 1 - (shown.startIndex + index)
  }

  func draw(into frame: inout Frame) {
    drawHead(into: &frame)
    drawZones(into: &frame)
    drawLevels(into: &frame)
    drawAxis(into: &frame)
    drawMarks(into: &frame)
    switch model.chart.drawing {
    case .candles: drawCandles(into: &frame)
    case .line: drawLine(into: &frame)
    case .columns: drawColumns(into: &frame)
    }
    drawMarkNames(into: &frame)
    drawVolume(into: &frame)
    drawTimes(into: &frame)
    drawCursor(into: &frame)
  }

  private var glyphs: Glyphset { model.labels.glyphs }

  private func x(_ index: Int) -> Int { plot.endX - shown.count + index }

  private func price(_ price: Price) -> String { NumberText.price(price, market.instrument) }

  /// Open, high, low, close and volume of the candle under the crosshair, or of the newest.
  private func drawHead(into frame: inout Frame) {
    let index = cursor.map { shown.startIndex + $0 } ?? shown.endIndex - 1
    let candle = shown[index]
    let mood = Style(candle.close >= candle.open ? .gain : .loss)
    let move = (candle.close - candle.open).fraction(of: candle.open, .towardZero)
    let pairs = [
      ("O", price(candle.open)), ("H", price(candle.high)), ("L", price(candle.low)),
      ("C", price(candle.close)),
    ]
    var parts = pairs.map { name, text in
      FittedLine.Part([[Span("\(name) ", Style(.muted)), Span("\(text)  ", mood)]])
    }
    // The close is what is traded at: the others go first, whole.
    for (place, rank) in [(0, 5), (1, 2), (2, 1)] {
      parts[place].forms.append([])
      parts[place].rank = rank
    }
    parts.append(
      FittedLine.Part(
        [move.map { [Span(NumberText.signedPercent($0) + "  ", mood)] } ?? [], []], rank: 3))
    parts.append(
      FittedLine.Part(
        [
          [
            Span("V ", Style(.muted)),
            Span(candle.volume.isZero ? glyphs.unknown : NumberText.compact(candle.volume.value)),
          ], [],
        ], rank: 4))
    let time = FittedLine.Part(
      [[Span(ChartTime.full(candle.openTime), Style(.muted))], []], rank: 6)
    FittedLine(leading: parts, trailing: [time]).draw(into: &frame, in: head)
  }

  private func drawAxis(into frame: inout Frame) {
    let step = max(2, plot.height / 5)
    for row in stride(from: 0, to: plot.height, by: step) {
      let value = scale.value(at: row, height: plot.height)
      frame.draw(
        AxisText.price(value, market.instrument), in: axis.row(row), Style(.muted),
        align: .trailing, overflow: .hashes)
    }
    guard let last = shown.last else { return }
    label(last.close, Style(last.close >= last.open ? .gain : .loss, on: .selection).bold, &frame)
  }

  private func label(_ price: Price, _ style: Style, _ frame: inout Frame) {
    guard let row = scale.position(Double(price), height: plot.height) else { return }
    frame.clear(axis.row(row), style)
    frame.draw(self.price(price), in: axis.row(row), style, align: .trailing, overflow: .hashes)
  }

  /// A dotted band for the nearest support and the nearest resistance, behind marks and candles.
  private func drawLevels(into frame: inout Frame) {
    guard let last = shown.last else { return }
    let dot: Unicode.Scalar = glyphs.isASCII ? "." : "┈"
    for role in [Level.Role.support, .resistance] {
      guard let level = model.zones.levels.nearest(role, to: last.close),
        let area = area(from: level.bottom, to: level.top, since: level.beganAt)
      else { continue }
      let ink: Ink = role == .support ? .demandZone : .supplyZone
      frame.fill(area, Cell(dot, Style(ink)))
    }
  }

  /// A shade for each zone from where it began, behind everything else.
  private func drawZones(into frame: inout Frame) {
    let shade: Unicode.Scalar = glyphs.isASCII ? ":" : "░"
    for zone in model.zones.zones {
      guard let area = area(from: zone.bottom, to: zone.top, since: zone.beganAt) else { continue }
      let ink: Ink = zone.kind == .demand ? .demandZone : .supplyZone
      frame.fill(area, Cell(shade, Style(ink).dim))
    }
  }

  /// Where a band of prices stands from a moment on; nil where nothing of it is in sight.
  private func area(from bottom: Price, to top: Price, since moment: Timestamp) -> Rect? {
    guard let first = shown.first else { return nil }
    let high = min(Double(top), scale.high)
    let low = max(Double(bottom), scale.low)
    guard high >= low, let upper = scale.position(high, height: plot.height),
      let lower = scale.position(low, height: plot.height)
    else { return nil }
    let index =
      moment <= first.openTime
      ? 0 : shown.firstIndex { $0.openTime >= moment }.map { $0 - shown.startIndex }
    guard let index else { return nil }
    return Rect(
      x: x(index), y: plot.y + upper, width: plot.endX - x(index), height: lower - upper + 1
    ).intersection(plot)
  }

  /// A dashed line for each mark in sight, behind the candles.
  private func drawMarks(into frame: inout Frame) {
    let dash: Unicode.Scalar = glyphs.isASCII ? "-" : "╌"
    for mark in marks {
      guard let row = scale.position(Double(mark.price), height: plot.height) else { continue }
      frame.fill(plot.row(row), Cell(dash, Style(mark.ink)))
    }
  }

  /// The names of the marks, over the candles; marks out of sight stand at the edge with an arrow,
  /// after the names that are there.
  private func drawMarkNames(into frame: inout Frame) {
    var rows = Array(repeating: [MarkName](), count: plot.height)
    for mark in marks {
      guard let row = scale.position(Double(mark.price), height: plot.height) else { continue }
      rows[row].append(MarkName(mark, sign: " ", price(mark.price)))
    }
    // The nearest of those out of sight matters most.
    let middle = (scale.low + scale.high) / 2
    let away = marks.filter { scale.position(Double($0.price), height: plot.height) == nil }
      .sorted { abs(Double($0.price) - middle) < abs(Double($1.price) - middle) }
    for mark in away {
      let isAbove = Double(mark.price) > scale.high
      rows[isAbove ? 0 : plot.height - 1].append(
        MarkName(mark, sign: isAbove ? glyphs.up : glyphs.down, price(mark.price)))
    }
    for (row, names) in rows.enumerated() where !names.isEmpty {
      frame.draw(MarkName.line(names, width: plot.width), in: plot.row(row))
    }
  }

  private func drawCandles(into frame: inout Frame) {
    for (index, candle) in shown.enumerated() {
      let column = Rect(x: x(index), y: plot.y, width: 1, height: plot.height)
      CandleColumn(
        open: Double(candle.open), high: Double(candle.high), low: Double(candle.low),
        close: Double(candle.close)
      ).draw(into: &frame, in: column, scale, glyphs)
    }
  }

  private func drawLine(into frame: inout Frame) {
    let area = Size(width: min(plot.width, shown.count), height: plot.height)
    var canvas = BrailleCanvas(area)
    canvas.plot(shown.map { Double($0.close) }, scale: scale, .series1)
    canvas.draw(into: &frame, at: Point(x: x(0), y: plot.y), glyphs)
  }

  private func drawColumns(into frame: inout Frame) {
    for (index, candle) in shown.enumerated() {
      let halves = plot.height * 2
      guard let top = scale.position(Double(candle.close), height: halves) else { continue }
      let style = Style(candle.close >= candle.open ? .gain : .loss)
      for row in 0..<plot.height where 2 * row + 1 >= top {
        let sign: Unicode.Scalar =
          glyphs.isASCII ? "#" : 2 * row >= top ? "█" : "▄"
        frame.put(Cell(sign, style), at: Point(x: x(index), y: plot.y + row))
      }
    }
  }

  private func drawVolume(into frame: inout Frame) {
    let largest = shown.map { Double($0.volume) }.max() ?? 0
    guard volume.height > 0, largest > 0 else { return }
    let steps: [Unicode.Scalar] =
      glyphs.isASCII
      ? [".", ":", "|", "#"] : ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    for (index, candle) in shown.enumerated() {
      let total = volume.height * steps.count
      var rest = Int(Double(candle.volume) / largest * Double(total))
      let style = Style(candle.close >= candle.open ? .gain : .loss).dim
      for row in (0..<volume.height).reversed() where rest > 0 {
        let part = min(rest, steps.count)
        frame.put(
          Cell(steps[part - 1], style), at: Point(x: x(index), y: volume.y + row))
        rest -= part
      }
    }
  }

  private func drawTimes(into frame: inout Frame) {
    let step = 12
    var index = (shown.count - 1) % step
    while index < shown.count {
      let candle = shown[shown.startIndex + index]
      let text = ChartTime.short(candle.openTime, model.chart.timeFrame)
      let start = x(index) - text.count + 1
      if start >= times.x {
        frame.draw(text, at: Point(x: start, y: times.y), Style(.muted), in: times)
      }
      index += step
    }
  }

  private func drawCursor(into frame: inout Frame) {
    guard let cursor else { return }
    let candle = shown[shown.startIndex + cursor]
    let column = Rect(
      x: x(cursor), y: plot.y, width: 1, height: plot.height + volume.height)
    frame.restyle(column) { $0.surface = .selection }
    if let row = scale.position(Double(candle.close), height: plot.height) {
      frame.restyle(plot.row(row)) { $0.surface = .selection }
    }
    label(candle.close, Style(.accent, on: .selection).bold, &frame)
    let moment = " \(ChartTime.full(candle.openTime)) "
    let start = max(times.x, min(x(cursor), times.endX - moment.count))
    frame.draw(
      moment, at: Point(x: start, y: times.y), Style(.accent, on: .selection), in: times)
  }
}

/// Moments as a chart shows them, in UTC.
enum ChartTime {
  /// The day and the minute: `03-04 12:00`.
  static func full(_ moment: Timestamp) -> String {
    "\(moment.dateText) \(moment.timeText.prefix(5))"
  }

  /// The minute for short frames, the day for long ones.
  static func short(_ moment: Timestamp, _ frame: TimeFrame) -> String {
    frame.span < .hours(12)
      ? String(moment.timeText.prefix(5)) : String(moment.dateText.dropFirst(5))
  }
}

/// A value of the scale as a price of the instrument.
enum AxisText {
  static func price(_ value: Double, _ instrument: Instrument) -> String {
    // Sixteen places would not fit beside prices of hundreds of thousands; steps of the axis do.
    let places = min(9, instrument.priceDecimals)
    let unit = Double(Fixed.powerOfTen(places))
    guard value.isFinite, abs(value) < 1e9 else { return "" }
    let scaled = Int128((value * unit).rounded())
    return NumberText.grouped(
      Fixed(raw: scaled * Int128(Fixed.powerOfTen(18 - places))).text(places: places, .towardZero))
  }
}
