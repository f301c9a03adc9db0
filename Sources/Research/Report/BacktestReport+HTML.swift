import JSONText
import MarketData
import Trading
import Units

extension BacktestReport {
  /// The report as one HTML page with the equity curve and its falls as SVG; nothing is loaded from
  /// elsewhere.
  public var html: String {
    let title = HTMLText.escaped("Backtest: " + strategyNames)
    let text = lines(columns: 0).map(HTMLText.escaped).joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>\(title)</title>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; \
      padding: 0 1rem; color: #1a1f27; background: #fff }
      pre { font-size: 13px; overflow-x: auto }
      svg { width: 100%; height: auto; background: #f6f7f9 }
      @media (prefers-color-scheme: dark) { body { color: #d9dee7; background: #14171c } \
      svg { background: #1c2027 } }
      </style></head><body>
      <h1>\(title)</h1>
      <h2>Equity</h2>
      \(plot(curve.drawn.map(\.equity), color: "#2f6fd0"))
      <h2>Falls from the peak</h2>
      \(plot(falls, color: "#c0392b"))
      <pre>\(text)</pre>
      </body></html>

      """
  }

  /// The trades as CSV, with the members of the JSON report's `trade_list` as columns.
  public var tradesCSV: String {
    var lines =
      "instrument,side,opened_ms,closed_ms,contracts,entry,exit,realized,fees,funding,net,r,"
      + "mfe,mae,ending,setup,reason\n"
    for trade in trades {
      let cycle = trade.cycle
      let fields: [String] = [
        cycle.key.instrument.text, cycle.side.rawValue, "\(cycle.openedAt.milliseconds)",
        cycle.closedAt.map { "\($0.milliseconds)" } ?? "", "\(cycle.peakContracts)",
        "\(cycle.entryPrice)", "\(trade.exitPrice)", "\(cycle.realizedPnL)",
        "\(cycle.fees)", "\(cycle.funding)", "\(cycle.netPnL)",
        cycle.rMultiple.map { "\($0)" } ?? "", Self.places(trade.favorable, 6),
        Self.places(trade.adverse, 6), cycle.ending?.rawValue ?? "", Self.quoted(trade.setup),
        Self.quoted(trade.reason),
      ]
      lines += fields.joined(separator: ",") + "\n"
    }
    return lines
  }

  /// A text as one field, its quotes doubled.
  private static func quoted(_ text: String) -> String {
    "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// How far the equity is below its peak at each drawn point, as a fraction of the peak; zero or
  /// below.
  var falls: [Double] {
    var peak = Double(deposit)
    return curve.drawn.map { point in
      peak = max(peak, point.equity)
      return peak > 0 ? point.equity / peak - 1 : 0
    }
  }

  private func plot(_ values: [Double], color: String) -> String {
    guard let low = values.min(), let high = values.max(), high > low, values.count > 1 else {
      return "<p>Nothing to draw.</p>"
    }
    let points = values.enumerated().map { place, value in
      let x = 1_000 * Double(place) / Double(values.count - 1)
      let y = 290 - 280 * (value - low) / (high - low)
      return "\(Self.places(x, 1)),\(Self.places(y, 1))"
    }
    return """
      <svg viewBox="0 0 1000 300" role="img"><polyline fill="none" stroke="\(color)" \
      stroke-width="1.5" points="\(points.joined(separator: " "))"/></svg>
      <p>\(Self.places(low, 4)) to \(Self.places(high, 4))</p>
      """
  }
}
