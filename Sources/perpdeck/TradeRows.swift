import JSONText
import Trading
import Units

/// Closed positions as rows for people and programs.
enum TradeRows {
  private static let fields = [
    "opened", "closed", "instrument", "side", "slot", "margin", "contracts", "entry", "exit",
    "realized", "fees", "funding", "net", "r", "ending", "source",
  ]

  /// A table for people.
  static func table(_ cycles: [PositionCycle]) -> String {
    guard !cycles.isEmpty else { return "No position has ended." }
    var table = TextTable([
      ("closed (UTC)", .left), ("instrument", .left), ("side", .left), ("peak", .right),
      ("entry", .right), ("exit", .right), ("net USDT", .right), ("R", .right), ("ending", .left),
    ])
    for cycle in cycles {
      table.add([
        cycle.closedAt.map { "\($0.dateText) \($0.timeText)" } ?? "-", cycle.key.instrument.text,
        cycle.side.rawValue, "\(cycle.peakContracts)",
        cycle.entryPrice.value.text(places: 6, .nearestOrEven).trimmedNumber,
        cycle.exitPrice.map { $0.value.text(places: 6, .nearestOrEven).trimmedNumber } ?? "-",
        cycle.netPnL.value.resultText(), cycle.rMultiple.map { $0.value.resultText() } ?? "-",
        cycle.ending?.rawValue ?? "-",
      ])
    }
    return table.text
  }

  /// Comma-separated values with a header; numbers exact.
  static func csv(_ cycles: [PositionCycle]) -> String {
    CSV.text(fields, cycles.map(values))
  }

  /// The member `trades`: an array of objects, numbers exact and as text.
  static func write(_ cycles: [PositionCycle], to writer: inout JSONWriter) {
    CSV.write("trades", fields, cycles.map(values), to: &writer)
  }

  private static func values(_ cycle: PositionCycle) -> [CSV.Value] {
    [
      .text(cycle.openedAt.isoText), .text(cycle.closedAt?.isoText),
      .text(cycle.key.instrument.text),
      .text(cycle.side.rawValue), .text(cycle.key.slot.rawValue),
      .text(cycle.key.marginMode.rawValue), .number(cycle.peakContracts.value),
      .number(cycle.entryPrice.value), .number(cycle.exitPrice?.value),
      .number(cycle.realizedPnL.value), .number(cycle.fees.value), .number(cycle.funding.value),
      .number(cycle.netPnL.value), .number(cycle.rMultiple?.value), .text(cycle.ending?.rawValue),
      .text(cycle.source.map { "\($0)" }),
    ]
  }
}

/// Fills as rows for programs.
enum FillRows {
  private static let fields = [
    "time", "instrument", "side", "slot", "price", "contracts", "fee", "realized", "tradeId",
    "orderId", "clientOrderId",
  ]

  /// A table for people.
  static func table(_ fills: [Fill]) -> String {
    guard !fills.isEmpty else { return "Nothing was traded." }
    var table = TextTable([
      ("time (UTC)", .left), ("instrument", .left), ("side", .left), ("price", .right),
      ("contracts", .right), ("fee USDT", .right), ("profit USDT", .right), ("order", .left),
    ])
    for fill in fills {
      table.add([
        "\(fill.exchangeTime.dateText) \(fill.exchangeTime.timeText)", fill.instrument.text,
        fill.side.rawValue, "\(fill.price)", "\(fill.contracts)",
        fill.fee.value.text(places: 6, .up).trimmedNumber,
        fill.realizedPnL.value.text(places: 6, .down).trimmedNumber, fill.exchangeOrderID.text,
      ])
    }
    return table.text
  }

  /// Comma-separated values with a header; numbers exact.
  static func csv(_ fills: [Fill]) -> String { CSV.text(fields, fills.map(values)) }

  /// The member `fills`: an array of objects, numbers exact and as text.
  static func write(_ fills: [Fill], to writer: inout JSONWriter) {
    CSV.write("fills", fields, fills.map(values), to: &writer)
  }

  private static func values(_ fill: Fill) -> [CSV.Value] {
    [
      .text(fill.exchangeTime.isoText), .text(fill.instrument.text), .text(fill.side.rawValue),
      .text(fill.slot.rawValue), .number(fill.price.value), .number(fill.contracts.value),
      .number(fill.fee.value), .number(fill.realizedPnL.value), .text(fill.tradeID.text),
      .text(fill.exchangeOrderID.text), .text(fill.clientOrderID?.text),
    ]
  }
}

/// Rows of values, as CSV and as JSON.
enum CSV {
  /// One cell; nil where nothing is known.
  enum Value {
    case text(String?)
    case number(Fixed?)
  }

  /// Returns a header and rows.
  ///
  /// A text that a spreadsheet would take for a formula gets an apostrophe before it (S26); numbers
  /// keep their sign.
  static func text(_ fields: [String], _ rows: [[Value]]) -> String {
    ([fields.joined(separator: ",")] + rows.map { $0.map(cell).joined(separator: ",") })
      .joined(separator: "\n")
  }

  private static func cell(_ value: Value) -> String {
    switch value {
    case .number(let number): return number.map { "\($0)" } ?? ""
    case .text(nil): return ""
    case .text(let text?):
      // Looked at by scalars: a mark or a line feed behind one of these makes another character.
      let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) }
      let safe = isFormula ?? false ? "'" + text : text
      guard safe.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
        return safe
      }
      var quoted = "\""
      for scalar in safe.unicodeScalars {
        if scalar == "\"" { quoted += "\"" }
        quoted.unicodeScalars.append(scalar)
      }
      return quoted + "\""
    }
  }

  /// Writes a member with an array of objects.
  static func write(
    _ name: String, _ fields: [String], _ rows: [[Value]], to writer: inout JSONWriter
  ) {
    writer.key(name)
    writer.beginArray()
    for row in rows {
      writer.beginObject()
      for (field, value) in zip(fields, row) {
        writer.key(field)
        switch value {
        case .text(let text?): writer.string(text)
        case .number(let number?): writer.string("\(number)")
        case .text(nil), .number(nil): writer.null()
        }
      }
      writer.endObject()
    }
    writer.endArray()
  }
}

extension String {
  /// A decimal number without the zeros behind its point.
  var trimmedNumber: String {
    guard contains(".") else { return self }
    var text = self[...]
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
  }
}
