import Simulation
import Trading
import Units

extension BacktestReport {
  /// The report in lines for a terminal, with the equity curve, its falls and their labels drawn in
  /// so many columns.
  public func lines(columns: Int = 80) -> [String] {
    var lines: [String] = []
    let names = markets.map { "\($0.instrument) (\($0.file))" }.joined(separator: ", ")
    lines.append("\(strategyNames) on \(names)")
    lines.append("\(start.isoText) to \(end.isoText), \(candleCount) candles")
    if isPartial { lines.append("PARTIAL: stopped before the end of the candles") }
    lines += InputDoubts.lines(of: gaps)
    if let standstill { lines.append("STOOD STILL from \(standstill.text)") }
    if !inNoTrade.isZero {
      lines.append(
        "NOT IN TRADES: \(Self.money(inNoTrade)) USDT of the result; what is said of trades leaves "
          + "them out")
    }
    lines += doubts.map { "DOUBTFUL: \($0)" }
    lines.append("")
    lines += figures
    lines.append("")
    lines += drawing(columns: columns, rows: 10)
    lines += fallDrawing(columns: columns, rows: 4)
    if !multiples.isEmpty {
      lines.append("")
      lines.append("R           trades")
      lines += multiples.map { Self.left($0.class, 12) + Self.right("\($0.count)", 6) }
    }
    lines += ending
    lines += setupTable
    lines += drawn
    if let lookAhead { lines += ["", Self.text(of: lookAhead)] }
    if !denials.isEmpty {
      lines.append("")
      lines.append("denied by the risk gate")
      lines += denials.map { "  \($0.count) x \($0.code): \($0.text)" }
    }
    lines.append("")
    lines += assumptions.map { "- \($0)" }
    return lines
  }

  private static func text(of look: LookAhead.Outcome) -> String {
    if let first = look.findings.first {
      return "LOOK-AHEAD: the decision of \(first.decidedAt.isoText) is another one when the "
        + "candles end at \(first.cutAt.isoText): it rests on the future"
    }
    let missing =
      look.unseen.isEmpty
      ? "" : "; not looked at: \(look.unseen.map(\.text).joined(separator: ", "))"
    guard look.comparedCount > 0 else {
      return "look-ahead: nothing was compared: no decision falls into the shortened runs\(missing)"
    }
    let until = look.comparedUntil.map { ", those up to \($0.isoText)" } ?? ""
    return "look-ahead: none found, \(look.comparedCount) decisions compared in "
      + "\(look.cutCount) shortened runs\(until)\(missing)"
  }

  /// What is open at the end, and what the engine warned of.
  private var ending: [String] {
    var lines: [String] = []
    if !openPositions.isEmpty {
      lines += ["", "open at the end"]
      lines += openPositions.map {
        "  \($0.instrument) \($0.side.rawValue) \($0.contracts) from \($0.entryPrice), now "
          + "\($0.markPrice): \(Self.money($0.unrealizedPnL)) USDT"
      }
    }
    if !warnings.isEmpty {
      lines += ["", "warnings of the engine, the newest \(warnings.count)"]
      lines += warnings.map { "  \($0)" }
    }
    return lines
  }

  private var setupTable: [String] {
    guard !setups.isEmpty else { return [] }
    let width = max(24, (setups.map(\.name.count).max() ?? 0) + 2)
    return ["", Self.left("setup", width) + "trades   won        net USDT   mean R"]
      + setups.map { setup in
        Self.left(setup.name, width) + Self.right("\(setup.tradeCount)", 6)
          + Self.right("\(setup.winCount)", 6) + Self.right(Self.money(setup.net), 16)
          + Self.right(setup.meanMultiple.map { Self.places($0, 3) } ?? "—", 9)
      }
  }

  private var drawn: [String] {
    func text(_ spread: MonteCarlo.Spread) -> String {
      "\(Self.percent(spread.middle)), 90 % between \(Self.percent(spread.low)) and "
        + Self.percent(spread.high)
    }
    var lines: [String] = []
    if let tradeOrders {
      lines += [
        "", "trades in \(tradeOrders.drawCount) other orders",
        "  deepest fall   \(text(tradeOrders.drawdown))",
        "  return, drawn with repetition   \(text(tradeOrders.totalReturn))",
      ]
    }
    if let asked = candleOrdersAsked, candleOrders?.drawCount != asked {
      let done = candleOrders.map { "\($0.drawCount)" } ?? "fewer than \(MonteCarlo.drawMinimum)"
      lines += ["", "STOPPED: candles were put into \(done) of \(asked) other orders"]
    }
    if let candleOrders {
      lines += [
        "", "candles in \(candleOrders.drawCount) other orders",
        "  deepest fall   \(text(candleOrders.drawdown))",
        "  return         \(text(candleOrders.totalReturn))",
      ]
    }
    return lines
  }

