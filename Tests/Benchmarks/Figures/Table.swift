import Foundation

/// One measured number and what it must keep to.
struct Figure {
  enum Limit {
    case atMost(Double)
    case atLeast(Double)
  }

  let name: String
  let value: Double
  let unit: String
  /// How many digits follow the point.
  var places = 0
  /// What it must keep to; nil for a number that is shown for comparison.
  var limit: Limit?

  var isKept: Bool {
    switch limit {
    case .atMost(let most): value <= most
    case .atLeast(let least): value >= least
    case nil: true
    }
  }
}

/// The figures as columns of text.
enum Table {
  static func text(_ figures: [Figure]) -> String {
    var rows = [["figure (median)", "measured", "limit", "unit", ""]]
    for figure in figures {
      let verdict = figure.limit == nil ? "" : figure.isKept ? "kept" : "MISSED"
      rows.append([
        figure.name, number(figure.value, figure.places), limit(figure), figure.unit, verdict,
      ])
    }
    let widths = rows[0].indices.map { column in rows.map(\.[column].count).max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column == 1 || column == 2 ? space + text : text + space
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func limit(_ figure: Figure) -> String {
    switch figure.limit {
    case .atMost(let most): "<= " + number(most, figure.places)
    case .atLeast(let least): ">= " + number(least, figure.places)
    case nil: ""
    }
  }

  /// Writes a number with its thousands apart.
  private static func number(_ value: Double, _ places: Int) -> String {
    let text = String(format: "%.\(places)f", value)
    let parts = text.split(separator: ".", maxSplits: 1)
    var whole = ""
    for (index, digit) in parts[0].reversed().enumerated() {
      if index > 0, index % 3 == 0, digit.isNumber { whole.append(",") }
      whole.append(digit)
    }
    return String(whole.reversed()) + (parts.count > 1 ? "." + parts[1] : "")
  }
}

/// The middle of some numbers.
func median(_ values: [Double]) -> Double {
  precondition(!values.isEmpty, "a median is of something")
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Reads a clock in seconds.
func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