  private var figures: [String] {
    var rows: [(String, String)] = [
      ("equity", "\(Self.money(deposit)) -> \(Self.money(finalEquity)) USDT"),
      ("return", Self.percent(totalReturn)),
    ]
    if let annual = annualReturn {
      rows.append(("by the year", Self.percent(annual)))
    } else if standstill != nil {
      rows.append(("by the year", "not stated: it stood still"))
    } else if heldNothing {
      rows.append(("by the year", "not stated: nothing was held"))
    } else {
      rows.append(("by the year", "not stated below 90 days of candles"))
    }
    rows.append(("deepest fall", Self.percent(curve.drawdown)))
    rows.append(("trades", "\(trades.count), \(winCount) won"))
    rows.append(("liquidations", "\(liquidationCount)"))
    if let factor = profitFactor { rows.append(("profit factor", Self.places(factor, 3))) }
    if let mean = expectancy {
      rows.append(
        (
          "expectancy",
          "\(Self.places(mean.mean, 4)) USDT a trade, 95 % between \(Self.places(mean.lower, 4)) "
            + "and \(Self.places(mean.upper, 4))"
        ))
    }
    if let mean = expectancyR {
      rows.append(
        (
          "in R",
          "\(Self.places(mean.mean, 3)), 95 % between \(Self.places(mean.lower, 3)) and "
            + Self.places(mean.upper, 3)
        ))
    }
    var odds = chance.text
    if chance.probability != nil, let meanShare {
      odds += " that a trade brings \(Self.places(meanShare * 100, 3)) % of the equity"
    }
    rows.append(("by chance", odds))
    rows.append(("exposure", "\(Self.percent(exposure)) of candles"))
    rows.append(("fees", "\(Self.money(fees)) USDT"))
    rows.append(("funding", hasFunding ? "\(Self.money(funding)) USDT" : "none charged"))
    rows.append(("slippage", "\(Self.money(slippageCost)) USDT"))
    if let favorable = meanFavorable, let adverse = meanAdverse {
      rows.append(
        ("excursions", "\(Self.percent(favorable)) for, \(Self.percent(adverse)) against (mean)"))
    }
    return rows.map { Self.left($0.0, 15) + $0.1 }
  }

  /// The equity curve in eighths of a character cell; with its labels as wide as so many columns.
  func drawing(columns: Int, rows: Int) -> [String] {
    Self.drawing(curve.drawn.map(\.equity), columns, rows) { Self.places($0, 2) }
  }

  /// How far the equity is below its peak, from none at the top; no line where it never fell.
  func fallDrawing(columns: Int, rows: Int) -> [String] {
    let lines = Self.drawing(falls, columns, rows, Self.percent)
    return lines.isEmpty ? [] : ["", "falls from the peak"] + lines
  }

  private static func drawing(
    _ points: [Double], _ columns: Int, _ rows: Int, _ text: (Double) -> String
  ) -> [String] {
    guard let low = points.min(), let high = points.max(), high > low else { return [] }
    let labels = [text(low), text(high)]
    let cells = columns - 1 - (labels.map(\.count).max() ?? 0)
    guard cells > 0 else { return [] }
    let values = Self.cells(points, min(cells, points.count))
    let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    var lines: [String] = []
    for row in (0..<rows).reversed() {
      var line = ""
      for value in values {
        let height = (value - low) / (high - low) * Double(rows * 8 - 1) + 1
        line.append(blocks[max(0, min(8, Int(height) - row * 8))])
      }
      let label: String? = row == rows - 1 ? labels[1] : row == 0 ? labels[0] : nil
      lines.append(line + (label.map { " " + $0 } ?? ""))
    }
    return lines
  }

  /// The values of so many cells: each shows the last of its points, or the lowest or highest of
  /// all where that is among them.
  private static func cells(_ points: [Double], _ count: Int) -> [Double] {
    let low = points.min()
    let high = points.max()
    return (0..<count).map { cell in
      let stretch = points[cell * points.count / count..<(cell + 1) * points.count / count]
      if let low, stretch.contains(low) { return low }
      if let high, stretch.contains(high) { return high }
      return stretch[stretch.endIndex - 1]
    }
  }

  static func money(_ amount: Money) -> String { amount.value.text(places: 2, .nearestOrEven) }

  static func percent(_ share: Double) -> String { places(share * 100, 2) + " %" }

  static func places(_ number: Double, _ places: Int) -> String {
    Fixed(estimate: number).text(places: places, .nearestOrEven)
  }

  private static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
